-- From version 3: what changed after it was posted has an index of its own, so that posting writes one less.

DROP INDEX message_rev;
CREATE INDEX message_changed ON message (conversation, rev) WHERE rev <> posted_rev;
