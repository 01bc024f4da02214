SELECT plan_id, effective_from_s FROM plan WHERE state IN ('published', 'archived')
ORDER BY effective_from_s, plan_id
