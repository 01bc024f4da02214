SELECT count(*) FROM camera
