INSERT INTO unit_border (border_key, version, class, passable, geom)
VALUES ($1, $2, $3, $4, ST_GeomFromWKB($5, $6))
