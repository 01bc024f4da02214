SELECT count(*) FROM compound WHERE coalesce(kind, '') <> 'villager_group'
