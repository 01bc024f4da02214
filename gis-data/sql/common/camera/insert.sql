INSERT INTO camera (camera_key, device_id, name, class, bearing_deg, fov_deg, range_m, source_row,
    source_x, source_y, source_crs)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
