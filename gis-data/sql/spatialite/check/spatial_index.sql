-- The index holds single precision boxes rounded outwards: each must hold the exact box of its row.
WITH wrong AS (
    SELECT 'region' AS name, count(*) AS n FROM region t LEFT JOIN idx_region_geom r ON r.pkid = t.region_key
    WHERE r.pkid IS NULL OR r.xmin > ST_MinX(t.geom) OR r.xmax < ST_MaxX(t.geom)
        OR r.ymin > ST_MinY(t.geom) OR r.ymax < ST_MaxY(t.geom)
    UNION ALL
    SELECT 'compound' AS name, count(*) AS n FROM compound t LEFT JOIN idx_compound_geom r ON r.pkid = t.compound_key
    WHERE r.pkid IS NULL OR r.xmin > ST_MinX(t.geom) OR r.xmax < ST_MaxX(t.geom)
        OR r.ymin > ST_MinY(t.geom) OR r.ymax < ST_MaxY(t.geom)
    UNION ALL
    SELECT 'unit' AS name, count(*) AS n FROM unit t LEFT JOIN idx_unit_geom r ON r.pkid = t.unit_key
    WHERE r.pkid IS NULL OR r.xmin > ST_MinX(t.geom) OR r.xmax < ST_MaxX(t.geom)
        OR r.ymin > ST_MinY(t.geom) OR r.ymax < ST_MaxY(t.geom)
    UNION ALL
    SELECT 'barrier' AS name, count(*) AS n FROM barrier t LEFT JOIN idx_barrier_geom r ON r.pkid = t.barrier_key
    WHERE r.pkid IS NULL OR r.xmin > ST_MinX(t.geom) OR r.xmax < ST_MaxX(t.geom)
        OR r.ymin > ST_MinY(t.geom) OR r.ymax < ST_MaxY(t.geom)
    UNION ALL
    SELECT 'incident_place' AS name, count(*) AS n FROM incident_place t LEFT JOIN idx_incident_place_geom r ON r.pkid = t.incident_key
    WHERE r.pkid IS NULL OR r.xmin > ST_MinX(t.geom) OR r.xmax < ST_MaxX(t.geom)
        OR r.ymin > ST_MinY(t.geom) OR r.ymax < ST_MaxY(t.geom)
    UNION ALL
    SELECT 'camera_place' AS name, count(*) AS n FROM camera_place t LEFT JOIN idx_camera_place_geom r ON r.pkid = t.camera_key
    WHERE r.pkid IS NULL OR r.xmin > ST_MinX(t.geom) OR r.xmax < ST_MaxX(t.geom)
        OR r.ymin > ST_MinY(t.geom) OR r.ymax < ST_MaxY(t.geom)
    UNION ALL
    SELECT 'service_place' AS name, count(*) AS n FROM service_place t LEFT JOIN idx_service_place_geom r ON r.pkid = t.service_key
    WHERE r.pkid IS NULL OR r.xmin > ST_MinX(t.geom) OR r.xmax < ST_MaxX(t.geom)
        OR r.ymin > ST_MinY(t.geom) OR r.ymax < ST_MaxY(t.geom)
    UNION ALL
    SELECT 'grid' AS name, count(*) AS n FROM grid t LEFT JOIN idx_grid_geom r ON r.pkid = t.grid_key
    WHERE r.pkid IS NULL OR r.xmin > ST_MinX(t.geom) OR r.xmax < ST_MaxX(t.geom)
        OR r.ymin > ST_MinY(t.geom) OR r.ymax < ST_MaxY(t.geom))
SELECT name || ': ' || n || ' rows are missing from the spatial index or lie outside their box' FROM wrong WHERE n > 0
