-- How each rule did on each day, as it read then: counted with the decisions, so that nobody has to
-- look through them. `meaning` tells one reading of a rule from another.
CREATE TABLE rule_day (
    day        INTEGER NOT NULL,
    rule       TEXT    NOT NULL,
    meaning    BLOB    NOT NULL,
    matched    INTEGER NOT NULL DEFAULT 0,
    acted      INTEGER NOT NULL DEFAULT 0,
    watched    INTEGER NOT NULL DEFAULT 0,
    differs    INTEGER NOT NULL DEFAULT 0,
    more       INTEGER NOT NULL DEFAULT 0,
    fewer      INTEGER NOT NULL DEFAULT 0,
    overridden INTEGER NOT NULL DEFAULT 0,
    last_at_ms INTEGER,
    PRIMARY KEY (day, rule, meaning)
) STRICT, WITHOUT ROWID;
-- What one reading of a rule has shown.
CREATE INDEX rule_day_meaning ON rule_day (rule, meaning, day);

-- Each time that a rule acted, with what it decided: to see whether a person decides otherwise soon
-- after, and how often it sends texts.
CREATE TABLE rule_act (
    conversation BLOB    NOT NULL,
    seq          INTEGER NOT NULL,
    rule         TEXT    NOT NULL,
    meaning      BLOB    NOT NULL,
    at_ms        INTEGER NOT NULL,
    slots        TEXT    NOT NULL,
    sends        INTEGER NOT NULL DEFAULT 0,
    overridden   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation, seq, rule)
) STRICT, WITHOUT ROWID;
-- The texts that a rule sent lately.
CREATE INDEX rule_act_sends ON rule_act (rule, at_ms) WHERE sends = 1;

-- When a reading of a rule was first put into shadow, and when it was first let act.
CREATE TABLE rule_reading (
    rule       TEXT    NOT NULL,
    meaning    BLOB    NOT NULL,
    watched_ms INTEGER,
    acted_ms   INTEGER,
    PRIMARY KEY (rule, meaning)
) STRICT, WITHOUT ROWID;
