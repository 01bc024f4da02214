SELECT plan, kind, thing, grid_id FROM attachment
WHERE plan = $1 AND kind = $2 AND ($3 IS NULL OR thing >= $3) ORDER BY thing
