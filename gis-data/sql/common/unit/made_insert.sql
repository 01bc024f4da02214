INSERT INTO unit_made (version, parameters) VALUES ($1, $2)
