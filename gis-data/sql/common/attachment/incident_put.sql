INSERT INTO attachment (plan, kind, thing, grid_id)
SELECT $1, 'incident', incident_key, $2 FROM incident WHERE source = $3 AND source_id = $4 AND revision = $5
