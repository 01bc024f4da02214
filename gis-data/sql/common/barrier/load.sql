SELECT id, name, class, passable, source_row, GeometryType(geom), ST_AsBinary(geom)
FROM barrier ORDER BY coalesce(id, ''), barrier_key
