-- What happened since a time, as it is known now: of each incident its highest revision, but for those that were withdrawn. Columns as in after.
SELECT i.incident_key, i.source_id, i.source, i.revision, i.type, i.state, i.occurred_s,
    ST_X(p.geom), ST_Y(p.geom), g.code, i.revision > 0, i.withdrawn, i.source_x, i.source_y, i.source_crs
FROM incident i
LEFT JOIN incident_place p ON p.incident_key = i.incident_key
LEFT JOIN attachment a ON a.plan = $1 AND a.kind = 'incident' AND a.thing = i.incident_key
LEFT JOIN grid g ON g.plan = a.plan AND g.grid_id = a.grid_id
WHERE i.occurred_s >= $2 AND i.withdrawn = 0 AND NOT EXISTS (SELECT 1 FROM incident n WHERE n.source = i.source
    AND n.source_id = i.source_id AND n.revision > i.revision)
ORDER BY i.incident_key DESC LIMIT $3
