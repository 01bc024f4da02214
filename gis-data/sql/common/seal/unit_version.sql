SELECT version, n_units, has_population, source_crs FROM unit_version ORDER BY version
