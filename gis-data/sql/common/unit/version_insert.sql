INSERT INTO unit_version (version, n_units, has_population, source_crs) VALUES ($1, $2, $3, $4)
