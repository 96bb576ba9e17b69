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
  created_at   INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL DEFAULT 0, -- of all pieces of files
  indexed_rev  INTEGER NOT NULL DEFAULT 0, -- messages posted up to this change are in `message_index`
  name         TEXT NOT NULL DEFAULT 'Salon',
  registration TEXT NOT NULL DEFAULT 'open' -- who may make an account, after the first
    CHECK (registration IN ('open', 'invite', 'closed')),
  max_upload    INTEGER NOT NULL DEFAULT 26214400,    -- bytes that a file may have
  person_quota  INTEGER NOT NULL DEFAULT 1073741824,  -- bytes that the files of one person may have together
  storage_quota INTEGER NOT NULL DEFAULT 10737418240, -- bytes that all files may have together
  push_key     BLOB                       -- stands for the server at push services: a pair of P-256, as PKCS#8
) STRICT;

-- What the server needs to get certificates by itself.
CREATE TABLE certification (
  what   TEXT PRIMARY KEY CHECK (what IN ('account', 'certificate')),
  whose  TEXT NOT NULL,                   -- at which authority, for which address or domains
  bytes  BLOB NOT NULL                    -- the account with its key; a key and its certificates, in PEM: secrets
) STRICT, WITHOUT ROWID;

-- A person's account. One that was deleted stays as a row, so that its messages have a sender.
CREATE TABLE person (
  id             BLOB PRIMARY KEY CHECK (length(id) = 16),
  username       TEXT NOT NULL,           -- as typed; 'deleted user' once deleted
  username_key   TEXT NOT NULL UNIQUE,    -- without case: what makes a name unique and found
  display_name   TEXT NOT NULL,
  bio            TEXT NOT NULL,
  role           TEXT NOT NULL CHECK (role IN ('admin', 'member', 'bot')),
  locale         TEXT,                    -- the language chosen, if any: 'fr', 'pt-BR'
  password_hash  TEXT,                    -- Argon2id in PHC form; null once deleted
  created_at     INTEGER NOT NULL,
  last_activity  INTEGER NOT NULL,        -- as last written down, at most a minute behind
  deleted_at     INTEGER,
  rev            INTEGER NOT NULL,
  external       TEXT,                    -- who it is to the application whose tokens are accepted
  external_after INTEGER,                 -- that application's tokens count if issued after this
  stored_bytes   INTEGER NOT NULL DEFAULT 0, -- of the files that they have sent or are sending
  avatar         TEXT,                    -- which picture they have in `avatar`: changes with its bytes
  disabled_at    INTEGER                  -- since when an administrator keeps them out
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX person_external ON person (external) WHERE external IS NOT NULL;

-- Who changed since a cursor.
CREATE INDEX person_rev ON person (rev);

-- How a person looks: a small picture, made by us of the one that they chose. Apart from `person`,
-- whose rows are read with every name.
CREATE TABLE avatar (
  person  BLOB NOT NULL PRIMARY KEY REFERENCES person (id),
  bytes   BLOB NOT NULL
) STRICT;

-- A place where a person is signed in. A revoked session is a deleted row.
CREATE TABLE session (
  id            BLOB PRIMARY KEY CHECK (length(id) = 16),
  person        BLOB NOT NULL REFERENCES person (id),
  token         BLOB NOT NULL,            -- id of its one refresh token that still works
  created_at    INTEGER NOT NULL,
  refreshed_at  INTEGER NOT NULL,
  client        TEXT NOT NULL,            -- what the client called itself
  is_external   INTEGER NOT NULL DEFAULT 0 CHECK (is_external IN (0, 1)), -- by another application's tokens
  address       TEXT                      -- from where it was last opened or renewed
) STRICT, WITHOUT ROWID;

CREATE INDEX session_person ON session (person);
CREATE INDEX session_refreshed ON session (refreshed_at);

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

-- A slash command that administrators have made, beside those that the web client understands by itself.
-- It goes with its bot.
CREATE TABLE slash_command (
  id           BLOB PRIMARY KEY CHECK (length(id) = 16),
  name         TEXT NOT NULL UNIQUE,      -- what is typed after the slash, in lower case
  description  TEXT NOT NULL,
  hint         TEXT NOT NULL,             -- what may come after the name; may be empty
  bot          BLOB NOT NULL REFERENCES person (id),  -- who answers
  url          TEXT,                      -- the address that is called; null: the bot's sockets are asked
  secret       TEXT,                      -- signs the calls
  created_by   BLOB REFERENCES person (id),           -- null: the command line
  created_at   INTEGER NOT NULL,
  CHECK ((url IS NULL) = (secret IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX slash_command_bot ON slash_command (bot);

-- Lets people make accounts where that needs an invitation; `invitation` on the wire, where those to
-- games never meet it.
CREATE TABLE pass (
  id          BLOB PRIMARY KEY CHECK (length(id) = 16),
  token       TEXT NOT NULL UNIQUE,       -- what its link holds
  uses        INTEGER,                    -- how many accounts it may make; null: any number
  used        INTEGER NOT NULL,           -- how many it has made
  room        BLOB REFERENCES conversation (id),  -- that newcomers are in from the start
  created_by  BLOB REFERENCES person (id),        -- null: the command line
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER
) STRICT, WITHOUT ROWID;

-- Signs one person in, once: for who has forgotten their password. A person has one at most.
CREATE TABLE sign_in_link (
  person      BLOB PRIMARY KEY REFERENCES person (id),
  hash        BLOB NOT NULL UNIQUE,       -- SHA-256 of what the link holds, which is kept nowhere
  expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Somebody who may not come in, addresses that may not, or both together.
CREATE TABLE ban (
  id          BLOB PRIMARY KEY CHECK (length(id) = 16),
  person      BLOB REFERENCES person (id),
  reason      TEXT NOT NULL,              -- told to the person; may be empty
  created_by  BLOB REFERENCES person (id),        -- null: the command line
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX ban_person ON ban (person) WHERE person IS NOT NULL;

CREATE TABLE banned_network (
  ban      BLOB NOT NULL REFERENCES ban (id) ON DELETE CASCADE,
  network  TEXT NOT NULL,                 -- an address and how many of its bits count: 192.0.2.0/24
  PRIMARY KEY (ban, network)
) STRICT, WITHOUT ROWID;

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

-- What was done to run the server and to keep order in it, with the change that did it.
CREATE TABLE audit (
  id       INTEGER PRIMARY KEY,
  date     INTEGER NOT NULL,
  actor    BLOB REFERENCES person (id),   -- null: the command line
  action   TEXT NOT NULL,
  target   TEXT NOT NULL,                 -- to whom or what, by the name that it had then
  details  TEXT NOT NULL                  -- JSON, by action
) STRICT;

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
  hidden_rev    INTEGER NOT NULL DEFAULT 0,  -- the change that last made a public room private
  slow_mode     INTEGER NOT NULL DEFAULT 0,  -- for how many seconds a member who has said something is quiet
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
  told_read_seq  INTEGER NOT NULL DEFAULT 0,  -- how far the others were told that they have read
  read_rev       INTEGER NOT NULL,        -- the change that last moved that
  notify         TEXT NOT NULL CHECK (notify IN ('all', 'mentions', 'none')),
  joined_at      INTEGER NOT NULL,
  joined_rev     INTEGER NOT NULL,
  wrote_at       INTEGER,                 -- when they last said something; also while they are away
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
  rev           INTEGER NOT NULL,         -- posted, edited, deleted, reacted to or pinned
  sender        BLOB NOT NULL REFERENCES person (id),
  client_id     TEXT,                     -- the sender's own name for it
  content       TEXT NOT NULL,            -- as typed; empty once deleted
  date          INTEGER NOT NULL,
  reply_to      BLOB,                     -- a message of the same conversation
  edited_at     INTEGER,
  deleted_at    INTEGER,
  reactions     INTEGER NOT NULL DEFAULT 0, -- how many rows of `reaction` it has
  mentions      TEXT,                     -- whom it names: usernames as a JSON array; null for nobody
  attachments   INTEGER NOT NULL DEFAULT 0, -- how many rows of `attachment` it has
  pinned_rev    INTEGER,                  -- the change that pinned it, while it is
  pinned_at     INTEGER,
  pinned_by     BLOB REFERENCES person (id),
  shown_as      TEXT                      -- the name under which a hook's message shows
) STRICT;

-- A page of history; no place is taken twice.
CREATE UNIQUE INDEX message_seq ON message (conversation, seq);
-- What changed in a conversation since a cursor, after it was posted; posting never touches it.
CREATE INDEX message_changed ON message (conversation, rev) WHERE rev <> posted_rev;
-- Sending the same again sends nothing twice. Ids of clients that grow with time lie together, whoever sends.
CREATE UNIQUE INDEX message_client_id ON message (client_id, sender) WHERE client_id IS NOT NULL;
-- What is pinned in a conversation, in the order of pinning; posting never touches it.
CREATE INDEX message_pinned ON message (conversation, pinned_rev) WHERE pinned_rev IS NOT NULL;

-- What a message said before it was edited; the newest of each are kept, and none once it is deleted.
CREATE TABLE message_version (
  message   INTEGER NOT NULL REFERENCES message (posted_rev) ON DELETE CASCADE,
  rev       INTEGER NOT NULL,             -- the change that took its place
  content   TEXT NOT NULL,
  mentions  TEXT,
  date      INTEGER NOT NULL,             -- since when the message said this
  PRIMARY KEY (message, rev)
) STRICT, WITHOUT ROWID;

-- What somebody makes of a message, in one emoji; `like` is the like.
CREATE TABLE reaction (
  message  INTEGER NOT NULL REFERENCES message (posted_rev) ON DELETE CASCADE,
  emoji    TEXT NOT NULL,
  person   BLOB NOT NULL REFERENCES person (id),
  rev      INTEGER NOT NULL,
  PRIMARY KEY (message, emoji, person)
) STRICT, WITHOUT ROWID;

-- One person's silence towards another. One that was ended stays as a row, so that other clients of
-- theirs learn of it.
CREATE TABLE block (
  person   BLOB NOT NULL REFERENCES person (id),
  blocked  BLOB NOT NULL REFERENCES person (id),
  is_on    INTEGER NOT NULL CHECK (is_on IN (0, 1)),
  rev      INTEGER NOT NULL,
  PRIMARY KEY (person, blocked),
  CHECK (person <> blocked)
) STRICT, WITHOUT ROWID;

-- What two people are to each other. One that was refused, withdrawn or ended stays as a row.
CREATE TABLE friendship (
  low    BLOB NOT NULL REFERENCES person (id),  -- both people, the smaller id first
  high   BLOB NOT NULL REFERENCES person (id),
  state  TEXT NOT NULL CHECK (state IN ('asked', 'friends', 'ended')),
  asker  BLOB NOT NULL REFERENCES person (id),
  at     INTEGER NOT NULL,
  rev    INTEGER NOT NULL,
  PRIMARY KEY (low, high),
  CHECK (low < high)
) STRICT, WITHOUT ROWID;

CREATE INDEX friendship_high ON friendship (high);

-- Something that a person should know of; each has the newest few hundred.
CREATE TABLE notification (
  id           BLOB PRIMARY KEY CHECK (length(id) = 16),
  person       BLOB NOT NULL REFERENCES person (id),
  action       TEXT NOT NULL,
  data         TEXT NOT NULL,             -- JSON, by action
  about        BLOB NOT NULL,             -- the invitation, tournament, person or conversation it is about
  date         INTEGER NOT NULL,
  is_read      INTEGER NOT NULL CHECK (is_read IN (0, 1)),
  created_rev  INTEGER NOT NULL,
  rev          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A person's, newest first.
CREATE INDEX notification_person ON notification (person, created_rev);
-- What is unread, and whether that is known already.
CREATE INDEX notification_unread ON notification (person, about) WHERE NOT is_read;
-- What was added or read since a cursor.
CREATE INDEX notification_rev ON notification (person, rev);

-- Somebody asks somebody for a game.
CREATE TABLE invitation (
  id          BLOB PRIMARY KEY CHECK (length(id) = 16),
  inviter     BLOB NOT NULL REFERENCES person (id),
  invited     BLOB NOT NULL REFERENCES person (id),
  client_id   TEXT NOT NULL,              -- the inviter's own name for it
  options     TEXT NOT NULL,              -- JSON: how the game is to be
  state       TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'canceled')),
  reason      TEXT,                       -- why it was canceled
  expires_at  INTEGER NOT NULL,
  rev         INTEGER NOT NULL,
  CHECK (inviter <> invited)
) STRICT, WITHOUT ROWID;

-- Those that wait; and, of either side, what became of them since a cursor.
CREATE INDEX invitation_pending ON invitation (expires_at) WHERE state = 'pending';
CREATE INDEX invitation_inviter ON invitation (inviter, rev);
CREATE INDEX invitation_invited ON invitation (invited, rev);

-- A game of two. Salon brings them together and keeps the result; it is played elsewhere.
CREATE TABLE game (
  id           BLOB PRIMARY KEY CHECK (length(id) = 16),
  inviter      BLOB NOT NULL REFERENCES person (id),
  invited      BLOB NOT NULL REFERENCES person (id),
  client_id    TEXT NOT NULL,
  options      TEXT NOT NULL,             -- JSON
  state        TEXT NOT NULL CHECK (state IN ('on', 'finished', 'abandoned')),
  winner       BLOB REFERENCES person (id),
  scores       TEXT,                      -- JSON: the inviter's and the invited one's
  started_at   INTEGER NOT NULL,
  finished_at  INTEGER,
  rev          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who is in a game.
CREATE INDEX game_on ON game (inviter, invited) WHERE state = 'on';
CREATE INDEX game_inviter ON game (inviter, rev);
CREATE INDEX game_invited ON game (invited, rev);

-- A tournament that somebody organises; everyone is told of it.
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

-- The bytes of a file, kept once however often it is sent. They lie in `piece`.
CREATE TABLE file (
  number        INTEGER PRIMARY KEY,      -- the change that began it
  id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  owner         BLOB NOT NULL REFERENCES person (id),        -- who sends it, while it is coming
  conversation  BLOB NOT NULL REFERENCES conversation (id),  -- for where
  state         TEXT NOT NULL CHECK (state IN ('coming', 'whole', 'unused')),
  size          INTEGER NOT NULL,         -- how many of its bytes are in `piece`
  hash          BLOB UNIQUE,              -- SHA-256, while it is whole
  mime          TEXT NOT NULL,
  width         INTEGER,                  -- of a picture, in pixels, as shown
  height        INTEGER,
  touched_at    INTEGER NOT NULL,         -- when its last piece came
  has_thumbnail INTEGER NOT NULL CHECK (has_thumbnail IN (0, 1)),
  thumbnail     BLOB,                     -- last, so that nobody reads over it
  CHECK ((state = 'whole') = (hash IS NOT NULL))
) STRICT;

-- What is not whole: it either still grows or is being forgotten.
CREATE INDEX file_ended ON file (state, number) WHERE state <> 'whole';

-- Some bytes of a file: 64 KiB, but for the last. A row of its own, so that a file comes and goes
-- between messages and is read from anywhere.
CREATE TABLE piece (
  place  INTEGER PRIMARY KEY,             -- the file's number times 2^20, and which piece it is
  bytes  BLOB NOT NULL
) STRICT;

-- A file that comes with a message, or that may still be posted.
CREATE TABLE attachment (
  id            BLOB PRIMARY KEY CHECK (length(id) = 16),
  file          INTEGER NOT NULL REFERENCES file (number),
  conversation  BLOB NOT NULL REFERENCES conversation (id),
  uploader      BLOB NOT NULL REFERENCES person (id),
  message       INTEGER REFERENCES message (posted_rev),     -- null: not posted yet
  place         INTEGER NOT NULL,         -- which of the message's files it is
  filename      TEXT NOT NULL,
  created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Those of a message, in order.
CREATE INDEX attachment_message ON attachment (message, place);
-- Those that nobody has posted.
CREATE INDEX attachment_unposted ON attachment (created_at) WHERE message IS NULL;
-- Whether anything still uses a file.
CREATE INDEX attachment_file ON attachment (file);
-- Those that go with a room.
CREATE INDEX attachment_conversation ON attachment (conversation);

-- What messages say, as pieces of their words (`model::grams`), by the message's row number. It leads
-- to messages that may fit a search; what is posted comes into it a little later.
CREATE VIRTUAL TABLE message_index USING fts5 (
  grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
