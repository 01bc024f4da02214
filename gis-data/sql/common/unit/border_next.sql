SELECT coalesce(max(border_key), 0) + 1 FROM unit_border
