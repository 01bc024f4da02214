SELECT parameters FROM unit_made WHERE version = $1
