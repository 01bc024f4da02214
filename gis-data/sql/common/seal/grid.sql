SELECT grid_key, plan, grid_id, code, name, within, kind, status, reason, households, population, units,
    perimeter_m, area_m2, compactness, certificate, geom
FROM grid WHERE plan = $1 ORDER BY grid_id
