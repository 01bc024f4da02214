INSERT INTO measure (plan, name, level, period, place, start_s, type, value, base)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
