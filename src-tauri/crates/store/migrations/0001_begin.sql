-- Times are integer milliseconds UTC (`_ms`). Identifiers are 16 bytes, digests 32 bytes.

-- A device that writes events; its newest envelope is the head of its hash chain.
CREATE TABLE device (
    n        INTEGER PRIMARY KEY,
    id       BLOB    NOT NULL,
    head     BLOB,
    head_seq INTEGER NOT NULL DEFAULT 0,
    events   INTEGER NOT NULL DEFAULT 0
) STRICT;
-- Finds a device by its identifier.
CREATE UNIQUE INDEX device_id ON device (id);

-- The log: every envelope byte for byte, in the order in which this workspace learned of it.
CREATE TABLE event (
    seq          INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL,
    conversation BLOB,
    device       INTEGER NOT NULL REFERENCES device (n),
    kind         TEXT    NOT NULL,
    at_ms        INTEGER NOT NULL,
    shown_at_ms  INTEGER NOT NULL,
    hash         BLOB    NOT NULL,
    bytes        BLOB    NOT NULL
) STRICT;
-- No event twice.
CREATE UNIQUE INDEX event_id ON event (id);
-- The timeline of a conversation.
CREATE INDEX event_timeline ON event (conversation, shown_at_ms, seq) WHERE conversation IS NOT NULL;

-- Content by digest: raw messages, documents, packets. An erased row stays, without its bytes.
CREATE TABLE content (
    n            INTEGER PRIMARY KEY,
    hash         BLOB    NOT NULL,
    size         INTEGER NOT NULL,
    packing      INTEGER NOT NULL DEFAULT 0,
    erased_at_ms INTEGER,
    bytes        BLOB    NOT NULL
) STRICT;
-- Finds content, and keeps it once.
CREATE UNIQUE INDEX content_hash ON content (hash);

-- A person (or role address) who writes to the team.
CREATE TABLE contact (
    id            BLOB    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL DEFAULT '',
    attributes    TEXT    NOT NULL DEFAULT '{}',
    created_at_ms INTEGER NOT NULL,
    merged_into   BLOB
) STRICT, WITHOUT ROWID;
-- Finds a contact by the beginning of the name.
CREATE INDEX contact_name ON contact (name COLLATE NOCASE, id);

-- One address of a contact on one kind of channel, in normal form.
CREATE TABLE identity (
    kind             TEXT    NOT NULL,
    address          TEXT    NOT NULL,
    contact          BLOB    NOT NULL REFERENCES contact (id),
    name             TEXT    NOT NULL DEFAULT '',
    verification     TEXT    NOT NULL DEFAULT 'none',
    first_seen_at_ms INTEGER NOT NULL,
    last_seen_at_ms  INTEGER NOT NULL,
    PRIMARY KEY (kind, address)
) STRICT, WITHOUT ROWID;
-- The addresses of a contact.
CREATE INDEX identity_contact ON identity (contact, kind, address);

-- Projection: a conversation's folded state, and the columns that its row in a list shows.
CREATE TABLE conversation (
    n                INTEGER PRIMARY KEY,
    id               BLOB    NOT NULL,
    channel          BLOB    NOT NULL,
    contact          BLOB    NOT NULL,
    subject          TEXT    NOT NULL DEFAULT '',
    status           TEXT    NOT NULL,
    priority         TEXT    NOT NULL,
    control_state    TEXT    NOT NULL,
    controller_kind  TEXT    NOT NULL,
    controller_name  TEXT    NOT NULL,
    control_since_ms INTEGER NOT NULL,
    epoch            INTEGER NOT NULL,
    escalated        INTEGER NOT NULL,
    unread           INTEGER NOT NULL,
    opened_at_ms     INTEGER NOT NULL,
    last_at_ms       INTEGER NOT NULL,
    last_author      TEXT    NOT NULL DEFAULT '',
    last_message     BLOB,
    waiting_since_ms INTEGER,
    snoozed_until_ms INTEGER,
    due_at_ms        INTEGER,
    due_kind         TEXT    NOT NULL DEFAULT '',
    due_since_ms     INTEGER NOT NULL DEFAULT 0,
    due_state        TEXT    NOT NULL DEFAULT '',
    tags             TEXT    NOT NULL DEFAULT '[]',
    messages         INTEGER NOT NULL DEFAULT 0,
    attachments      INTEGER NOT NULL DEFAULT 0,
    sending          INTEGER NOT NULL DEFAULT 0,
    send_trouble     INTEGER NOT NULL DEFAULT 0,
    imported         INTEGER NOT NULL DEFAULT 0,
    state            BLOB    NOT NULL
) STRICT;
-- Finds a conversation by its identifier.
CREATE UNIQUE INDEX conversation_id ON conversation (id);
-- The conversations of a contact, newest first.
CREATE INDEX conversation_contact ON conversation (contact, last_at_ms, n);

