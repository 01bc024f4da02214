SELECT version FROM unit_version WHERE version NOT IN (SELECT unit_version FROM plan) ORDER BY version
