-- What the source itself says; its row in a file and our own projection may differ between deliveries.
SELECT 1 FROM incident
WHERE source = $1 AND source_id = $2 AND revision = $3 AND type IS NOT DISTINCT FROM $4
    AND occurred_s IS NOT DISTINCT FROM $5 AND reported_s IS NOT DISTINCT FROM $6
    AND weight IS NOT DISTINCT FROM $7 AND state IS NOT DISTINCT FROM $8
    AND withdrawn = $11
    AND source_x IS NOT DISTINCT FROM $9 AND source_y IS NOT DISTINCT FROM $10
