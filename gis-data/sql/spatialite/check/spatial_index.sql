-- The index holds single precision boxes rounded outwards: each must hold the exact box of its row and may be larger
-- only by that rounding (some parts in ten million).
WITH boxes AS (
    SELECT 'region' AS name, r.pkid, r.xmin, r.xmax, r.ymin, r.ymax,
        ST_MinX(t.geom) AS x1, ST_MaxX(t.geom) AS x2, ST_MinY(t.geom) AS y1, ST_MaxY(t.geom) AS y2
    FROM region t LEFT JOIN idx_region_geom r ON r.pkid = t.region_key
    UNION ALL
    SELECT 'compound' AS name, r.pkid, r.xmin, r.xmax, r.ymin, r.ymax,
        ST_MinX(t.geom) AS x1, ST_MaxX(t.geom) AS x2, ST_MinY(t.geom) AS y1, ST_MaxY(t.geom) AS y2
    FROM compound t LEFT JOIN idx_compound_geom r ON r.pkid = t.compound_key
    UNION ALL
    SELECT 'unit' AS name, r.pkid, r.xmin, r.xmax, r.ymin, r.ymax,
        ST_MinX(t.geom) AS x1, ST_MaxX(t.geom) AS x2, ST_MinY(t.geom) AS y1, ST_MaxY(t.geom) AS y2
    FROM unit t LEFT JOIN idx_unit_geom r ON r.pkid = t.unit_key
    UNION ALL
    SELECT 'barrier' AS name, r.pkid, r.xmin, r.xmax, r.ymin, r.ymax,
        ST_MinX(t.geom) AS x1, ST_MaxX(t.geom) AS x2, ST_MinY(t.geom) AS y1, ST_MaxY(t.geom) AS y2
    FROM barrier t LEFT JOIN idx_barrier_geom r ON r.pkid = t.barrier_key
    UNION ALL
    SELECT 'building' AS name, r.pkid, r.xmin, r.xmax, r.ymin, r.ymax,
        ST_MinX(t.geom) AS x1, ST_MaxX(t.geom) AS x2, ST_MinY(t.geom) AS y1, ST_MaxY(t.geom) AS y2
    FROM building t LEFT JOIN idx_building_geom r ON r.pkid = t.building_key
    UNION ALL
    SELECT 'unit_border' AS name, r.pkid, r.xmin, r.xmax, r.ymin, r.ymax,
        ST_MinX(t.geom) AS x1, ST_MaxX(t.geom) AS x2, ST_MinY(t.geom) AS y1, ST_MaxY(t.geom) AS y2
    FROM unit_border t LEFT JOIN idx_unit_border_geom r ON r.pkid = t.border_key
    UNION ALL
    SELECT 'incident_place' AS name, r.pkid, r.xmin, r.xmax, r.ymin, r.ymax,
        ST_MinX(t.geom) AS x1, ST_MaxX(t.geom) AS x2, ST_MinY(t.geom) AS y1, ST_MaxY(t.geom) AS y2
    FROM incident_place t LEFT JOIN idx_incident_place_geom r ON r.pkid = t.incident_key
    UNION ALL
    SELECT 'camera_place' AS name, r.pkid, r.xmin, r.xmax, r.ymin, r.ymax,
        ST_MinX(t.geom) AS x1, ST_MaxX(t.geom) AS x2, ST_MinY(t.geom) AS y1, ST_MaxY(t.geom) AS y2
    FROM camera_place t LEFT JOIN idx_camera_place_geom r ON r.pkid = t.camera_key
    UNION ALL
    SELECT 'service_place' AS name, r.pkid, r.xmin, r.xmax, r.ymin, r.ymax,
        ST_MinX(t.geom) AS x1, ST_MaxX(t.geom) AS x2, ST_MinY(t.geom) AS y1, ST_MaxY(t.geom) AS y2
    FROM service_place t LEFT JOIN idx_service_place_geom r ON r.pkid = t.service_key
    UNION ALL
    SELECT 'micro' AS name, r.pkid, r.xmin, r.xmax, r.ymin, r.ymax,
        ST_MinX(t.geom) AS x1, ST_MaxX(t.geom) AS x2, ST_MinY(t.geom) AS y1, ST_MaxY(t.geom) AS y2
    FROM micro t LEFT JOIN idx_micro_geom r ON r.pkid = t.micro_key
    UNION ALL
    SELECT 'grid' AS name, r.pkid, r.xmin, r.xmax, r.ymin, r.ymax,
        ST_MinX(t.geom) AS x1, ST_MaxX(t.geom) AS x2, ST_MinY(t.geom) AS y1, ST_MaxY(t.geom) AS y2
    FROM grid t LEFT JOIN idx_grid_geom r ON r.pkid = t.grid_key)
SELECT name || ': ' || count(*) || ' rows are missing from the spatial index or do not fit their box'
FROM boxes
WHERE pkid IS NULL
    OR xmin > x1 OR xmin < x1 - abs(x1) * 5e-7 OR xmax < x2 OR xmax > x2 + abs(x2) * 5e-7
    OR ymin > y1 OR ymin < y1 - abs(y1) * 5e-7 OR ymax < y2 OR ymax > y2 + abs(y2) * 5e-7
GROUP BY name ORDER BY name
