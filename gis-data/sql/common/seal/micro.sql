SELECT micro_key, plan, micro_id, code, name, grid_code, kind, status, reason, households, population, units,
    perimeter_m, area_m2, compactness, certificate, geom
FROM micro WHERE plan = $1 ORDER BY micro_id
