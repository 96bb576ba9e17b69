-- From version 1: reactions, blocks, friends, notifications, games, tournaments, and accounts that
-- another application vouches for. What the tables are is told in `schema.sql`.

ALTER TABLE person ADD COLUMN external TEXT;
ALTER TABLE person ADD COLUMN external_after INTEGER;
CREATE UNIQUE INDEX person_external ON person (external) WHERE external IS NOT NULL;
ALTER TABLE session ADD COLUMN is_external INTEGER NOT NULL DEFAULT 0 CHECK (is_external IN (0, 1));
ALTER TABLE message ADD COLUMN reactions INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN mentions TEXT;
ALTER TABLE conversation ADD COLUMN hidden_rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN told_read_seq INTEGER NOT NULL DEFAULT 0;
UPDATE member SET told_read_seq = last_read_seq;

CREATE TABLE reaction (
  message  INTEGER NOT NULL REFERENCES message (posted_rev) ON DELETE CASCADE,
  emoji    TEXT NOT NULL,
  person   BLOB NOT NULL REFERENCES person (id),
  rev      INTEGER NOT NULL,
  PRIMARY KEY (message, emoji, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE block (
  person   BLOB NOT NULL REFERENCES person (id),
  blocked  BLOB NOT NULL REFERENCES person (id),
  is_on    INTEGER NOT NULL CHECK (is_on IN (0, 1)),
  rev      INTEGER NOT NULL,
  PRIMARY KEY (person, blocked),
  CHECK (person <> blocked)
) STRICT, WITHOUT ROWID;

CREATE TABLE friendship (
  low    BLOB NOT NULL REFERENCES person (id),
  high   BLOB NOT NULL REFERENCES person (id),
  state  TEXT NOT NULL CHECK (state IN ('asked', 'friends', 'ended')),
  asker  BLOB NOT NULL REFERENCES person (id),
  at     INTEGER NOT NULL,
  rev    INTEGER NOT NULL,
  PRIMARY KEY (low, high),
  CHECK (low < high)
) STRICT, WITHOUT ROWID;

CREATE INDEX friendship_high ON friendship (high);

CREATE TABLE notification (
  id           BLOB PRIMARY KEY CHECK (length(id) = 16),
  person       BLOB NOT NULL REFERENCES person (id),
  action       TEXT NOT NULL,
  data         TEXT NOT NULL,
  about        BLOB NOT NULL,
  date         INTEGER NOT NULL,
  is_read      INTEGER NOT NULL CHECK (is_read IN (0, 1)),
  created_rev  INTEGER NOT NULL,
  rev          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX notification_person ON notification (person, created_rev);
CREATE INDEX notification_unread ON notification (person, about) WHERE NOT is_read;
CREATE INDEX notification_rev ON notification (person, rev);

CREATE TABLE invitation (
  id          BLOB PRIMARY KEY CHECK (length(id) = 16),
  inviter     BLOB NOT NULL REFERENCES person (id),
  invited     BLOB NOT NULL REFERENCES person (id),
  client_id   TEXT NOT NULL,
  options     TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'canceled')),
  reason      TEXT,
  expires_at  INTEGER NOT NULL,
  rev         INTEGER NOT NULL,
  CHECK (inviter <> invited)
) STRICT, WITHOUT ROWID;

CREATE INDEX invitation_pending ON invitation (expires_at) WHERE state = 'pending';
CREATE INDEX invitation_inviter ON invitation (inviter, rev);
CREATE INDEX invitation_invited ON invitation (invited, rev);

CREATE TABLE game (
  id           BLOB PRIMARY KEY CHECK (length(id) = 16),
  inviter      BLOB NOT NULL REFERENCES person (id),
  invited      BLOB NOT NULL REFERENCES person (id),
  client_id    TEXT NOT NULL,
  options      TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('on', 'finished', 'abandoned')),
  winner       BLOB REFERENCES person (id),
  scores       TEXT,
  started_at   INTEGER NOT NULL,
  finished_at  INTEGER,
  rev          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX game_on ON game (inviter, invited) WHERE state = 'on';
CREATE INDEX game_inviter ON game (inviter, rev);
CREATE INDEX game_invited ON game (invited, rev);

CREATE TABLE tournament (
  id           BLOB PRIMARY KEY CHECK (length(id) = 16),
  name         TEXT NOT NULL,
  organizer    BLOB NOT NULL REFERENCES person (id),
  state        TEXT NOT NULL CHECK (state IN ('open', 'started', 'canceled')),
  created_at   INTEGER NOT NULL,
  started_at   INTEGER,
  created_rev  INTEGER NOT NULL,
  rev          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tournament_rev ON tournament (rev);
CREATE INDEX tournament_organizer ON tournament (organizer) WHERE state = 'open';

CREATE TABLE tournament_player (
  tournament  BLOB NOT NULL REFERENCES tournament (id),
  person      BLOB NOT NULL REFERENCES person (id),
  joined_rev  INTEGER NOT NULL,
  PRIMARY KEY (tournament, person)
) STRICT, WITHOUT ROWID;
