SELECT 'plan ' || p.plan_id || ': no operation in the log leads to its hash'
FROM plan p
WHERE NOT EXISTS (SELECT 1 FROM operation o WHERE o.plan = p.plan_id AND o.result_hash = p.hash)
ORDER BY p.plan_id
