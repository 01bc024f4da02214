INSERT INTO delivery (sender_key, body, reply) VALUES ($1, $2, $3) ON CONFLICT (sender_key) DO NOTHING
