SELECT id, households, population, levels, height_m, dwelling, compound, villager_group, source_row,
    GeometryType(geom), ST_AsBinary(geom)
FROM building ORDER BY building_key
