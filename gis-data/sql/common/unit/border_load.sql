SELECT class, passable, ST_AsBinary(geom) FROM unit_border WHERE version = $1 ORDER BY border_key
