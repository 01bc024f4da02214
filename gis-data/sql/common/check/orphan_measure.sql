SELECT 'measure: ' || m.name || ' refers to plan ' || m.plan || ', which does not exist'
FROM measure m LEFT JOIN plan p ON p.plan_id = m.plan
WHERE m.plan <> 0 AND p.plan_id IS NULL GROUP BY m.plan, m.name ORDER BY m.plan, m.name
