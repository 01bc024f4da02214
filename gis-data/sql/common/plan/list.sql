SELECT plan_id, parent, state, title, author, parameters, hash, created_s, effective_from_s,
    effective_to_s, data_version, n_grids, n_ok, n_below, n_above, unit_version
FROM plan ORDER BY plan_id
