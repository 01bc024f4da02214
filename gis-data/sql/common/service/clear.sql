DELETE FROM service
