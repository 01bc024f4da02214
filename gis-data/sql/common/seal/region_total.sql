SELECT code, households FROM region_total ORDER BY code
