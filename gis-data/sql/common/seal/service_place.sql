SELECT service_key, geom FROM service_place ORDER BY service_key
