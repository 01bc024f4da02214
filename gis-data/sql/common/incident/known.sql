SELECT 1 FROM incident WHERE source = $1 AND source_id = $2 AND revision = $3
