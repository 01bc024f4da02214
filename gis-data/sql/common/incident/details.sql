-- What screens do not show of an incident.
SELECT source_id, revision, reported_s, weight FROM incident WHERE incident_key = $1
