-- From version 2: pinned messages, and what messages said before they were edited. What the tables
-- are is told in `schema.sql`.

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
