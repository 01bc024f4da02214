INSERT INTO unit (unit_key, version, id, households, population, region, compound, villager_group,
    kept_grid, kind, estimated, population_estimated, source_row, geom)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, ST_GeomFromWKB($14, $15))
