DELETE FROM unit_version WHERE version = $1
