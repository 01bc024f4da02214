SELECT barrier_key, id, name, class, passable, source_row, source_crs, geom FROM barrier ORDER BY barrier_key
