SELECT sequence, who, action, object, before, after, purpose, previous, hash FROM audit ORDER BY sequence
