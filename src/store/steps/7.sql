-- A person's language may be any: which ones the web client has is a matter of its files.
ALTER TABLE person ADD COLUMN language TEXT;
UPDATE person SET language = locale;
ALTER TABLE person DROP COLUMN locale;
ALTER TABLE person RENAME COLUMN language TO locale;
