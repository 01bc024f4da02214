INSERT INTO seal (scope, n_rows, digest) VALUES ($1, $2, $3)
ON CONFLICT (scope) DO UPDATE SET n_rows = excluded.n_rows, digest = excluded.digest
