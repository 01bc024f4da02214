-- Rows of earlier programs had one mark for both figures.
SELECT id, households, population, region, compound, villager_group, kept_grid, kind, estimated,
    coalesce(population_estimated, estimated), source_row, ST_AsBinary(geom)
FROM unit WHERE version = $1 ORDER BY id
