INSERT INTO operation (sequence, plan, kind, author, parameters, report, data_version, result_hash)
SELECT coalesce(max(sequence), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM operation
