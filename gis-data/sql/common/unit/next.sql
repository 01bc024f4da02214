SELECT coalesce(max(unit_key), 0) + 1 FROM unit
