SELECT 'plan ' || p.plan_id || ': counts of grids (' || p.n_grids || ', ok ' || p.n_ok || ', below ' || p.n_below
    || ', above ' || p.n_above || ') differ from its grids'
FROM plan p
WHERE p.n_grids <> (SELECT count(*) FROM grid g WHERE g.plan = p.plan_id)
    OR p.n_ok <> (SELECT count(*) FROM grid g WHERE g.plan = p.plan_id AND g.status = 'ok')
    OR p.n_below <> (SELECT count(*) FROM grid g WHERE g.plan = p.plan_id AND g.status = 'below')
    OR p.n_above <> (SELECT count(*) FROM grid g WHERE g.plan = p.plan_id AND g.status = 'above')
ORDER BY p.plan_id
