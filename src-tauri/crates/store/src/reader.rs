//! Reading: a small pool of connections that cannot write.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use rusqlite::{CachedStatement, Connection};

use crate::error::StoreError;
use crate::lock::WorkspaceLock;

/// The connections that read. A read sees one state of the database from its first query to its
/// last, however long the writer goes on meanwhile.
#[derive(Debug)]
pub struct Readers {
    idle: Mutex<Vec<Connection>>,
    freed: Condvar,
    _lock: Option<Arc<WorkspaceLock>>,
}

impl Readers {
    pub(crate) fn open(
        count: usize,
        lock: Option<Arc<WorkspaceLock>>,
        mut open: impl FnMut() -> Result<Connection, StoreError>,
    ) -> Result<Self, StoreError> {
        let mut idle = Vec::new();
        for _ in 0..count.max(1) {
            idle.push(open()?);
        }
        Ok(Self {
            idle: Mutex::new(idle),
            freed: Condvar::new(),
            _lock: lock,
        })
    }

    /// Runs `read` on a connection of its own, waiting for one when all are busy.
    ///
    /// # Errors
    /// Whatever `read` returns, or the database when the read cannot begin.
    pub fn read<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(&Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let borrowed = Borrowed::from(self);
        let Some(connection) = borrowed.connection.as_ref() else {
            return Err(E::from(StoreError::Busy));
        };
        let snapshot = connection
            .unchecked_transaction()
            .map_err(|error| E::from(StoreError::from(error)))?;
        read(&Reader {
            connection: &snapshot,
        })
    }
}

/// A connection out of the pool, which goes back however the read ends.
struct Borrowed<'p> {
    pool: &'p Readers,
    connection: Option<Connection>,
}

impl<'p> From<&'p Readers> for Borrowed<'p> {
    fn from(pool: &'p Readers) -> Self {
        let mut idle = pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while idle.is_empty() {
            idle = pool
                .freed
                .wait(idle)
                .unwrap_or_else(PoisonError::into_inner);
        }
        Self {
            pool,
            connection: idle.pop(),
        }
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        let mut idle = self
            .pool
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.connection.take());
        self.pool.freed.notify_one();
    }
}

/// One consistent view of the database. Its queries are in the modules of `table` and
/// `search`.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'c> {
    pub(crate) connection: &'c Connection,
}

impl<'c> Reader<'c> {
    /// Prepares a statement, once for the life of the connection.
    pub(crate) fn statement(&self, sql: &str) -> Result<CachedStatement<'c>, StoreError> {
        #[cfg(test)]
        crate::plans::note(sql);
        Ok(self.connection.prepare_cached(sql)?)
    }
}
