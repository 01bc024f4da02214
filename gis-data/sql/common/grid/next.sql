SELECT coalesce(max(grid_key), 0) + 1 FROM grid
