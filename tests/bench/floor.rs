//! The floor: as little as anybody could do to keep the raw bytes, thread by `References` and
//! search by FTS5. Batches of 50 and a durable commit, as Baton has them.

use std::path::Path;

use mail_parser::MessageParser;
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

const SCHEMA: &str = "
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -65536;
CREATE TABLE content (sha256 BLOB PRIMARY KEY, raw BLOB NOT NULL);
CREATE TABLE message (n INTEGER PRIMARY KEY, id TEXT NOT NULL, thread INTEGER NOT NULL,
    at INTEGER NOT NULL, sender TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
    raw BLOB NOT NULL) STRICT;
CREATE INDEX message_id ON message (id);
CREATE INDEX message_thread ON message (thread, at);
CREATE INDEX message_at ON message (at);
CREATE VIRTUAL TABLE search USING fts5 (subject, sender, body,
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
    for some in files.chunks(50) {
        let tx = connection.transaction().unwrap();
        for path in some {
            n += 1;
            one(&tx, n, &std::fs::read(path).unwrap());
        }
        tx.commit().unwrap();
    }
}

fn one(tx: &Connection, n: i64, raw: &[u8]) {
    let mail = MessageParser::default().parse(raw).unwrap();
    let id = mail.message_id().unwrap_or_default();
    let subject = mail.subject().unwrap_or_default();
    let from = mail.from().and_then(|from| from.first());
    let sender = from.map_or_else(String::new, |from| {
        let (name, address) = (from.name(), from.address());
        format!(
            "{} {}",
            name.unwrap_or_default(),
            address.unwrap_or_default()
        )
    });
    let body = mail.body_text(0).unwrap_or_default();
    let mut find = tx
        .prepare_cached("SELECT thread FROM message WHERE id = ?1")
        .unwrap();
    let references = mail.references().as_text_list().unwrap_or_default();
    let thread = references.iter().rev().find_map(|id| {
        find.query_row([id.as_ref()], |row| row.get::<_, i64>(0))
            .optional()
            .unwrap()
    });
    let digest = Sha256::digest(raw);
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        tx.prepare_cached(sql).unwrap().execute(values).unwrap();
    };
    let digest: &[u8] = digest.as_ref();
    run(
        "INSERT OR IGNORE INTO content VALUES (?1, ?2)",
        params![digest, raw],
    );
    run(
        "INSERT INTO message VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            n,
            id,
            thread.unwrap_or(n),
            mail.date().map_or(0, |date| date.to_timestamp()),
            sender,
            subject,
            body.as_ref(),
            digest
        ],
    );
    run(
        "INSERT INTO search (rowid, subject, sender, body) VALUES (?1, ?2, ?3, ?4)",
        params![n, subject, sender, body.as_ref()],
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
