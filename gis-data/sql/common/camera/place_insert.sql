INSERT INTO camera_place (camera_key, geom) VALUES ($1, ST_GeomFromWKB($2, $3))
