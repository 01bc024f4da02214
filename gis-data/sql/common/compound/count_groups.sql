SELECT count(*) FROM compound WHERE kind = 'villager_group'
