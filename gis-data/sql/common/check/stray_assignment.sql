SELECT 'plan ' || a.plan || ': unit key ' || a.unit || ' is assigned to grid ' || a.grid_id
    || ', but is not a unit of the plan or the grid does not exist'
FROM assignment a
LEFT JOIN plan p ON p.plan_id = a.plan
LEFT JOIN unit u ON u.unit_key = a.unit AND u.version = p.unit_version
LEFT JOIN grid g ON g.plan = a.plan AND g.grid_id = a.grid_id
WHERE u.unit_key IS NULL OR g.grid_id IS NULL ORDER BY a.plan, a.unit LIMIT 20
