-- How a conversation is linked with one at the platform of a connected bot, so that it goes on there
-- after a restart.
CREATE TABLE bot_link (
    bot          TEXT    NOT NULL,
    conversation BLOB    NOT NULL,
    -- The control epoch of the stretch after which the bot is to learn what became of the
    -- conversation; none once it has learnt that.
    epoch        INTEGER,
    -- 1 when it has learnt that a person took the conversation since.
    taken        INTEGER NOT NULL,
    -- What the platform calls the conversation and how far it was read there, as JSON. No secret.
    kept         TEXT    NOT NULL,
    PRIMARY KEY (bot, conversation)
) STRICT, WITHOUT ROWID;

-- The links of a conversation, to be erased with it.
CREATE INDEX bot_link_by_conversation ON bot_link (conversation);
