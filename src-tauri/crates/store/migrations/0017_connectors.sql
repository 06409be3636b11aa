-- How Baton itself talks with a bot: by which protocol, where, on what terms. The key is kept
-- where secrets are.
CREATE TABLE bot_connector (
    bot       TEXT    NOT NULL PRIMARY KEY,
    kind      TEXT    NOT NULL,
    -- The settings, as JSON.
    config    TEXT    NOT NULL,
    -- 1 while the bot is asked; 0 while nothing is sent there.
    asked     INTEGER NOT NULL,
    set_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was sent to connected bots, newest last: noted before it is sent.
CREATE TABLE bot_sent (
    n            INTEGER PRIMARY KEY,
    bot          TEXT    NOT NULL,
    conversation BLOB    NOT NULL,
    at_ms        INTEGER NOT NULL,
    -- The digest of the record of what exactly was sent; the record is content like other content.
    record       BLOB    NOT NULL,
    -- What it is counted as: the most it can cost until the bot has said what it did.
    tokens       INTEGER NOT NULL,
    -- How long the bot took; none while that is not known.
    took_ms      INTEGER,
    -- answered, given_up, or the code of what went wrong; empty while that is not known.
    ended        TEXT    NOT NULL
) STRICT;

-- What was sent to a bot of late, with what it cost.
CREATE INDEX bot_sent_by_bot ON bot_sent (bot, at_ms, tokens);

-- What was sent of a conversation, to be erased with it.
CREATE INDEX bot_sent_by_conversation ON bot_sent (conversation);
