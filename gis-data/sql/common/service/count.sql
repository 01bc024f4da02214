SELECT count(*) FROM service
