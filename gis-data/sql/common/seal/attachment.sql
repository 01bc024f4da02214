SELECT plan, kind, thing, grid_id FROM attachment WHERE plan = $1 AND kind = $2 ORDER BY thing
