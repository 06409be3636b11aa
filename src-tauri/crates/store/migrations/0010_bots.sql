-- The bots that may knock at the door, removed ones too, so that a name says who it was.
CREATE TABLE bot (
    name             TEXT    NOT NULL PRIMARY KEY,
    channel          BLOB    NOT NULL,
    -- SHA-256 of the token; the token itself is shown once and kept nowhere.
    token            BLOB    NOT NULL,
    -- How long it may take to answer a customer before people get the conversation.
    answer_within_ms INTEGER NOT NULL,
    added_at_ms      INTEGER NOT NULL,
    removed_at_ms    INTEGER
) STRICT, WITHOUT ROWID;

-- What a bot was answered under a key of its own: a repetition gets the same answer.
CREATE TABLE bot_answer (
    bot     TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    -- The digest of what was asked.
    request BLOB    NOT NULL,
    status  INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    -- What it was about, so that it goes when that is erased.
    conversation BLOB,
    at_ms   INTEGER NOT NULL,
    PRIMARY KEY (bot, key)
) STRICT, WITHOUT ROWID;

-- Answers by age, to be forgotten.
CREATE INDEX bot_answer_by_age ON bot_answer (at_ms);

-- Answers of a conversation, to be erased with it.
CREATE INDEX bot_answer_by_conversation ON bot_answer (conversation)
    WHERE conversation IS NOT NULL;

-- The name that a bot platform has for a conversation.
CREATE TABLE bot_thread (
    conversation BLOB NOT NULL PRIMARY KEY,
    channel      BLOB NOT NULL,
    key          TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the bot in control has said it knows; it goes into the packet when control leaves it.
CREATE TABLE bot_packet (
    conversation BLOB    NOT NULL PRIMARY KEY,
    bot          TEXT    NOT NULL,
    epoch        INTEGER NOT NULL,
    body         TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
