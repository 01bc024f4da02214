-- What live systems need: incidents that are withdrawn, answers that outlive the program, alarms that all walls share.

-- A revision that takes its incident back: no facts, no place. It stays, so that the past can be followed.
ALTER TABLE incident ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1));

DROP VIEW latest;
-- The highest revision of each incident that was not withdrawn.
CREATE VIEW latest AS
SELECT i.* FROM incident i
WHERE i.withdrawn = 0 AND NOT EXISTS (SELECT 1 FROM incident n
    WHERE n.source = i.source AND n.source_id = i.source_id AND n.revision > i.revision);

-- Answers to deliveries by the key that their sender gave; the oldest go.
CREATE TABLE delivery (
    delivery_key INTEGER PRIMARY KEY,
    sender_key TEXT NOT NULL UNIQUE CHECK (sender_key <> ''),
    body TEXT NOT NULL,
    reply TEXT NOT NULL
) STRICT;

-- Alarms that somebody acknowledged; the oldest go.
CREATE TABLE acknowledgement (
    acknowledgement_key INTEGER PRIMARY KEY,
    alarm TEXT NOT NULL UNIQUE CHECK (alarm <> ''),
    at_s INTEGER NOT NULL,
    screen TEXT NOT NULL
) STRICT;
