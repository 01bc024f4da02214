SELECT 'unit: version ' || v.version || ' should have ' || v.n_units || ' units and has '
    || (SELECT count(*) FROM unit u WHERE u.version = v.version)
FROM unit_version v
WHERE v.n_units <> (SELECT count(*) FROM unit u WHERE u.version = v.version) ORDER BY v.version
