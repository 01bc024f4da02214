-- Rows that no seal covers: each table's rows against the sum of its seals.
WITH sealed AS (
    SELECT substr(scope, 1, instr(scope || char(9), char(9)) - 1) AS name, sum(n_rows) AS n
    FROM seal GROUP BY 1),
counted AS (
    SELECT 'setting' AS name, count(*) AS n FROM setting
    UNION ALL SELECT 'region', count(*) FROM region
    UNION ALL SELECT 'compound', count(*) FROM compound
    UNION ALL SELECT 'unit_version', count(*) FROM unit_version
    UNION ALL SELECT 'unit', count(*) FROM unit
    UNION ALL SELECT 'barrier', count(*) FROM barrier
    UNION ALL SELECT 'building', count(*) FROM building
    UNION ALL SELECT 'region_total', count(*) FROM region_total
    UNION ALL SELECT 'unit_made', count(*) FROM unit_made
    UNION ALL SELECT 'unit_border', count(*) FROM unit_border
    UNION ALL SELECT 'incident', count(*) FROM incident
    UNION ALL SELECT 'incident_place', count(*) FROM incident_place
    UNION ALL SELECT 'camera', count(*) FROM camera
    UNION ALL SELECT 'camera_place', count(*) FROM camera_place
    UNION ALL SELECT 'service', count(*) FROM service
    UNION ALL SELECT 'service_place', count(*) FROM service_place
    UNION ALL SELECT 'plan', count(*) FROM plan
    UNION ALL SELECT 'operation', count(*) FROM operation
    UNION ALL SELECT 'grid', count(*) FROM grid
    UNION ALL SELECT 'assignment', count(*) FROM assignment
    UNION ALL SELECT 'micro', count(*) FROM micro
    UNION ALL SELECT 'micro_assignment', count(*) FROM micro_assignment
    UNION ALL SELECT 'attachment', count(*) FROM attachment
    UNION ALL SELECT 'measure', count(*) FROM measure
    UNION ALL SELECT 'import_log', count(*) FROM import_log)
SELECT c.name || ': ' || c.n || ' rows, but ' || coalesce(s.n, 0) || ' were stored'
FROM counted c LEFT JOIN sealed s ON s.name = c.name
WHERE c.n <> coalesce(s.n, 0) ORDER BY c.name
