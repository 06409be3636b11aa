//! How values of the core stand in columns.

use baton_core::control::ControlState;
use baton_core::event::body::Join;
use baton_core::hash::Hash;
use baton_core::ids::Id;
use baton_core::message::{Author, Direction, MessageKind};
use baton_core::sla::{ClockKind, ClockState};
use baton_core::status::{Priority, WorkStatus};
use baton_core::time::Timestamp;
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;

/// The sixteen bytes under which an identifier is stored.
pub(crate) fn key<I: Id>(id: I) -> [u8; 16] {
    id.bits().to_be_bytes()
}

/// Reads an identifier from a column.
pub(crate) fn id<I: Id>(row: &Row<'_>, column: usize) -> rusqlite::Result<I> {
    row.get::<_, [u8; 16]>(column)
        .map(|bytes| I::from_bits(u128::from_be_bytes(bytes)))
}

/// Reads an identifier from a column that may be null.
pub(crate) fn id_or_none<I: Id>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<I>> {
    Ok(row
        .get::<_, Option<[u8; 16]>>(column)?
        .map(|bytes| I::from_bits(u128::from_be_bytes(bytes))))
}

/// Reads a digest from a column.
pub(crate) fn hash(row: &Row<'_>, column: usize) -> rusqlite::Result<Hash> {
    row.get::<_, [u8; 32]>(column).map(Hash)
}

/// Reads a digest from a column that may be null.
pub(crate) fn hash_or_none(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Hash>> {
    Ok(row.get::<_, Option<[u8; 32]>>(column)?.map(Hash))
}

/// Reads an instant from a column.
pub(crate) fn at(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp)
}

/// Reads an instant from a column that may be null.
pub(crate) fn at_or_none(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp))
}

/// Writes a value as JSON text.
pub(crate) fn to_json<T: Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|source| StoreError::Shape { what, source })
}

/// Reads a value from JSON.
pub(crate) fn from_json<T: DeserializeOwned>(
    what: &'static str,
    bytes: &[u8],
) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|source| StoreError::Shape { what, source })
}

/// An enum that is stored as a word.
pub(crate) trait Word: Sized + Copy + 'static {
    /// Every value.
    const ALL: &'static [Self];
    /// The word of a value.
    fn word(self) -> &'static str;
    /// Reads a word from a column; an unknown one is an error that names it.
    fn read(row: &Row<'_>, column: usize) -> rusqlite::Result<Self> {
        let text = row.get_ref(column)?.as_str().unwrap_or_default();
        Self::ALL
            .iter()
            .copied()
            .find(|value| value.word() == text)
            .ok_or_else(|| {
                let unknown = format!("unknown word {text:?}");
                rusqlite::Error::FromSqlConversionFailure(column, Type::Text, unknown.into())
            })
    }
}

macro_rules! words {
    ($($name:ident { $($variant:ident = $word:literal,)* })*) => {$(
        impl Word for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),*];
            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    )*};
}
pub(crate) use words;

words! {
    Direction { Inbound = "inbound", Outbound = "outbound", Internal = "internal", }
    Author { Customer = "customer", Bot = "bot", Agent = "agent", System = "system", }
    MessageKind {
        Message = "message", AutoReply = "auto_reply", Bounce = "bounce", Feedback = "feedback",
        List = "list", System = "system",
    }
    Join { New = "new", Reference = "reference", Token = "token", Flagged = "flagged", Native = "native", }
    WorkStatus {
        New = "new", Open = "open", WaitingCustomer = "waiting_customer", OnHold = "on_hold",
        Snoozed = "snoozed", Solved = "solved",
    }
    Priority { Low = "low", Normal = "normal", High = "high", Urgent = "urgent", }
    ControlState {
        BotActive = "bot_active", Queued = "queued", Offered = "offered",
        AgentActive = "agent_active", Wrapping = "wrapping", Released = "released",
        Closed = "closed",
    }
    ClockState {
        Running = "running", Warned = "warned", Paused = "paused", Met = "met", Missed = "missed",
        Dropped = "dropped",
    }
    ClockKind { FirstReply = "first_reply", NextReply = "next_reply", Resolve = "resolve", }
}
