-- From version 4: the server's own settings, who may come in and who may not, and what was done to run it.

ALTER TABLE server ADD COLUMN name TEXT NOT NULL DEFAULT 'Salon';
ALTER TABLE server ADD COLUMN registration TEXT NOT NULL DEFAULT 'open'
  CHECK (registration IN ('open', 'invite', 'closed'));
ALTER TABLE server ADD COLUMN max_upload INTEGER NOT NULL DEFAULT 26214400;
ALTER TABLE server ADD COLUMN person_quota INTEGER NOT NULL DEFAULT 1073741824;
ALTER TABLE server ADD COLUMN storage_quota INTEGER NOT NULL DEFAULT 10737418240;

ALTER TABLE person ADD COLUMN disabled_at INTEGER;
ALTER TABLE session ADD COLUMN address TEXT;

CREATE TABLE pass (
  id          BLOB PRIMARY KEY CHECK (length(id) = 16),
  token       TEXT NOT NULL UNIQUE,
  uses        INTEGER,
  used        INTEGER NOT NULL,
  room        BLOB REFERENCES conversation (id),
  created_by  BLOB REFERENCES person (id),
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_in_link (
  person      BLOB PRIMARY KEY REFERENCES person (id),
  hash        BLOB NOT NULL UNIQUE,
  expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ban (
  id          BLOB PRIMARY KEY CHECK (length(id) = 16),
  person      BLOB REFERENCES person (id),
  reason      TEXT NOT NULL,
  created_by  BLOB REFERENCES person (id),
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX ban_person ON ban (person) WHERE person IS NOT NULL;

CREATE TABLE banned_network (
  ban      BLOB NOT NULL REFERENCES ban (id) ON DELETE CASCADE,
  network  TEXT NOT NULL,
  PRIMARY KEY (ban, network)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  id       INTEGER PRIMARY KEY,
  date     INTEGER NOT NULL,
  actor    BLOB REFERENCES person (id),
  action   TEXT NOT NULL,
  target   TEXT NOT NULL,
  details  TEXT NOT NULL
) STRICT;
