-- The highest revision of an incident, and where the plan has it: no row in attachment, never counted.
SELECT i.incident_key, i.revision, i.type, i.occurred_s, a.thing IS NOT NULL, a.grid_id
FROM incident i LEFT JOIN attachment a ON a.plan = $1 AND a.kind = 'incident' AND a.thing = i.incident_key
WHERE i.source = $2 AND i.source_id = $3 ORDER BY i.revision DESC LIMIT 1
