SELECT count(*) FROM micro WHERE plan = $1
