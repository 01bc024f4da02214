SELECT s.source_id, s.kind, s.source_row, s.source_x, s.source_y, s.source_crs, ST_X(p.geom), ST_Y(p.geom),
    s.name
FROM service s LEFT JOIN service_place p ON p.service_key = s.service_key
ORDER BY s.source_id
