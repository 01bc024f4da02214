INSERT INTO incident (incident_key, source, source_id, revision, type, occurred_s, reported_s, weight,
    state, source_row, source_x, source_y, source_crs, withdrawn)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (source, source_id, revision) DO NOTHING
