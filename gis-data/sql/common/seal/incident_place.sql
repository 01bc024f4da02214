SELECT incident_key, geom FROM incident_place WHERE incident_key >= $1 ORDER BY incident_key
