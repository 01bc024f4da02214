SELECT version, parameters FROM unit_made ORDER BY version
