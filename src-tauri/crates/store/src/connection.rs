//! How connections are set up.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;

/// Statements kept prepared on each connection: more than there are queries.
const STATEMENTS: usize = 256;

/// Opens the one connection that writes.
pub(crate) fn for_writing(path: &Path, cache_kib: u32) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    common(&connection, cache_kib)?;
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        tracing::warn!(mode, "The database does not use a write-ahead log.");
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Words that were thrown away, such as drafts, must not stand on in the file until somebody
    // asks for an erasure, which could no longer find them.
    connection.pragma_update(None, "secure_delete", "FAST")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Pages that are written again and again, as most are, go into the file once in 64 MB of the log.
    connection.pragma_update(None, "wal_autocheckpoint", 16_000)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    Ok(connection)
}

/// Opens a connection that can only read.
pub(crate) fn for_reading(path: &Path, cache_kib: u32) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    common(&connection, cache_kib)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Opens a connection that changes no file, and reads the log beside the file too.
pub(crate) fn for_reading_only(path: &Path, cache_kib: u32) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    common(&connection, cache_kib)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Opens a connection on a file that nobody can write, without any of the files beside it.
pub(crate) fn for_reading_frozen(path: &Path, cache_kib: u32) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        format!("file:{}?immutable=1", escaped(path)),
        OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    // Nothing can be written here; this only lets what is left of a truncated file be read.
    connection.pragma_update(None, "writable_schema", true)?;
    common(&connection, cache_kib)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn common(connection: &Connection, cache_kib: u32) -> Result<(), StoreError> {
    // Otherwise SQLite plans many statements anew for each value that is bound to them.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(())
}

/// A path as it may stand in a URI.
fn escaped(path: &Path) -> String {
    let mut text = String::new();
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'%' | b'?' | b'#' => text.push_str(&format!("%{byte:02x}")),
            other if other.is_ascii() => text.push(char::from(other)),
            other => text.push_str(&format!("%{other:02x}")),
        }
    }
    text
}
