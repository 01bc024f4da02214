DELETE FROM compound WHERE coalesce(kind, '') <> 'villager_group'
