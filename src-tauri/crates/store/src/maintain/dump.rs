//! The projections as text, to see whether two ways have led to the same.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use rusqlite::types::ValueRef;

use crate::error::StoreError;
use crate::reader::Reader;

/// Each projection with its rows in an order that follows from what they say. Places are named,
/// not numbered: a list that stood empty leaves no trace.
const PROJECTIONS: &[(&str, &str)] = &[
    ("conversation", "SELECT * FROM conversation ORDER BY n"),
    (
        "place",
        "SELECT name, conversations, unread FROM place WHERE conversations <> 0 OR unread <> 0
         ORDER BY name",
    ),
    (
        "listing",
        "SELECT p.name, l.last_at_ms, l.conversation FROM listing l JOIN place p ON p.n = l.place
         ORDER BY p.name, l.last_at_ms, l.conversation",
    ),
    (
        "listing_due",
        "SELECT p.name, l.due_at_ms, l.conversation FROM listing_due l JOIN place p ON p.n = l.place
         ORDER BY p.name, l.due_at_ms, l.conversation",
    ),
    ("message", "SELECT * FROM message ORDER BY n"),
    ("mention", "SELECT * FROM mention ORDER BY key, role, message"),
    ("deadline", "SELECT * FROM deadline ORDER BY conversation"),
    (
        "label",
        "SELECT * FROM label ORDER BY conversation, episode, agent",
    ),
    ("kept", "SELECT * FROM kept ORDER BY day, conversation, episode"),
    ("person", "SELECT * FROM person ORDER BY contact"),
    ("apart", "SELECT * FROM apart ORDER BY one, other"),
    ("search", "SELECT term, doc, cnt FROM search_word ORDER BY term"),
];

impl Reader<'_> {
    /// Writes every projection as text, one line a row: two databases whose logs say the same
    /// give the same bytes.
    ///
    /// # Errors
    /// When the database cannot be read or the text cannot be written.
    pub fn dump_projection(&self, out: &mut dyn io::Write) -> Result<(), StoreError> {
        for (table, sql) in PROJECTIONS {
            let mut statement = self.connection.prepare(sql)?;
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let mut line = (*table).to_owned();
                for column in 0..columns {
                    line.push('\t');
                    show(&mut line, row.get_ref(column)?);
                }
                line.push('\n');
                out.write_all(line.as_bytes())
                    .map_err(|error| StoreError::io(Path::new("dump"), error))?;
            }
        }
        Ok(())
    }
}

fn show(line: &mut String, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => line.push('-'),
        ValueRef::Integer(number) => line.push_str(&number.to_string()),
        ValueRef::Real(number) => line.push_str(&number.to_string()),
        ValueRef::Text(text) => {
            let text = String::from_utf8_lossy(text);
            line.extend(text.escape_debug());
        }
        ValueRef::Blob(bytes) => {
            for byte in bytes {
                // Writing to a string cannot fail.
                let _ = write!(line, "{byte:02x}");
            }
        }
    }
}
