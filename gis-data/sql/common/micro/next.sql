SELECT coalesce(max(micro_key), 0) + 1 FROM micro
