SELECT compound_key, code, name, kind, region, dedicated, source_row, source_crs, geom
FROM compound ORDER BY compound_key
