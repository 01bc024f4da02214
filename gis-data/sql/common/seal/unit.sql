SELECT unit_key, version, id, households, population, region, compound, villager_group, kept_grid, kind,
    estimated, source_row, geom
FROM unit WHERE version = $1 ORDER BY id
