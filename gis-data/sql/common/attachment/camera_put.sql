INSERT INTO attachment (plan, kind, thing, grid_id)
SELECT $1, 'camera', camera_key, $2 FROM camera WHERE device_id = $3
