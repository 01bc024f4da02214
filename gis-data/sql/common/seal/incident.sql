-- A row that is not withdrawn has the digest that it had before there were such.
SELECT incident_key, source, source_id, revision, type, occurred_s, reported_s, weight, state,
    CASE withdrawn WHEN 0 THEN source_row ELSE -1 - source_row END, source_x, source_y, source_crs
FROM incident WHERE incident_key >= $1 ORDER BY incident_key
