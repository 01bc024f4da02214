DELETE FROM seal WHERE scope = $1
