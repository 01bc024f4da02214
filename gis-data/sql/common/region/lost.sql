-- Codes that units of today or of the plan in force name and no region has.
SELECT DISTINCT u.region
FROM unit u LEFT JOIN region r ON r.code = u.region
WHERE u.region IS NOT NULL AND r.code IS NULL
    AND u.version IN (SELECT max(version) FROM unit_version
        UNION SELECT unit_version FROM plan WHERE state = 'published')
ORDER BY u.region
