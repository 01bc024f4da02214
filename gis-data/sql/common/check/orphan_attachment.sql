SELECT 'attachment: ' || a.kind || ' ' || a.thing || ' of plan ' || a.plan || ' does not exist, or its grid '
    || coalesce(CAST(a.grid_id AS TEXT), 'none') || ' does not'
FROM attachment a
LEFT JOIN incident i ON a.kind = 'incident' AND i.incident_key = a.thing
LEFT JOIN camera c ON a.kind = 'camera' AND c.camera_key = a.thing
LEFT JOIN service s ON a.kind = 'service' AND s.service_key = a.thing
LEFT JOIN grid g ON g.plan = a.plan AND g.grid_id = a.grid_id
WHERE coalesce(i.incident_key, c.camera_key, s.service_key) IS NULL OR (a.grid_id IS NOT NULL AND g.grid_id IS NULL)
ORDER BY a.plan, a.kind, a.thing LIMIT 20
