SELECT service_key, source_id, name, kind, source_row, source_x, source_y, source_crs
FROM service ORDER BY service_key
