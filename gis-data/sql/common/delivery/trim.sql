DELETE FROM delivery WHERE delivery_key <= (SELECT max(delivery_key) FROM delivery) - $1
