WITH counted AS (
    SELECT 'region' AS name, (SELECT count(*) FROM region) AS n,
        (SELECT count(*) FROM idx_region_geom) AS m
    UNION ALL
    SELECT 'compound' AS name, (SELECT count(*) FROM compound) AS n,
        (SELECT count(*) FROM idx_compound_geom) AS m
    UNION ALL
    SELECT 'unit' AS name, (SELECT count(*) FROM unit) AS n,
        (SELECT count(*) FROM idx_unit_geom) AS m
    UNION ALL
    SELECT 'barrier' AS name, (SELECT count(*) FROM barrier) AS n,
        (SELECT count(*) FROM idx_barrier_geom) AS m
    UNION ALL
    SELECT 'building' AS name, (SELECT count(*) FROM building) AS n,
        (SELECT count(*) FROM idx_building_geom) AS m
    UNION ALL
    SELECT 'unit_border' AS name, (SELECT count(*) FROM unit_border) AS n,
        (SELECT count(*) FROM idx_unit_border_geom) AS m
    UNION ALL
    SELECT 'incident_place' AS name, (SELECT count(*) FROM incident_place) AS n,
        (SELECT count(*) FROM idx_incident_place_geom) AS m
    UNION ALL
    SELECT 'camera_place' AS name, (SELECT count(*) FROM camera_place) AS n,
        (SELECT count(*) FROM idx_camera_place_geom) AS m
    UNION ALL
    SELECT 'service_place' AS name, (SELECT count(*) FROM service_place) AS n,
        (SELECT count(*) FROM idx_service_place_geom) AS m
    UNION ALL
    SELECT 'micro' AS name, (SELECT count(*) FROM micro) AS n,
        (SELECT count(*) FROM idx_micro_geom) AS m
    UNION ALL
    SELECT 'grid' AS name, (SELECT count(*) FROM grid) AS n,
        (SELECT count(*) FROM idx_grid_geom) AS m)
SELECT name || ': ' || n || ' rows but ' || m || ' in the spatial index' FROM counted WHERE n <> m
