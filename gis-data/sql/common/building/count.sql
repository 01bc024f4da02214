SELECT count(*) FROM building
