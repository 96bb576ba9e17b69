-- Version 12: messages that are posted at one time lie together in the index of what their senders call them.

DROP INDEX message_client_id;

-- Sending the same again sends nothing twice. Ids of clients that grow with time lie together, whoever sends.
CREATE UNIQUE INDEX message_client_id ON message (client_id, sender) WHERE client_id IS NOT NULL;
