-- Units of today and of the plan in force name regions that are there; a county may have no regions at all.
SELECT 'unit: ' || count(*) || ' units of version ' || u.version || ' are in region ' || u.region
    || ', which does not exist'
FROM unit u LEFT JOIN region r ON r.code = u.region
WHERE u.region IS NOT NULL AND r.code IS NULL AND EXISTS (SELECT 1 FROM region)
    AND u.version IN (SELECT max(version) FROM unit_version
        UNION SELECT unit_version FROM plan WHERE state = 'published')
GROUP BY u.version, u.region ORDER BY u.version, u.region LIMIT 20
