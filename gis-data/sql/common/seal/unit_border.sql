SELECT border_key, version, class, passable, geom FROM unit_border ORDER BY border_key
