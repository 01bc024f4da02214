SELECT count(*) FROM latest
WHERE ($1 IS NULL OR occurred_s >= $1) AND ($2 IS NULL OR occurred_s < $2)
