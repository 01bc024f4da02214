WITH wrong AS (
    SELECT 'region' AS name, count(*) AS n FROM region
    WHERE coalesce(GeometryType(geom) = 'MULTIPOLYGON', 0) = 0
        OR ST_SRID(geom) IS NOT (SELECT srid FROM store)
    UNION ALL
    SELECT 'compound' AS name, count(*) AS n FROM compound
    WHERE coalesce(GeometryType(geom) = 'MULTIPOLYGON', 0) = 0
        OR ST_SRID(geom) IS NOT (SELECT srid FROM store)
    UNION ALL
    SELECT 'unit' AS name, count(*) AS n FROM unit
    WHERE coalesce(GeometryType(geom) = 'MULTIPOLYGON', 0) = 0
        OR ST_SRID(geom) IS NOT (SELECT srid FROM store)
    UNION ALL
    SELECT 'barrier' AS name, count(*) AS n FROM barrier
    WHERE coalesce(GeometryType(geom) IN ('MULTILINESTRING', 'MULTIPOLYGON'), 0) = 0
        OR ST_SRID(geom) IS NOT (SELECT srid FROM store)
    UNION ALL
    SELECT 'building' AS name, count(*) AS n FROM building
    WHERE coalesce(GeometryType(geom) IN ('POINT', 'MULTIPOLYGON'), 0) = 0
        OR ST_SRID(geom) IS NOT (SELECT srid FROM store)
    UNION ALL
    SELECT 'unit_border' AS name, count(*) AS n FROM unit_border
    WHERE coalesce(GeometryType(geom) = 'MULTILINESTRING', 0) = 0
        OR ST_SRID(geom) IS NOT (SELECT srid FROM store)
    UNION ALL
    SELECT 'incident_place' AS name, count(*) AS n FROM incident_place
    WHERE coalesce(GeometryType(geom) = 'POINT', 0) = 0
        OR ST_SRID(geom) IS NOT (SELECT srid FROM store)
    UNION ALL
    SELECT 'camera_place' AS name, count(*) AS n FROM camera_place
    WHERE coalesce(GeometryType(geom) = 'POINT', 0) = 0
        OR ST_SRID(geom) IS NOT (SELECT srid FROM store)
    UNION ALL
    SELECT 'service_place' AS name, count(*) AS n FROM service_place
    WHERE coalesce(GeometryType(geom) = 'POINT', 0) = 0
        OR ST_SRID(geom) IS NOT (SELECT srid FROM store)
    UNION ALL
    SELECT 'micro' AS name, count(*) AS n FROM micro
    WHERE coalesce(GeometryType(geom) = 'MULTIPOLYGON', 0) = 0
        OR ST_SRID(geom) IS NOT (SELECT srid FROM store)
    UNION ALL
    SELECT 'grid' AS name, count(*) AS n FROM grid
    WHERE coalesce(GeometryType(geom) = 'MULTIPOLYGON', 0) = 0
        OR ST_SRID(geom) IS NOT (SELECT srid FROM store))
SELECT name || ': ' || n || ' geometries cannot be read or have the wrong type or SRID' FROM wrong WHERE n > 0
