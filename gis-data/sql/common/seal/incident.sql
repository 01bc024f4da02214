SELECT incident_key, source, source_id, revision, type, occurred_s, reported_s, weight, state, source_row,
    source_x, source_y, source_crs
FROM incident WHERE incident_key >= $1 ORDER BY incident_key
