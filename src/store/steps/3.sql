-- From version 2: files, avatars, pinned messages, what messages said before they were edited, and search.
-- What the tables are is told in `schema.sql`.

ALTER TABLE server ADD COLUMN stored_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE server ADD COLUMN indexed_rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN stored_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN avatar TEXT;
ALTER TABLE message ADD COLUMN attachments INTEGER NOT NULL DEFAULT 0;

CREATE TABLE file (
  number        INTEGER PRIMARY KEY,
  id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  owner         BLOB NOT NULL REFERENCES person (id),
  conversation  BLOB NOT NULL REFERENCES conversation (id),
  state         TEXT NOT NULL CHECK (state IN ('coming', 'whole', 'unused')),
  size          INTEGER NOT NULL,
  hash          BLOB UNIQUE,
  mime          TEXT NOT NULL,
  width         INTEGER,
  height        INTEGER,
  touched_at    INTEGER NOT NULL,
  has_thumbnail INTEGER NOT NULL CHECK (has_thumbnail IN (0, 1)),
  thumbnail     BLOB,
  CHECK ((state = 'whole') = (hash IS NOT NULL))
) STRICT;
CREATE INDEX file_ended ON file (state, number) WHERE state <> 'whole';

CREATE TABLE piece (
  place  INTEGER PRIMARY KEY,
  bytes  BLOB NOT NULL
) STRICT;

CREATE TABLE attachment (
  id            BLOB PRIMARY KEY CHECK (length(id) = 16),
  file          INTEGER NOT NULL REFERENCES file (number),
  conversation  BLOB NOT NULL REFERENCES conversation (id),
  uploader      BLOB NOT NULL REFERENCES person (id),
  message       INTEGER REFERENCES message (posted_rev),
  place         INTEGER NOT NULL,
  filename      TEXT NOT NULL,
  created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_message ON attachment (message, place);
CREATE INDEX attachment_unposted ON attachment (created_at) WHERE message IS NULL;
CREATE INDEX attachment_file ON attachment (file);
CREATE INDEX attachment_conversation ON attachment (conversation);

CREATE TABLE avatar (
  person  BLOB NOT NULL PRIMARY KEY REFERENCES person (id),
  bytes   BLOB NOT NULL
) STRICT;

ALTER TABLE message ADD COLUMN pinned_rev INTEGER;
ALTER TABLE message ADD COLUMN pinned_at INTEGER;
ALTER TABLE message ADD COLUMN pinned_by BLOB REFERENCES person (id);
CREATE INDEX message_pinned ON message (conversation, pinned_rev) WHERE pinned_rev IS NOT NULL;

CREATE TABLE message_version (
  message   INTEGER NOT NULL REFERENCES message (posted_rev) ON DELETE CASCADE,
  rev       INTEGER NOT NULL,
  content   TEXT NOT NULL,
  mentions  TEXT,
  date      INTEGER NOT NULL,
  PRIMARY KEY (message, rev)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE message_index USING fts5 (
  grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
