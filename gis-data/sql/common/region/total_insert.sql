INSERT INTO region_total (code, households) VALUES ($1, $2)
