//! The floor: as little as anybody could do to keep the raw bytes, thread by identifiers, list
//! conversations by their newest message, and search by FTS5: no events, no rules, no audit, no
//! reading of quotes, bounces or senders. Commits hold as many mails, and are as durable, as those
//! of an import of Baton.

use std::path::Path;

use mail_parser::{Address, MessageParser};
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

/// Mails in one commit, as in an import.
const BATCH: usize = 512;

const SCHEMA: &str = "
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -65536;
CREATE TABLE content (sha256 BLOB PRIMARY KEY, raw BLOB NOT NULL);
CREATE TABLE conversation (n INTEGER PRIMARY KEY, last_at INTEGER NOT NULL, subject TEXT NOT NULL,
    messages INTEGER NOT NULL) STRICT;
CREATE INDEX conversation_last ON conversation (last_at);
CREATE TABLE message (n INTEGER PRIMARY KEY, id TEXT NOT NULL, conversation INTEGER NOT NULL,
    at INTEGER NOT NULL, sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL,
    body TEXT NOT NULL, raw BLOB NOT NULL) STRICT;
CREATE INDEX message_id ON message (id);
CREATE INDEX message_conversation ON message (conversation, at);
CREATE INDEX message_at ON message (at);
CREATE TABLE mention (id TEXT NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (id, message))
    STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5 (subject, sender, recipients, body,
    content = '', tokenize = 'unicode61 remove_diacritics 2');
";

/// Takes a Maildir in.
pub(crate) fn take_in(maildir: &Path, file: &Path) {
    let mut connection = Connection::open(file).unwrap();
    connection.execute_batch(SCHEMA).unwrap();
    let mut files: Vec<_> = std::fs::read_dir(maildir.join("cur"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut n = 0_i64;
    for some in files.chunks(BATCH) {
        let tx = connection.transaction().unwrap();
        for path in some {
            n += 1;
            one(&tx, n, &std::fs::read(path).unwrap());
        }
        tx.commit().unwrap();
    }
}

fn people(list: Option<&Address<'_>>) -> String {
    let mut text = String::new();
    for one in list.into_iter().flat_map(Address::iter) {
        for part in [one.name(), one.address()].into_iter().flatten() {
            text.push_str(part);
            text.push(' ');
        }
    }
    text
}

fn one(tx: &Connection, n: i64, raw: &[u8]) {
    let mail = MessageParser::default().parse(raw).unwrap();
    let id = mail.message_id().unwrap_or_default();
    let subject = mail.subject().unwrap_or_default();
    let (sender, recipients) = (people(mail.from()), people(mail.to()) + &people(mail.cc()));
    let body = mail.body_text(0).unwrap_or_default();
    let at = mail.date().map_or(0, |date| date.to_timestamp());
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        tx.prepare_cached(sql).unwrap().execute(values).unwrap();
    };
    let mut find = tx
        .prepare_cached("SELECT conversation FROM message WHERE id = ?1")
        .unwrap();
    let references = mail.references().as_text_list().unwrap_or_default();
    let known = references.iter().rev().find_map(|id| {
        find.query_row([id.as_ref()], |row| row.get::<_, i64>(0))
            .optional()
            .unwrap()
    });
    match known {
        Some(known) => run(
            "UPDATE conversation SET last_at = max(last_at, ?2), messages = messages + 1
             WHERE n = ?1",
            params![known, at],
        ),
        None => run(
            "INSERT INTO conversation VALUES (?1, ?2, ?3, 1)",
            params![n, at, subject],
        ),
    }
    let digest = Sha256::digest(raw);
    let digest: &[u8] = digest.as_ref();
    run(
        "INSERT OR IGNORE INTO content VALUES (?1, ?2)",
        params![digest, raw],
    );
    run(
        "INSERT INTO message VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            n,
            id,
            known.unwrap_or(n),
            at,
            sender,
            recipients,
            subject,
            body.as_ref(),
            digest
        ],
    );
    for id in references {
        run(
            "INSERT OR IGNORE INTO mention VALUES (?1, ?2)",
            params![id.as_ref(), n],
        );
    }
    run(
        "INSERT INTO search (rowid, subject, sender, recipients, body)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![n, subject, sender, recipients, body.as_ref()],
    );
}

/// Searches fifty, the newest or the best first; how many there were.
pub(crate) fn search(connection: &Connection, matching: &str, best: bool) -> usize {
    let order = if best { "rank" } else { "search.rowid DESC" };
    let sql = format!(
        "SELECT m.subject, m.sender, m.at FROM search JOIN message m ON m.n = search.rowid
         WHERE search MATCH ?1 ORDER BY {order} LIMIT 50"
    );
    let mut statement = connection.prepare_cached(&sql).unwrap();
    let rows = statement.query_map([matching], |row| {
        let (subject, sender, at): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok((subject, sender, at))
    });
    rows.unwrap().map(Result::unwrap).count()
}
