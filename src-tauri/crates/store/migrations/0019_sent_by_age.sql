-- What was sent to bots long ago, to be forgotten.
CREATE INDEX bot_sent_by_age ON bot_sent (at_ms);
