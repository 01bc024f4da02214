SELECT region_key, code, name, level, parent, urban, source_row, source_crs, geom FROM region ORDER BY region_key
