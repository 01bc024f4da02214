SELECT a.grid_id FROM camera c JOIN attachment a ON a.plan = $1 AND a.kind = 'camera' AND a.thing = c.camera_key
WHERE c.device_id = $2
