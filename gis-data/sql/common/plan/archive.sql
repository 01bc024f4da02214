UPDATE plan SET state = 'archived', effective_to_s = $2 WHERE plan_id = $1
