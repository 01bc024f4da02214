INSERT INTO barrier (barrier_key, id, name, class, passable, source_row, source_crs, geom)
VALUES ($1, $2, $3, $4, $5, $6, $7, ST_GeomFromWKB($8, $9))
