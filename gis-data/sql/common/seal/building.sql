SELECT building_key, id, households, population, levels, height_m, dwelling, compound, villager_group,
    source_row, source_crs, geom
FROM building ORDER BY building_key
