SELECT class, count(*) FROM barrier GROUP BY class
