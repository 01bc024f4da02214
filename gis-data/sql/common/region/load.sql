SELECT r.code, r.name, r.level, r.parent, r.urban, r.source_row, ST_AsBinary(r.geom), t.households
FROM region r LEFT JOIN region_total t ON t.code = r.code ORDER BY r.code
