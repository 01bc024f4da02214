INSERT INTO attachment (plan, kind, thing, grid_id) VALUES ($1, 'incident', $2, $3)
