SELECT v.version, v.n_units, v.has_population, (SELECT count(*) FROM unit u WHERE u.version = v.version)
FROM unit_version v WHERE v.version = $1
