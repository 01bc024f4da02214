SELECT DISTINCT plan FROM attachment WHERE kind = $1 ORDER BY plan
