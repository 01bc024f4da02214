-- What is an estimate is told by the units, so no row of a plan can contradict them.
SELECT g.grid_id, g.code, g.name, g.within, g.kind, g.status, g.reason, g.households, g.population, g.units,
    g.perimeter_m, g.area_m2, g.compactness, g.certificate, ST_AsBinary(g.geom), coalesce(e.households, 0),
    coalesce(e.population, 0)
FROM grid g
LEFT JOIN (SELECT a.grid_id, sum(u.households * u.estimated) AS households,
        sum(u.population * coalesce(u.population_estimated, u.estimated)) AS population
    FROM assignment a JOIN unit u ON u.unit_key = a.unit
    WHERE a.plan = $1 AND (u.estimated = 1 OR u.population_estimated = 1) GROUP BY a.grid_id) e ON e.grid_id = g.grid_id
WHERE g.plan = $1 ORDER BY g.grid_id
