//! What can go wrong, in words that say what to do.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the workspace open.
    #[error("the workspace is in use by another process{}", .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    WorkspaceInUse {
        /// The process, when it could be read.
        pid: Option<u32>,
    },
    /// The file was written by a newer version of the program.
    #[error(
        "the workspace was written by a newer version (step {found}, this version knows {known}); update the program"
    )]
    TooNew {
        /// The step of the file.
        found: u32,
        /// The newest step known here.
        known: u32,
    },
    /// The file is not a database of ours.
    #[error("{} is not a workspace database", .path.display())]
    NotAWorkspace {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error(
        "the database is damaged ({what}); restore a backup, or write out what can be read with `baton export`"
    )]
    Damaged {
        /// What SQLite found.
        what: String,
    },
    /// There is no room left; what was committed before is safe.
    #[error(
        "the disk is full; nothing that was stored before is lost, free some space and try again"
    )]
    DiskFull,
    /// The file or folder cannot be written.
    #[error("the workspace cannot be written (read-only file or folder)")]
    ReadOnly,
    /// The database has given up what was being written; what was committed before is safe.
    #[error("what was being written was given up by the database; try again")]
    RolledBack,
    /// Somebody else holds the database for longer than can be waited.
    #[error("the database is busy")]
    Busy,
    /// A file could not be read or written.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A stored value does not have the shape it should have.
    #[error("stored {what} cannot be read: {source}")]
    Shape {
        /// What it is.
        what: &'static str,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A stored row does not hold what it should.
    #[error("a stored row cannot be read: {0}")]
    Row(rusqlite::Error),
    /// A row that must exist does not.
    #[error("there is no {what} {id}")]
    Missing {
        /// What it is.
        what: &'static str,
        /// Its identifier.
        id: String,
    },
    /// An event does not follow its device's newest one.
    #[error("an event of {device} does not follow that device's newest event")]
    BrokenChain {
        /// The device.
        device: String,
    },
    /// The event is in the log already.
    #[error("event {id} is in the log already")]
    DuplicateEvent {
        /// The event.
        id: String,
    },
    /// Anything else that SQLite reports.
    #[error("database: {0}")]
    Sqlite(rusqlite::Error),
}

impl StoreError {
    /// Whether the fault may be that of one stored thing, so that work on others can go on.
    #[must_use]
    pub const fn is_of_one(&self) -> bool {
        match self {
            Self::Shape { .. }
            | Self::Row(_)
            | Self::Missing { .. }
            | Self::Damaged { .. }
            | Self::DuplicateEvent { .. }
            | Self::Sqlite(_) => true,
            Self::WorkspaceInUse { .. }
            | Self::TooNew { .. }
            | Self::NotAWorkspace { .. }
            | Self::DiskFull
            | Self::ReadOnly
            | Self::RolledBack
            | Self::Busy
            | Self::Io { .. }
            | Self::BrokenChain { .. } => false,
        }
    }

    /// The same fault for one more who waited for the same commit.
    #[must_use]
    pub fn for_another(&self) -> Self {
        match self {
            Self::DiskFull => Self::DiskFull,
            Self::ReadOnly => Self::ReadOnly,
            Self::Busy => Self::Busy,
            Self::Damaged { what } => Self::Damaged { what: what.clone() },
            _ => Self::RolledBack,
        }
    }

    /// Whether stored bytes are damaged, so that others may still be read.
    #[must_use]
    pub const fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Damaged { .. } | Self::Row(_) | Self::Shape { .. }
        )
    }

    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        match source.kind() {
            Kind::StorageFull | Kind::QuotaExceeded => Self::DiskFull,
            Kind::ReadOnlyFilesystem | Kind::PermissionDenied => Self::ReadOnly,
            _ => Self::Io {
                path: path.to_owned(),
                source,
            },
        }
    }

    pub(crate) fn missing(what: &'static str, id: impl ToString) -> Self {
        Self::Missing {
            what,
            id: id.to_string(),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged {
                what: error.to_string(),
            },
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => match error {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..) => Self::Row(error),
                other => Self::Sqlite(other),
            },
        }
    }
}
