SELECT i.source_id, i.type, i.source_row, i.source_x, i.source_y, i.source_crs, ST_X(p.geom), ST_Y(p.geom),
    i.source, i.revision, i.occurred_s, i.reported_s, i.weight, i.state
FROM latest i LEFT JOIN incident_place p ON p.incident_key = i.incident_key
WHERE ($1 IS NULL OR i.occurred_s >= $1) AND ($2 IS NULL OR i.occurred_s < $2)
ORDER BY i.occurred_s NULLS FIRST, i.source_id, i.source
