DELETE FROM region_total
