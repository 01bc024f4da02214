SELECT camera_key, geom FROM camera_place ORDER BY camera_key
