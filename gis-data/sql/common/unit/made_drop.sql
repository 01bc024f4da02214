DELETE FROM unit_made WHERE version = $1
