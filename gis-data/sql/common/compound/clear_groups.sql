DELETE FROM compound WHERE kind = 'villager_group'
