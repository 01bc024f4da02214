SELECT scope, n_rows, digest FROM seal ORDER BY scope
