INSERT INTO service (service_key, source_id, name, kind, source_row, source_x, source_y, source_crs)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
