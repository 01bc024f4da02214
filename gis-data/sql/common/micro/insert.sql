INSERT INTO micro (micro_key, plan, micro_id, code, name, grid_code, kind, status, reason, households,
    population, units, perimeter_m, area_m2, compactness, certificate, geom)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, ST_GeomFromWKB($17, $18))
