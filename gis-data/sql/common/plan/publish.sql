UPDATE plan SET state = 'published', effective_from_s = $2 WHERE plan_id = $1
