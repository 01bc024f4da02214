-- Of each incident that came, was revised or withdrawn after an incident, its highest revision, and which one of those known until
-- then it takes the place of. Last: the number that it got when it first came, which it keeps for good.
SELECT i.incident_key,
    (SELECT o.incident_key FROM incident o WHERE o.source = i.source AND o.source_id = i.source_id
        AND o.revision < i.revision AND o.incident_key <= $2 ORDER BY o.revision DESC LIMIT 1),
    i.type, i.source, i.state, i.occurred_s, ST_X(p.geom), ST_Y(p.geom), a.grid_id,
    CASE i.revision WHEN 0 THEN i.incident_key ELSE (SELECT min(o.incident_key) FROM incident o
        WHERE o.source = i.source AND o.source_id = i.source_id) END, i.withdrawn
FROM incident i
LEFT JOIN incident_place p ON p.incident_key = i.incident_key
LEFT JOIN attachment a ON a.plan = $1 AND a.kind = 'incident' AND a.thing = i.incident_key
WHERE i.incident_key > $2 AND NOT EXISTS (SELECT 1 FROM incident n WHERE n.source = i.source
    AND n.source_id = i.source_id AND n.revision > i.revision)
ORDER BY i.incident_key
