SELECT srid FROM store
