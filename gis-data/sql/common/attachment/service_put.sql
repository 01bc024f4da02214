INSERT INTO attachment (plan, kind, thing, grid_id)
SELECT $1, 'service', service_key, $2 FROM service WHERE source_id = $3
