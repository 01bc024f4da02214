INSERT INTO incident_place (incident_key, geom) VALUES ($1, ST_GeomFromWKB($2, $3))
