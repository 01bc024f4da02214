SELECT plan, unit, micro_id FROM micro_assignment WHERE plan = $1 ORDER BY unit
