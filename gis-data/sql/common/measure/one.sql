-- Columns as in seal/measure.
SELECT plan, name, level, period, place, start_s, type, value, base FROM measure
WHERE plan = $1 AND name = $2 AND level = $3 AND period = $4 AND place = $5 AND start_s = $6 AND type = $7
