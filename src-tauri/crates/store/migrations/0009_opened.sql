-- How many conversations a contact had before one is asked at every decision.
CREATE INDEX conversation_opened ON conversation (contact, opened_at_ms, id);
