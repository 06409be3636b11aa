-- What a rule that looks for words found in a sealed chunk of decision points, by what the rule says:
-- reading old messages again is slow, and a back-test that was interrupted goes on where it was. The
-- chunk is named by its first place in the log; `state` changes when something of it is erased.
CREATE TABLE point_match (
    chunk INTEGER NOT NULL,
    rule  BLOB    NOT NULL,
    state INTEGER NOT NULL,
    bits  BLOB    NOT NULL,
    PRIMARY KEY (chunk, rule)
) STRICT, WITHOUT ROWID;
