SELECT sequence, kind, file, who, n_rows, n_good, report, data_version FROM import_log ORDER BY sequence
