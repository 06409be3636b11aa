-- Projection: a draft that a person reads before the customer does, and what became of it.
CREATE TABLE review (
    draft         BLOB    NOT NULL PRIMARY KEY,
    conversation  BLOB    NOT NULL,
    rule          TEXT    NOT NULL,
    decision      BLOB,
    author        TEXT    NOT NULL,
    author_name   TEXT    NOT NULL,
    -- Who is to read it: a list of targets as JSON.
    reviewers     TEXT    NOT NULL,
    document      BLOB    NOT NULL,
    packet        BLOB,
    held_at_ms    INTEGER NOT NULL,
    due_at_ms     INTEGER NOT NULL,
    -- How it ended; null while it waits.
    how           TEXT,
    -- The person who ended it; empty where time or a change of control did.
    by            TEXT    NOT NULL DEFAULT '',
    code          TEXT,
    sent          BLOB,
    outbox        BLOB,
    settled_at_ms INTEGER,
    waited_ms     INTEGER
) STRICT, WITHOUT ROWID;

-- What waits, in the order in which it came.
CREATE INDEX review_waiting ON review (held_at_ms, draft) WHERE how IS NULL;

-- What was settled, by time.
CREATE INDEX review_settled ON review (settled_at_ms, draft) WHERE how IS NOT NULL;

-- The drafts of a conversation.
CREATE INDEX review_of ON review (conversation, held_at_ms);
