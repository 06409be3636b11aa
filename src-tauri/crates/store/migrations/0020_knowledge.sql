-- What answers are taken from: saved answers, documents, web pages, and what people answered in
-- conversations that were solved.
CREATE TABLE knowledge_source (
    -- Never given twice, so that what is put back is what was removed.
    n             INTEGER PRIMARY KEY AUTOINCREMENT,
    -- answer, document, page or conversation.
    kind          TEXT    NOT NULL,
    -- What tells it from others of its kind: the name of an answer or a file, an address, the
    -- identifier of a conversation.
    name          TEXT    NOT NULL,
    title         TEXT    NOT NULL,
    -- The digest of what was read.
    digest        BLOB    NOT NULL,
    added_at_ms   INTEGER NOT NULL,
    -- When it was last read.
    read_at_ms    INTEGER NOT NULL,
    -- Why it could not be read anew since; empty when it could.
    problem       TEXT    NOT NULL,
    -- When it was removed: nothing of it is found, and it may still be put back.
    removed_at_ms INTEGER
) STRICT;

-- The sources of a kind, by name.
CREATE UNIQUE INDEX knowledge_source_by_name ON knowledge_source (kind, name);

-- What was removed, to be forgotten after a while.
CREATE INDEX knowledge_source_removed ON knowledge_source (removed_at_ms)
    WHERE removed_at_ms IS NOT NULL;

-- Stretches of sources, each of which answers by itself.
CREATE TABLE knowledge_passage (
    n       INTEGER PRIMARY KEY,
    source  INTEGER NOT NULL,
    -- Its place in the source, from 0.
    place   INTEGER NOT NULL,
    -- The headings above it, or the question that it answers.
    heading TEXT    NOT NULL,
    text    TEXT    NOT NULL
) STRICT;

-- The passages of a source, in order.
CREATE UNIQUE INDEX knowledge_passage_of ON knowledge_passage (source, place);

-- The words of passages. It keeps no text of its own; the mark holds the kind of the source.
CREATE VIRTUAL TABLE knowledge USING fts5 (
    title, heading, text, mark,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

-- How many passages have a word.
CREATE VIRTUAL TABLE knowledge_word USING fts5vocab ('knowledge', 'row');
