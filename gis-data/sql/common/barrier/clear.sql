DELETE FROM barrier
