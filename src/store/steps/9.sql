-- Integrations: programs that are people, and messages from elsewhere.

-- What a bot shows for itself. It stands for a session, whose end is its end; the session's client is
-- what the token is for, and its last refresh is the token's last use.
CREATE TABLE bot_token (
  session  BLOB PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
  hash     BLOB NOT NULL UNIQUE,          -- SHA-256 of the token, which is kept nowhere
  scopes   INTEGER NOT NULL               -- what may be done with it: a bit each (`model::bot`)
) STRICT, WITHOUT ROWID;

-- An address that programs elsewhere post to, into a room; or one that is told of what is said there.
-- A bot of its own, which is in no other room, speaks for each.
CREATE TABLE hook (
  id            BLOB PRIMARY KEY CHECK (length(id) = 16),
  kind          TEXT NOT NULL CHECK (kind IN ('incoming', 'outgoing')),
  conversation  BLOB NOT NULL REFERENCES conversation (id),
  bot           BLOB NOT NULL UNIQUE REFERENCES person (id),
  name          TEXT NOT NULL,
  created_by    BLOB NOT NULL REFERENCES person (id),
  created_at    INTEGER NOT NULL,
  hash          BLOB UNIQUE,              -- SHA-256 of what the address holds that is posted to
  url           TEXT,                     -- the address that is told
  secret        TEXT,                     -- signs what it is told
  words         TEXT,                     -- it is told of messages that begin with one of these: JSON
  told_seq      INTEGER,                  -- it was told of everything up to this place in the room
  failure       TEXT,                     -- why it took nothing lately
  CHECK ((kind = 'incoming') = (hash IS NOT NULL)),
  CHECK ((kind = 'outgoing') = (url IS NOT NULL AND secret IS NOT NULL AND told_seq IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX hook_conversation ON hook (conversation);

-- The name under which a hook's message shows, which may be another each time.
ALTER TABLE message ADD COLUMN shown_as TEXT;
