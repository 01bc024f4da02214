SELECT plan, name, level, period, place, start_s, type, value, base FROM measure
WHERE plan = $1 AND name = $2 AND level = $3 AND period = $4 ORDER BY place, start_s, type
