-- Version 11: slash commands that programs answer.

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
