SELECT sender_key, body, reply FROM delivery ORDER BY delivery_key
