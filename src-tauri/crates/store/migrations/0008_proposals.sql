-- What people answered to proposals to change the rules; the log says so too.
CREATE TABLE proposal_answer (
    proposal BLOB    NOT NULL PRIMARY KEY,
    accepted INTEGER NOT NULL,
    agent    TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    at_ms    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
