-- Tables, triggers and indexes themselves, and what SpatiaLite knows of us.
SELECT type, name, tbl_name, sql FROM sqlite_schema
UNION ALL SELECT 'srs', CAST(srid AS TEXT), ref_sys_name, proj4text || srtext FROM spatial_ref_sys
UNION ALL SELECT 'column', f_table_name, f_geometry_column, geometry_type || ' ' || srid || ' ' || spatial_index_enabled
    FROM geometry_columns
UNION ALL SELECT 'version', CAST(version AS TEXT), name, '' FROM schema_version
ORDER BY 1, 2, 3, 4
