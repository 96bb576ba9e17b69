-- Version 7: order is kept in rooms.

ALTER TABLE conversation ADD COLUMN slow_mode INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN wrote_at INTEGER;
