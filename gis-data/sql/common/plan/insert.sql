INSERT INTO plan (plan_id, parent, state, title, author, parameters, hash, created_s, effective_from_s,
    effective_to_s, data_version, unit_version, n_grids, n_ok, n_below, n_above)
VALUES ($1, $2, 'draft', $3, $4, $5, $6, $7, NULL, NULL, $8, $9, $10, $11, $12, $13)
