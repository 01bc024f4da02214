INSERT INTO region (region_key, code, name, level, parent, urban, source_row, source_crs, geom)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, ST_GeomFromWKB($9, $10))
