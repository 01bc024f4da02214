SELECT unit_key, id, households, population FROM unit WHERE version = $1 ORDER BY id
