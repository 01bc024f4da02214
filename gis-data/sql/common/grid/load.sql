SELECT grid_id, code, name, within, kind, status, reason, households, population, units, perimeter_m,
    area_m2, compactness, certificate, ST_AsBinary(geom)
FROM grid WHERE plan = $1 ORDER BY grid_id
