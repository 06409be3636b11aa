-- Labels and episodes kept by a bot, counted with the conversation so that most saves need not look.
ALTER TABLE conversation ADD COLUMN marks INTEGER NOT NULL DEFAULT 0;

-- Projection: what a person said of an episode, whether people were needed.
CREATE TABLE label (
    conversation  BLOB    NOT NULL,
    episode       INTEGER NOT NULL,
    agent         TEXT    NOT NULL,
    label         TEXT    NOT NULL,
    at_ms         INTEGER NOT NULL,
    decision      BLOB,
    sampled_day   INTEGER,
    sampled_drawn INTEGER NOT NULL DEFAULT 0,
    sampled_of    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation, episode, agent)
) STRICT, WITHOUT ROWID;
-- The labels in the order in which they were given.
CREATE INDEX label_at ON label (at_ms, conversation, episode, agent);

-- Projection: an episode that a bot had from beginning to end, by the day it was closed on.
CREATE TABLE kept (
    day          INTEGER NOT NULL,
    conversation BLOB    NOT NULL,
    episode      INTEGER NOT NULL,
    at_ms        INTEGER NOT NULL,
    PRIMARY KEY (day, conversation, episode)
) STRICT, WITHOUT ROWID;
-- The kept episodes of a conversation.
CREATE INDEX kept_conversation ON kept (conversation);
