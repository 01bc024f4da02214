SELECT plan_id, parent, state, title, author, parameters, hash, created_s, effective_from_s,
    effective_to_s, data_version, n_grids, n_ok, n_below, n_above, unit_version
FROM plan WHERE state IN ('published', 'draft')
ORDER BY CASE state WHEN 'published' THEN 0 ELSE 1 END, plan_id DESC LIMIT 1
