SELECT place, start_s, type, value, base FROM measure
WHERE plan = $1 AND name = $2 AND level = $3 AND period = $4
    AND ($5 IS NULL OR start_s >= $5) AND ($6 IS NULL OR start_s < $6)
ORDER BY place, start_s, type
