SELECT count(*) FROM barrier
