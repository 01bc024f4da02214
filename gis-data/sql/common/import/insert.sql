INSERT INTO import_log (sequence, kind, file, who, n_rows, n_good, report, data_version)
SELECT coalesce(max(sequence), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM import_log
