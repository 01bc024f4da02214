-- A plan with micro-units has every unit in one.
SELECT 'plan ' || a.plan || ': unit key ' || a.unit || ' is in no micro-unit'
FROM assignment a LEFT JOIN micro_assignment m ON m.plan = a.plan AND m.unit = a.unit
WHERE m.unit IS NULL AND EXISTS (SELECT 1 FROM micro WHERE micro.plan = a.plan)
ORDER BY a.plan, a.unit LIMIT 20
