SELECT 'plan ' || p.plan_id || ': unit ' || u.id || ' is in no grid'
FROM plan p JOIN unit u ON u.version = p.unit_version
LEFT JOIN assignment a ON a.plan = p.plan_id AND a.unit = u.unit_key
WHERE a.unit IS NULL ORDER BY p.plan_id, u.id LIMIT 20
