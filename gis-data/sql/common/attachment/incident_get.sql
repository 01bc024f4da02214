SELECT a.grid_id FROM incident i JOIN attachment a ON a.plan = $1 AND a.kind = 'incident' AND a.thing = i.incident_key
WHERE i.source = $2 AND i.source_id = $3 AND i.revision = $4
