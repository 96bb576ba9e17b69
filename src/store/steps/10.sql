-- Version 10: the server gets certificates by itself.

-- What it needs for that.
CREATE TABLE certification (
  what   TEXT PRIMARY KEY CHECK (what IN ('account', 'certificate')),
  whose  TEXT NOT NULL,                   -- at which authority, for which address or domains
  bytes  BLOB NOT NULL                    -- the account with its key; a key and its certificates, in PEM: secrets
) STRICT, WITHOUT ROWID;
