-- Version 8: order is kept in rooms.

ALTER TABLE conversation ADD COLUMN slow_mode INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN wrote_at INTEGER;

-- A message that somebody has reported to who runs the server, as it was then. It stays when the message
-- goes; one that was resolved is forgotten after some months.
CREATE TABLE report (
  id            BLOB PRIMARY KEY CHECK (length(id) = 16),
  reporter      BLOB NOT NULL REFERENCES person (id),
  reason        TEXT NOT NULL,            -- may be empty
  message       BLOB NOT NULL,            -- which may be gone by now
  sender        BLOB NOT NULL REFERENCES person (id),
  content       TEXT NOT NULL,            -- what it said
  files         TEXT NOT NULL,            -- what its files were called, as a JSON array
  date          INTEGER NOT NULL,         -- when it was said
  conversation  BLOB NOT NULL REFERENCES conversation (id),
  room          TEXT,                     -- what the room was called; null in a direct
  created_at    INTEGER NOT NULL,
  resolved_at   INTEGER,                  -- null: it waits to be looked after
  resolved_by   BLOB REFERENCES person (id)       -- null: the command line
) STRICT, WITHOUT ROWID;

-- Once each; and how many of somebody's wait.
CREATE UNIQUE INDEX report_once ON report (reporter, message);
