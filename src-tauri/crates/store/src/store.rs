//! Opening a workspace.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use baton_core::time::Timestamp;

use crate::connection;
use crate::error::StoreError;
use crate::lock::WorkspaceLock;
use crate::migrate::{STEPS, migrate, version};
use crate::private::{make_private_file, make_private_folder};
use crate::reader::Readers;
use crate::writer::Writer;

/// The name of the database in a workspace folder.
pub(crate) const DATABASE: &str = "baton.db";

/// How a workspace is opened.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The time, for the record of schema steps.
    pub now: Timestamp,
    /// How many connections read side by side.
    pub readers: usize,
    /// How much of the database the writing connection keeps in memory, in KiB.
    pub writer_cache_kib: u32,
    /// How much each reading connection keeps in memory, in KiB.
    pub reader_cache_kib: u32,
}

impl Options {
    /// The usual set-up: three readers and little memory.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self {
            now,
            readers: 3,
            writer_cache_kib: 32 << 10,
            reader_cache_kib: 8 << 10,
        }
    }
}

/// Whether an open workspace can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// It can be read and written.
    Full,
    /// It can only be read, and why.
    ReadOnly {
        /// In words for people.
        why: String,
    },
}

/// An open workspace: one folder, one database, one process.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    writer: Option<Writer>,
    readers: Arc<Readers>,
    access: Access,
}

impl Store {
    /// Opens the workspace in `folder`, making it when there is none, and takes the schema steps
    /// that it has not taken yet.
    ///
    /// A workspace on a read-only file system, or with a damaged database of which parts can
    /// still be read, opens without a writer; see [`Store::access`].
    ///
    /// # Errors
    /// When another process has it open, a newer version wrote it, or it cannot be read at all.
    pub fn open(folder: &Path, options: Options) -> Result<Self, StoreError> {
        match make_private_folder(folder) {
            Err(error) if !folder.is_dir() => return Err(StoreError::io(folder, error)),
            _ => {}
        }
        let path = folder.join(DATABASE);
        let lock = match WorkspaceLock::take(folder) {
            Ok(lock) => lock,
            Err(StoreError::ReadOnly) if path.is_file() => {
                return Self::frozen(folder, options, None, StoreError::ReadOnly);
            }
            Err(error) => return Err(error),
        };
        let lock = Arc::new(lock);
        // SQLite goes on with an empty file, and makes those beside it as readable as it is.
        match make_private_file(&path, &[]) {
            Err(error) if !path.is_file() => {
                return Err(StoreError::io(&path, error));
            }
            _ => {}
        }
        let opened = whole(&path)
            .and_then(|()| connection::for_writing(&path, options.writer_cache_kib))
            .and_then(|mut writing| {
                migrate(&mut writing, &path, STEPS, options.now.0)?;
                Ok(writing)
            });
        match opened {
            Ok(writing) => {
                let readers = Readers::open(options.readers, Some(Arc::clone(&lock)), || {
                    connection::for_reading(&path, options.reader_cache_kib)
                })?;
                Ok(Self {
                    folder: folder.to_owned(),
                    writer: Some(Writer::new(writing, lock)),
                    readers: Arc::new(readers),
                    access: Access::Full,
                })
            }
            Err(
                error @ (StoreError::ReadOnly | StoreError::DiskFull | StoreError::Damaged { .. }),
            ) if path.is_file() => Self::frozen(folder, options, Some(lock), error),
            Err(error) => Err(error),
        }
    }

    /// Opens without a writer; gives back `why` when even that fails.
    fn frozen(
        folder: &Path,
        options: Options,
        lock: Option<Arc<WorkspaceLock>>,
        why: StoreError,
    ) -> Result<Self, StoreError> {
        let path = folder.join(DATABASE);
        let unfolded = std::fs::metadata(path.with_extension("db-wal")).map_or(0, |log| log.len());
        // What a process that was killed had not yet folded into the file stands in the log beside
        // it, which can be read where its index can.
        let beside = unfolded > 0
            && connection::for_reading_only(&path, 1_024)
                .and_then(|reading| version(&reading, &path))
                .is_ok();
        let connect = |cache_kib| match beside {
            true => connection::for_reading_only(&path, cache_kib),
            false => connection::for_reading_frozen(&path, cache_kib),
        };
        match connect(1_024).and_then(|reading| version(&reading, &path)) {
            Ok(found) if found == STEPS.len() as u32 => {}
            Ok(_) | Err(StoreError::Damaged { .. }) => return Err(why),
            Err(error) => return Err(error),
        }
        let readers = Readers::open(options.readers, lock, || connect(options.reader_cache_kib))?;
        let mut why = why.to_string();
        if unfolded > 0 && !beside {
            why.push_str(&format!(
                "; the newest changes, {unfolded} bytes in baton.db-wal, are left out (copy the \
                 folder to where it can be written, and open that)"
            ));
        }
        Ok(Self {
            folder: folder.to_owned(),
            writer: None,
            readers: Arc::new(readers),
            access: Access::ReadOnly { why },
        })
    }

    /// The folder of the workspace.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether it can be written, and if not, why.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// The one writer; none when it was taken before, or when the workspace can only be read.
    pub const fn take_writer(&mut self) -> Option<Writer> {
        self.writer.take()
    }

    /// The connections that read; they can be shared freely.
    #[must_use]
    pub fn readers(&self) -> Arc<Readers> {
        Arc::clone(&self.readers)
    }
}

/// Refuses a file that is shorter than its own first page says, which SQLite would only notice
/// when it needs what is missing. With a write-ahead log beside it the file may rightly be short.
fn whole(path: &Path) -> Result<(), StoreError> {
    let Ok(mut file) = std::fs::File::open(path) else {
        return Ok(());
    };
    let log = path.with_extension("db-wal");
    if std::fs::metadata(log).is_ok_and(|log| log.len() > 0) {
        return Ok(());
    }
    let mut header = [0_u8; 32];
    let length = file
        .metadata()
        .map_err(|error| StoreError::io(path, error))?
        .len();
    if file.read_exact(&mut header).is_err() {
        return Ok(());
    }
    let number = |from: usize, bytes: usize| {
        header
            .iter()
            .skip(from)
            .take(bytes)
            .fold(0_u64, |number, &byte| number << 8 | u64::from(byte))
    };
    let page = match number(16, 2) {
        1 => 65_536,
        size => size,
    };
    let said = number(28, 4) * page;
    if length < said {
        return Err(StoreError::Damaged {
            what: format!("{length} bytes long instead of {said}"),
        });
    }
    Ok(())
}
