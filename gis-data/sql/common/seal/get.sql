SELECT n_rows, digest FROM seal WHERE scope = $1
