SELECT report FROM operation WHERE plan = $1 AND report IS NOT NULL ORDER BY sequence DESC LIMIT 1
