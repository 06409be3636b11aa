//! One process at a time: an operating system lock on a file beside the database.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use crate::error::StoreError;

/// The held lock; it ends with the value, or with the process however that ends.
#[derive(Debug)]
pub(crate) struct WorkspaceLock {
    file: File,
}

impl Drop for WorkspaceLock {
    fn drop(&mut self) {
        // Closing is not enough: a program that is being started at this moment has inherited the
        // descriptor, and would hold the lock until it runs.
        let _ = self.file.unlock();
    }
}

impl WorkspaceLock {
    /// Takes the lock of a folder, or says which process holds it.
    pub(crate) fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| StoreError::io(&path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let pid = match file.read_to_string(&mut text) {
                    Ok(_) => text.trim().parse().ok(),
                    Err(_) => None,
                };
                return Err(StoreError::WorkspaceInUse { pid });
            }
            Err(TryLockError::Error(error)) => return Err(StoreError::io(&path, error)),
        }
        // Who holds it is a courtesy to the reader of the refusal; a full disk must not forbid
        // opening.
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| write!(file, "{}", std::process::id()));
        Ok(Self { file })
    }
}
