INSERT INTO audit (sequence, who, action, object, before, after, purpose, previous, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
