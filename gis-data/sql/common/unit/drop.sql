DELETE FROM unit WHERE version = $1
