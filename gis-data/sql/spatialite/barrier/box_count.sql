SELECT count(*) FROM barrier b JOIN idx_barrier_geom r ON r.pkid = b.barrier_key
WHERE r.xmin <= $3 AND r.xmax >= $1 AND r.ymin <= $4 AND r.ymax >= $2
    AND ST_MinX(b.geom) <= $3 AND ST_MaxX(b.geom) >= $1 AND ST_MinY(b.geom) <= $4 AND ST_MaxY(b.geom) >= $2
