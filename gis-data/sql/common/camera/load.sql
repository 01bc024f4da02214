SELECT c.device_id, c.class, c.source_row, c.source_x, c.source_y, c.source_crs, ST_X(p.geom), ST_Y(p.geom),
    c.name, c.bearing_deg, c.fov_deg, c.range_m
FROM camera c LEFT JOIN camera_place p ON p.camera_key = c.camera_key
ORDER BY c.device_id
