-- The index rounds outwards to single precision, so the exact boxes decide.
SELECT b.id, b.name, b.class, b.passable, b.source_row, GeometryType(b.geom), ST_AsBinary(b.geom)
FROM barrier b JOIN idx_barrier_geom r ON r.pkid = b.barrier_key
WHERE r.xmin <= $3 AND r.xmax >= $1 AND r.ymin <= $4 AND r.ymax >= $2
    AND ST_MinX(b.geom) <= $3 AND ST_MaxX(b.geom) >= $1 AND ST_MinY(b.geom) <= $4 AND ST_MaxY(b.geom) >= $2
ORDER BY coalesce(b.id, ''), b.barrier_key
