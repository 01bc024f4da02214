DELETE FROM attachment WHERE plan = $1 AND kind = $2
