SELECT grid_id FROM attachment WHERE plan = $1 AND kind = 'incident' AND thing = $2
