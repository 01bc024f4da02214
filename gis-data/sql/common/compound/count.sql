SELECT count(*) FROM compound
