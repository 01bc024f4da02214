INSERT INTO building (building_key, id, households, population, levels, height_m, dwelling, compound,
    villager_group, source_row, source_crs, geom)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, ST_GeomFromWKB($12, $13))
