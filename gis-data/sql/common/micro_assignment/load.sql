-- Units of one version with their micro-unit in the plan, by id.
SELECT a.micro_id
FROM unit u
LEFT JOIN unit old ON old.id = u.id AND old.version = (SELECT unit_version FROM plan WHERE plan_id = $1)
LEFT JOIN micro_assignment a ON a.plan = $1 AND a.unit = old.unit_key
WHERE u.version = $2 ORDER BY u.id
