DELETE FROM measure WHERE plan = $1 AND name = $2 AND level = $3 AND period = $4