-- Projection: a list in which conversations stand (a view, a queue, a tag), with its counts.
CREATE TABLE place (
    n             INTEGER PRIMARY KEY,
    name          TEXT    NOT NULL,
    conversations INTEGER NOT NULL DEFAULT 0,
    unread        INTEGER NOT NULL DEFAULT 0
) STRICT;
-- Finds a place by its name.
CREATE UNIQUE INDEX place_name ON place (name);

-- Projection: which conversations stand in a place, in the order of their newest message.
CREATE TABLE listing (
    place        INTEGER NOT NULL,
    last_at_ms   INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    PRIMARY KEY (place, last_at_ms, conversation)
) STRICT, WITHOUT ROWID;

-- Projection: which conversations of a place have a running clock, in the order of its end.
CREATE TABLE listing_due (
    place        INTEGER NOT NULL,
    due_at_ms    INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    PRIMARY KEY (place, due_at_ms, conversation)
) STRICT, WITHOUT ROWID;

-- Projection: a message as rows, threading and search need it. The number grows with the time of
-- the message, so that "newest first" is the order of the key, in the search index too.
CREATE TABLE message (
    n              INTEGER PRIMARY KEY,
    id             BLOB    NOT NULL,
    conversation   INTEGER NOT NULL REFERENCES conversation (n),
    seq            INTEGER NOT NULL,
    channel        BLOB    NOT NULL,
    contact        BLOB    NOT NULL,
    at_ms          INTEGER NOT NULL,
    direction      TEXT    NOT NULL,
    author         TEXT    NOT NULL,
    author_name    TEXT    NOT NULL DEFAULT '',
    kind           TEXT    NOT NULL,
    document       BLOB    NOT NULL,
    raw            BLOB,
    native_id      TEXT    NOT NULL DEFAULT '',
    sender_name    TEXT    NOT NULL DEFAULT '',
    sender_address TEXT    NOT NULL DEFAULT '',
    recipients     TEXT    NOT NULL DEFAULT '',
    subject        TEXT    NOT NULL DEFAULT '',
    snippet        TEXT    NOT NULL DEFAULT '',
    attachments    INTEGER NOT NULL DEFAULT 0,
    warnings       INTEGER NOT NULL DEFAULT 0,
    joined         TEXT    NOT NULL DEFAULT 'new',
    imported       INTEGER NOT NULL DEFAULT 0,
    source         TEXT    NOT NULL DEFAULT '',
    outbox         BLOB
) STRICT;
-- Finds a message by its identifier.
CREATE UNIQUE INDEX message_id ON message (id);
-- Finds the message that an event of the timeline recorded.
CREATE UNIQUE INDEX message_seq ON message (seq);
-- The messages of a conversation, by time.
CREATE INDEX message_conversation ON message (conversation, n);

-- Projection: which message carries an identifier of the channel's own (role 0) or refers to it
-- (role 1), by the first half of its digest.
CREATE TABLE mention (
    key     BLOB    NOT NULL,
    role    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (key, role, message)
) STRICT, WITHOUT ROWID;

