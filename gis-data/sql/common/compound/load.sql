SELECT code, name, kind, region, dedicated, source_row, ST_AsBinary(geom) FROM compound ORDER BY code
