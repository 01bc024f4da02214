SELECT u.id, g.code
FROM assignment a
JOIN unit u ON u.unit_key = a.unit
JOIN grid g ON g.plan = a.plan AND g.grid_id = a.grid_id
WHERE a.plan = $1 ORDER BY u.id
