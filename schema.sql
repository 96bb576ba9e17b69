-- Salon's database, as a new one is created. One file is the whole community.
--
-- Times are Unix milliseconds in UTC; ids are UUIDv7 as 16 bytes; a `rev` is the server-wide
-- number of the change that last touched a row. Rows are written by one thread alone, through
-- `store::apply`; whoever reads sees whole changes only.

-- The server itself: exactly one row.
CREATE TABLE server (
  one          INTEGER PRIMARY KEY CHECK (one = 1),
  rev          INTEGER NOT NULL,          -- the last change's number
  general      BLOB NOT NULL,             -- the room that everyone is in and that always stays
  signing_key  BLOB NOT NULL,             -- 32 random bytes that sign tokens, unless given from outside
  created_at   INTEGER NOT NULL
) STRICT;

-- A person's account. One that was deleted stays as a row, so that its messages have a sender.
CREATE TABLE person (
  id             BLOB PRIMARY KEY CHECK (length(id) = 16),
  username       TEXT NOT NULL,           -- as typed; 'deleted user' once deleted
  username_key   TEXT NOT NULL UNIQUE,    -- without case: what makes a name unique and found
  display_name   TEXT NOT NULL,
  bio            TEXT NOT NULL,
  role           TEXT NOT NULL CHECK (role IN ('admin', 'member', 'bot')),
  locale         TEXT CHECK (locale IN ('en', 'fr')),
  password_hash  TEXT,                    -- Argon2id in PHC form; null once deleted
  created_at     INTEGER NOT NULL,
  last_activity  INTEGER NOT NULL,        -- as last written down, at most a minute behind
  deleted_at     INTEGER,
  rev            INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who changed since a cursor.
CREATE INDEX person_rev ON person (rev);

-- A place where a person is signed in. A revoked session is a deleted row.
CREATE TABLE session (
  id            BLOB PRIMARY KEY CHECK (length(id) = 16),
  person        BLOB NOT NULL REFERENCES person (id),
  token         BLOB NOT NULL,            -- id of its one refresh token that still works
  created_at    INTEGER NOT NULL,
  refreshed_at  INTEGER NOT NULL,
  client        TEXT NOT NULL             -- what the client called itself
) STRICT, WITHOUT ROWID;

CREATE INDEX session_person ON session (person);
CREATE INDEX session_refreshed ON session (refreshed_at);

-- A room or a direct. A deleted room stays as a row without name or messages, so that whoever
-- comes back after it learns of it.
CREATE TABLE conversation (
  id            BLOB PRIMARY KEY CHECK (length(id) = 16),
  kind          TEXT NOT NULL CHECK (kind IN ('room', 'direct')),
  name          TEXT,                     -- of a room
  name_key      TEXT UNIQUE,              -- without case and compatibility forms
  pair          BLOB UNIQUE,              -- of a direct: both people's ids, the smaller first
  topic         TEXT NOT NULL,
  is_private    INTEGER NOT NULL CHECK (is_private IN (0, 1)),
  owner         BLOB REFERENCES person (id),
  member_count  INTEGER NOT NULL,
  last_seq      INTEGER NOT NULL,         -- the last message's place; 0 while there is none
  -- Whether somebody else than its sender has read a message, without looking at every member:
  top_reader    BLOB,                     -- who has read furthest
  top_read_seq  INTEGER NOT NULL,         -- up to where
  next_read_seq INTEGER NOT NULL,         -- up to where the furthest of all others has
  active_at     INTEGER NOT NULL,         -- when it was made or last written to
  created_at    INTEGER NOT NULL,
  deleted_at    INTEGER,
  created_rev   INTEGER NOT NULL,
  rev           INTEGER NOT NULL,         -- its own last change, not its messages'
  CHECK (deleted_at IS NOT NULL OR (kind = 'room') = (name_key IS NOT NULL)),
  CHECK ((kind = 'direct') = (pair IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- Which rooms were made, changed or deleted since a cursor.
CREATE INDEX conversation_rev ON conversation (rev);

-- Somebody in a conversation. Who left stays as a row without role, so that a client of theirs
-- that was away learns of it.
CREATE TABLE member (
  conversation   BLOB NOT NULL REFERENCES conversation (id),
  person         BLOB NOT NULL REFERENCES person (id),
  role           TEXT CHECK (role IN ('owner', 'member')),  -- null: left
  last_read_seq  INTEGER NOT NULL,
  read_rev       INTEGER NOT NULL,        -- the change that last moved the read mark by itself
  notify         TEXT NOT NULL CHECK (notify IN ('all', 'mentions', 'none')),
  joined_at      INTEGER NOT NULL,
  joined_rev     INTEGER NOT NULL,
  rev            INTEGER NOT NULL,        -- joined, left or read
  PRIMARY KEY (conversation, person)
) STRICT, WITHOUT ROWID;

-- The conversations of a person.
CREATE INDEX member_person ON member (person);
-- Who joined, left or read in a conversation since a cursor.
CREATE INDEX member_rev ON member (conversation, rev);

-- A message. Its row number is the `rev` that posted it, so rows lie in the order of posting.
-- This table is the change feed: what a client missed is what has a `rev` after its cursor.
CREATE TABLE message (
  posted_rev    INTEGER PRIMARY KEY,
  id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  conversation  BLOB NOT NULL REFERENCES conversation (id),
  seq           INTEGER NOT NULL,
  rev           INTEGER NOT NULL,         -- posted, edited or deleted
  sender        BLOB NOT NULL REFERENCES person (id),
  client_id     TEXT,                     -- the sender's own name for it
  content       TEXT NOT NULL,            -- as typed; empty once deleted
  date          INTEGER NOT NULL,
  reply_to      BLOB,                     -- a message of the same conversation
  edited_at     INTEGER,
  deleted_at    INTEGER
) STRICT;

-- A page of history; no place is taken twice.
CREATE UNIQUE INDEX message_seq ON message (conversation, seq);
-- What changed in a conversation since a cursor.
CREATE INDEX message_rev ON message (conversation, rev);
-- Sending the same again sends nothing twice.
CREATE UNIQUE INDEX message_client_id ON message (sender, client_id) WHERE client_id IS NOT NULL;
