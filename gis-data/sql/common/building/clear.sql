DELETE FROM building
