DELETE FROM compound
