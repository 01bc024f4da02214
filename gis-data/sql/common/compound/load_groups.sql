SELECT code, name, kind, region, dedicated, source_row, ST_AsBinary(geom) FROM compound
WHERE kind = 'villager_group' ORDER BY compound_key
