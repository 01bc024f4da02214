-- Rows that were sealed before population_estimated was there have NULL in it, and the digest of then.
SELECT unit_key, version, id, households, population, region, compound, villager_group, kept_grid, kind,
    estimated + 2 * coalesce(population_estimated + 1, 0), source_row, geom
FROM unit WHERE version = $1 ORDER BY id
