SELECT a.grid_id FROM service s JOIN attachment a ON a.plan = $1 AND a.kind = 'service' AND a.thing = s.service_key
WHERE s.source_id = $2
