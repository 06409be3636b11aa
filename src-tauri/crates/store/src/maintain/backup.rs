//! Copies of the whole database, made while work goes on.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::error::StoreError;
use crate::private::make_private_file;
use crate::reader::Reader;

/// Pages copied before others get a turn.
const PAGES: i32 = 512;

/// Copies a database to a new file, which appears under its name only when it is whole.
pub(crate) fn copy_to(from: &Connection, to: &Path) -> Result<(), StoreError> {
    copy_with_progress(from, to, |_, _| {})
}

fn copy_with_progress(
    from: &Connection,
    to: &Path,
    mut progress: impl FnMut(u64, u64),
) -> Result<(), StoreError> {
    let partial = to.with_extension("partial");
    match std::fs::remove_file(&partial) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(StoreError::io(&partial, error));
        }
        _ => {}
    }
    {
        make_private_file(&partial, &[]).map_err(|error| StoreError::io(&partial, error))?;
        let mut copy = Connection::open(&partial)?;
        let backup = Backup::new(from, &mut copy)?;
        loop {
            let step = backup.step(PAGES)?;
            let done = backup.progress();
            let total = u64::try_from(done.pagecount).unwrap_or_default();
            let left = u64::try_from(done.remaining).unwrap_or_default();
            progress(total.saturating_sub(left), total);
            match step {
                StepResult::Done => break,
                StepResult::Busy | StepResult::Locked => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                _ => {}
            }
        }
        drop(backup);
        // One file that stands alone: no write-ahead log beside it.
        copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    }
    std::fs::File::open(&partial)
        .and_then(|file| file.sync_all())
        .and_then(|()| std::fs::rename(&partial, to))
        .map_err(|error| StoreError::io(to, error))
}

impl Reader<'_> {
    /// Copies the whole database, as this reader sees it, to a new file, while writing goes on.
    /// `progress` is told the pages copied and the pages in all. The file appears under its name
    /// only when it is whole.
    ///
    /// # Errors
    /// When the database cannot be read or the file cannot be written.
    pub fn backup_to(&self, to: &Path, progress: impl FnMut(u64, u64)) -> Result<(), StoreError> {
        copy_with_progress(self.connection, to, progress)
    }
}
