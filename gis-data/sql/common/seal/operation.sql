SELECT sequence, plan, kind, author, parameters, report, data_version, result_hash
FROM operation ORDER BY sequence
