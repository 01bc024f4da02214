SELECT camera_key, device_id, name, class, bearing_deg, fov_deg, range_m, source_row, source_x, source_y,
    source_crs
FROM camera ORDER BY camera_key
