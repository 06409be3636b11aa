-- Each time that a version of the rules was put in force: by whom, from where, why. Derived from
-- the log; versions older than their event are taken over as they were known.
CREATE TABLE rules_version (
    place     INTEGER PRIMARY KEY,
    ruleset   BLOB    NOT NULL REFERENCES ruleset (hash),
    at_ms     INTEGER NOT NULL,
    author    TEXT    NOT NULL DEFAULT '',
    origin    TEXT    NOT NULL DEFAULT 'file',
    why       TEXT    NOT NULL DEFAULT '',
    overrode  TEXT,
    approver  TEXT,
    came      TEXT    NOT NULL DEFAULT '[]',
    went      TEXT    NOT NULL DEFAULT '[]',
    changed   TEXT    NOT NULL DEFAULT '[]'
) STRICT;
-- The times that one version was put in force.
CREATE INDEX rules_version_ruleset ON rules_version (ruleset, place);

INSERT INTO rules_version (ruleset, at_ms)
SELECT hash, activated_at_ms FROM ruleset WHERE activated_at_ms IS NOT NULL
ORDER BY activated_at_ms, hash;

-- The version in force is the newest of the history.
DROP INDEX ruleset_active;
