SELECT count(*) FROM grid WHERE plan = $1
