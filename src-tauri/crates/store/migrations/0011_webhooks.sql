-- When a bot was last at the door; none when it never came.
ALTER TABLE bot ADD COLUMN seen_at_ms INTEGER;

-- Where a bot is told what happens without asking. The secret is kept where secrets are.
CREATE TABLE bot_webhook (
    bot           TEXT    NOT NULL PRIMARY KEY,
    url           TEXT    NOT NULL,
    -- The place in the log up to which everything was delivered or given up.
    after         INTEGER NOT NULL,
    -- How often the event that comes next was tried in vain, how often of these it was refused,
    -- since when, and when it is tried again.
    attempts      INTEGER NOT NULL,
    refusals      INTEGER NOT NULL,
    failing_at_ms INTEGER,
    due_at_ms     INTEGER NOT NULL,
    -- Why nothing is delivered any more until a person says so; empty while it is.
    stopped       TEXT    NOT NULL,
    set_at_ms     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was tried of it, newest last: no words, only how it went.
CREATE TABLE bot_delivery (
    n       INTEGER PRIMARY KEY,
    bot     TEXT    NOT NULL,
    -- The identifier under which the receiver got it, and the place of the event in the log.
    id      TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    attempt INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    took_ms INTEGER NOT NULL,
    -- The HTTP status; none when there was no answer.
    status  INTEGER,
    -- delivered, failed or given_up.
    ended   TEXT    NOT NULL,
    error   TEXT    NOT NULL
) STRICT;

-- The deliveries of a bot, newest last.
CREATE INDEX bot_delivery_by_bot ON bot_delivery (bot, n);

-- Deliveries by age, to be forgotten.
CREATE INDEX bot_delivery_by_age ON bot_delivery (at_ms);
