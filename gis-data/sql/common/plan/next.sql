SELECT coalesce(max(plan_id), 0) + 1 FROM plan
