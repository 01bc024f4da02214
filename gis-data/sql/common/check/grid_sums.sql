WITH summed AS (
    SELECT a.plan, a.grid_id, count(*) AS units, sum(u.households) AS households, sum(u.population) AS population
    FROM assignment a JOIN unit u ON u.unit_key = a.unit GROUP BY a.plan, a.grid_id)
SELECT 'plan ' || g.plan || ': grid ' || g.code || ' says ' || g.units || ' units, ' || g.households || ' households, '
    || g.population || ' people; its units add up to ' || coalesce(s.units, 0) || ', ' || coalesce(s.households, 0)
    || ', ' || coalesce(s.population, 0)
FROM grid g LEFT JOIN summed s ON s.plan = g.plan AND s.grid_id = g.grid_id
WHERE g.units <> coalesce(s.units, 0) OR g.households <> coalesce(s.households, 0)
    OR g.population <> coalesce(s.population, 0)
ORDER BY g.plan, g.grid_id LIMIT 20
