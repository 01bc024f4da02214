DELETE FROM unit_border WHERE version = $1
