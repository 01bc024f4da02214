SELECT code, name, kind, region, dedicated, source_row, ST_AsBinary(geom) FROM compound
WHERE coalesce(kind, '') <> 'villager_group' ORDER BY code
