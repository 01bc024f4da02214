SELECT plan, unit, grid_id FROM assignment WHERE plan = $1 ORDER BY unit
