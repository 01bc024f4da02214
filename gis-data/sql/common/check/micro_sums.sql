-- Each micro-unit lies in its grid, and its counts are those of its units.
WITH summed AS (
    SELECT a.plan, a.micro_id, count(*) AS units, sum(u.households) AS households, sum(u.population) AS population,
        count(DISTINCT g.grid_id) AS grids, min(r.code) AS grid_code
    FROM micro_assignment a JOIN unit u ON u.unit_key = a.unit
    LEFT JOIN assignment g ON g.plan = a.plan AND g.unit = a.unit
    LEFT JOIN grid r ON r.plan = g.plan AND r.grid_id = g.grid_id
    GROUP BY a.plan, a.micro_id)
SELECT 'plan ' || m.plan || ': micro-unit ' || m.code || ' says ' || m.units || ' units, ' || m.households
    || ' households, ' || m.population || ' people in grid ' || m.grid_code || '; its units add up to '
    || coalesce(s.units, 0) || ', ' || coalesce(s.households, 0) || ', ' || coalesce(s.population, 0) || ' in '
    || coalesce(s.grids, 0) || ' grids, the first ' || coalesce(s.grid_code, 'none')
FROM micro m LEFT JOIN summed s ON s.plan = m.plan AND s.micro_id = m.micro_id
WHERE m.units <> coalesce(s.units, 0) OR m.households <> coalesce(s.households, 0)
    OR m.population <> coalesce(s.population, 0) OR coalesce(s.grids, 0) <> 1
    OR s.grid_code IS NOT m.grid_code
ORDER BY m.plan, m.micro_id LIMIT 20
