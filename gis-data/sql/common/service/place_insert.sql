INSERT INTO service_place (service_key, geom) VALUES ($1, ST_GeomFromWKB($2, $3))
