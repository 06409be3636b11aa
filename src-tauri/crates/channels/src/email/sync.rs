//! Reading a mailbox: what is known, what is new, what is gone.
//!
//! A folder's [`Cursor`] says which stretch of UIDs is stored. The first time, the newest
//! messages are read first and the stretch grows downwards; afterwards it grows upwards. Each
//! batch is handed over with the cursor that is true once the batch is stored, so that the
//! receiver can commit both together: whatever dies in between, nothing is lost, and nothing is
//! read twice except what was not stored.

pub mod folder;
pub mod plan;
mod poison;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::error::SinkError;
use super::imap::fetch::Trace;
use super::imap::{FlagChange, Flags, Meta, Role};

pub use folder::{FolderSync, Progress};
pub use plan::Limits;
pub use poison::Suspects;

/// How far a folder is stored. Every message of the server with a UID in `low..=high` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The generation of the UIDs.
    pub uid_validity: u32,
    /// The lowest UID of the stretch; 1 when the past is complete.
    pub low: u32,
    /// The highest UID of the stretch.
    pub high: u32,
    /// The number of the last change that is stored, where the server counts changes.
    pub mod_seq: Option<u64>,
    /// Messages received before this moment were left on the server by the first reading: they
    /// are the past. Zero when nothing was left; absent in cursors from before this was kept.
    #[serde(default)]
    pub since_ms: Option<i64>,
}

/// One message as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its number in the folder.
    pub uid: u32,
    /// When the server received it, in milliseconds since 1970.
    pub internal_date_ms: i64,
    /// Its flags.
    pub flags: Flags,
    /// Its size on the server.
    pub size: u32,
    /// Its bytes; fewer than `size` when it is larger than what is ever read.
    pub raw: Vec<u8>,
    /// True when `raw` was cut off, because the message is larger than what is ever read.
    pub truncated: bool,
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the message itself.
        f.debug_struct("Fetched")
            .field("uid", &self.uid)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// What is committed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedBatch {
    /// The folder, as the server spells it.
    pub folder: String,
    /// What the folder is for.
    pub role: Role,
    /// New messages.
    pub items: Vec<Fetched>,
    /// Messages that are no longer in this folder. They may be in another one: only a
    /// message that is in no folder any more was deleted.
    pub vanished: Vec<u32>,
    /// Messages whose flags are different now.
    pub flags_changed: Vec<FlagChange>,
    /// Messages that the server lists and cannot deliver. They are not asked for again.
    pub unreadable: Vec<Meta>,
    /// The cursor once this is stored; absent while a renumbered folder is being matched.
    pub cursor_after: Option<Cursor>,
}

/// A folder whose messages got other numbers. Nothing in it is new because of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renumbered {
    /// The folder, as the server spells it.
    pub folder: String,
    /// The new generation of UIDs.
    pub uid_validity: u32,
    /// Every message of the folder under its new number. Match by Message-ID and size, else by
    /// size and date of receipt.
    pub messages: Vec<Trace>,
}

/// A stored message, as far as the server knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its number in the folder.
    pub uid: u32,
    /// Its flags when it was last looked at.
    pub flags: Flags,
}

/// Where fetched mail goes. All writes of one call are one transaction.
pub trait MailSink: Send + Sync {
    /// The stored cursor of a folder.
    fn cursor(
        &self,
        folder: &str,
    ) -> impl Future<Output = Result<Option<Cursor>, SinkError>> + Send;

    /// The stored messages of a folder whose removal and flags matter, in any order: a server that
    /// does not tell what changed is asked about these and no others.
    fn known(&self, folder: &str) -> impl Future<Output = Result<Vec<Known>, SinkError>> + Send;

    /// Gives stored messages their new numbers and returns the UIDs of messages that are not
    /// stored. Must not re-open, notify or decide anything. May be called again after a failure.
    fn renumber(
        &self,
        renumbered: Renumbered,
    ) -> impl Future<Output = Result<BTreeSet<u32>, SinkError>> + Send;

    /// Stores a batch and its cursor. Messages already stored under another folder or an earlier
    /// number are to be joined, not doubled.
    fn commit(&self, batch: FetchedBatch) -> impl Future<Output = Result<(), SinkError>> + Send;
}
