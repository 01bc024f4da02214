INSERT INTO micro_assignment (plan, unit, micro_id) VALUES ($1, $2, $3)
