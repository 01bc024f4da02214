INSERT INTO acknowledgement (alarm, at_s, screen) VALUES ($1, $2, $3) ON CONFLICT (alarm) DO NOTHING
