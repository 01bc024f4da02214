SELECT m.micro_id, m.code, m.name, m.grid_code, m.kind, m.status, m.reason, m.households, m.population, m.units,
    m.perimeter_m, m.area_m2, m.compactness, m.certificate, ST_AsBinary(m.geom), coalesce(e.households, 0),
    coalesce(e.population, 0)
FROM micro m
LEFT JOIN (SELECT a.micro_id, sum(u.households * u.estimated) AS households,
        sum(u.population * coalesce(u.population_estimated, u.estimated)) AS population
    FROM micro_assignment a JOIN unit u ON u.unit_key = a.unit
    WHERE a.plan = $1 AND (u.estimated = 1 OR u.population_estimated = 1) GROUP BY a.micro_id) e ON e.micro_id = m.micro_id
WHERE m.plan = $1 ORDER BY m.micro_id
