INSERT INTO assignment (plan, unit, grid_id) VALUES ($1, $2, $3)
