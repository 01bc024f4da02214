SELECT code, name, level, parent, urban, source_row, ST_AsBinary(geom) FROM region ORDER BY code
