INSERT INTO measure (plan, name, level, period, place, start_s, type, value, base)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (plan, name, level, period, place, start_s, type) DO UPDATE SET value = excluded.value, base = excluded.base