-- What a channel or import has handed over before, by digest of its key: nothing is taken in twice.
CREATE TABLE receipt (
    key        BLOB    NOT NULL PRIMARY KEY,
    message    BLOB    NOT NULL,
    seen_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One evaluation of the rules with its explanation; the record is content and can be erased.
CREATE TABLE decision (
    id           BLOB    NOT NULL,
    seq          INTEGER NOT NULL PRIMARY KEY,
    conversation BLOB    NOT NULL,
    at_ms        INTEGER NOT NULL,
    trigger      TEXT    NOT NULL,
    ruleset      BLOB    NOT NULL,
    record_hash  BLOB    NOT NULL,
    record       BLOB    NOT NULL,
    sentence     TEXT    NOT NULL DEFAULT ''
) STRICT;
-- Finds a decision by its identifier.
CREATE UNIQUE INDEX decision_id ON decision (id);
-- The decisions of a conversation, newest first.
CREATE INDEX decision_conversation ON decision (conversation, seq);

-- The versions of the rules, by digest of their text.
CREATE TABLE ruleset (
    hash            BLOB    NOT NULL PRIMARY KEY,
    text            TEXT    NOT NULL,
    first_at_ms     INTEGER NOT NULL,
    activated_at_ms INTEGER
) STRICT, WITHOUT ROWID;
-- Finds the version in force.
CREATE INDEX ruleset_active ON ruleset (activated_at_ms, hash) WHERE activated_at_ms IS NOT NULL;

-- When a conversation must next be looked at by the clock; survives restart and sleep.
CREATE TABLE deadline (
    conversation BLOB    NOT NULL PRIMARY KEY,
    due_at_ms    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- What is due, earliest first.
CREATE INDEX deadline_due ON deadline (due_at_ms, conversation);

-- What the world is asked to do, stored with the events that ask for it and carried out afterwards.
CREATE TABLE effect (
    n             INTEGER PRIMARY KEY,
    key           TEXT    NOT NULL,
    conversation  BLOB    NOT NULL,
    kind          TEXT    NOT NULL,
    body          TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    not_before_ms INTEGER NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0,
    changed_at_ms INTEGER NOT NULL,
    error         TEXT    NOT NULL DEFAULT ''
) STRICT;
-- No effect twice.
CREATE UNIQUE INDEX effect_key ON effect (key);
-- What can be done now, earliest first.
CREATE INDEX effect_pending ON effect (not_before_ms, n) WHERE state = 'pending';
-- What was under way when the program ended.
CREATE INDEX effect_running ON effect (n) WHERE state = 'running';
-- The effects of a conversation, to take them back.
CREATE INDEX effect_conversation ON effect (conversation, n);
-- What is settled and old enough to be forgotten.
CREATE INDEX effect_settled ON effect (changed_at_ms) WHERE state IN ('done', 'cancelled');

-- People alerted about a conversation who have neither seen it taken nor taken it.
CREATE TABLE alert (
    conversation BLOB    NOT NULL,
    agent        TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    raised_at_ms INTEGER NOT NULL,
    raised_times INTEGER NOT NULL DEFAULT 1,
    shown_at_ms  INTEGER,
    PRIMARY KEY (conversation, agent)
) STRICT, WITHOUT ROWID;
-- The live alerts of a person, newest first.
CREATE INDEX alert_agent ON alert (agent, raised_at_ms, conversation);

-- A connected account; its secrets are in the keyring, never here.
CREATE TABLE channel (
    id            BLOB    NOT NULL PRIMARY KEY,
    kind          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    config        TEXT    NOT NULL DEFAULT '{}',
    position      INTEGER NOT NULL DEFAULT 0,
    added_at_ms   INTEGER NOT NULL,
    removed_at_ms INTEGER
) STRICT, WITHOUT ROWID;

-- How far a folder of a channel has been read; written with the events that were read.
CREATE TABLE cursor (
    channel       BLOB    NOT NULL,
    folder        TEXT    NOT NULL,
    body          TEXT    NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (channel, folder)
) STRICT, WITHOUT ROWID;

-- How a channel is doing.
CREATE TABLE channel_health (
    channel       BLOB    NOT NULL PRIMARY KEY,
    state         TEXT    NOT NULL,
    detail        TEXT    NOT NULL DEFAULT '',
    since_ms      INTEGER NOT NULL,
    checked_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What an agent has begun to write; never lost.
CREATE TABLE draft (
    conversation  BLOB    NOT NULL,
    author        TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    body          TEXT    NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (conversation, author, kind)
) STRICT, WITHOUT ROWID;
-- The drafts of a person, newest first.
CREATE INDEX draft_author ON draft (author, changed_at_ms, conversation);

-- A search kept under a name, for one agent or (with an empty owner) for all.
CREATE TABLE saved_search (
    n        INTEGER PRIMARY KEY,
    owner    TEXT    NOT NULL DEFAULT '',
    name     TEXT    NOT NULL,
    query    TEXT    NOT NULL,
    position INTEGER NOT NULL DEFAULT 0
) STRICT;
-- The saved searches of an owner, in their order.
CREATE INDEX saved_search_owner ON saved_search (owner, position, n);

-- Settings of the workspace, each a JSON value.
CREATE TABLE setting (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Projection: the words of messages. It keeps no text of its own; marks hold what has:, in: and is:
-- ask of a message.
CREATE VIRTUAL TABLE search USING fts5 (
    subject, sender, recipients, body, quoted, marks,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
-- The words of the search index, for suggestions.
CREATE VIRTUAL TABLE search_word USING fts5vocab ('search', 'row');
