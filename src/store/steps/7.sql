-- Integrations: programs that are people, and messages from elsewhere.

-- What a bot shows for itself. It stands for a session, whose end is its end; the session's client is
-- what the token is for, and its last refresh is the token's last use.
CREATE TABLE bot_token (
  session  BLOB PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
  hash     BLOB NOT NULL UNIQUE,          -- SHA-256 of the token, which is kept nowhere
  scopes   INTEGER NOT NULL               -- what may be done with it: a bit each (`model::bot`)
) STRICT, WITHOUT ROWID;
