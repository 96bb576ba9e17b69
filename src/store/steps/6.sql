-- Version 6: people are told of things by their browsers' push services.

ALTER TABLE server ADD COLUMN push_key BLOB;

-- A browser that somebody is pushed to, while they are signed in by it.
CREATE TABLE push_subscription (
  endpoint     TEXT PRIMARY KEY,          -- its address at its push service; a secret
  session      BLOB NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  person       BLOB NOT NULL REFERENCES person (id),  -- whose session that is
  p256dh       BLOB NOT NULL CHECK (length(p256dh) = 65),  -- its public key
  auth         BLOB NOT NULL CHECK (length(auth) = 16),    -- what it shares with us alone
  quiet_from   INTEGER,                   -- when it is left alone, every day: minutes after its midnight
  quiet_to     INTEGER,
  zone_offset  INTEGER,                   -- how many minutes its clock is ahead of UTC
  quiet_until  INTEGER,                   -- left alone for now, until then
  rev          INTEGER NOT NULL           -- the change that last set it
) STRICT, WITHOUT ROWID;

CREATE INDEX push_subscription_person ON push_subscription (person);
CREATE INDEX push_subscription_session ON push_subscription (session);
