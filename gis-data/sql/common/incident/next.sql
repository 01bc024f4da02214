SELECT coalesce(max(incident_key), 0) + 1 FROM incident
