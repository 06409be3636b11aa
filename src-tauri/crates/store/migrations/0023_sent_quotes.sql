-- What was sent to a connected bot may quote what people answered in conversations of others.
CREATE TABLE bot_sent_quote (
    -- The conversation that is quoted.
    conversation BLOB    NOT NULL,
    -- What was sent.
    sent         INTEGER NOT NULL,
    PRIMARY KEY (conversation, sent)
) STRICT, WITHOUT ROWID;

-- What something that was sent quotes, to be forgotten with it.
CREATE INDEX bot_sent_quote_by_sent ON bot_sent_quote (sent);
