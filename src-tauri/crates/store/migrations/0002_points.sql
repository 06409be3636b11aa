-- A chunk of decision points in columns, sealed when it is full; made of decision records alone.
CREATE TABLE point_chunk (
    n         INTEGER PRIMARY KEY,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    points    INTEGER NOT NULL
) STRICT;
-- The chunk of a decision, and the chunks in the order of the log.
CREATE UNIQUE INDEX point_chunk_seq ON point_chunk (last_seq);

-- The facts that have columns, by number.
CREATE TABLE point_fact (
    n    INTEGER PRIMARY KEY,
    name TEXT    NOT NULL
) STRICT;
-- No fact twice.
CREATE UNIQUE INDEX point_fact_name ON point_fact (name);

-- One column of a chunk. The key is the number of the chunk times 65,536 plus that of the fact, so
-- that a chunk is read from one end to the other; fact 0 is the head, which says what was decided.
CREATE TABLE point_column (
    key   INTEGER PRIMARY KEY,
    bytes BLOB    NOT NULL
) STRICT;
