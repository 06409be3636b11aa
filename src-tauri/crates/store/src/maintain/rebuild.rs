//! Making the projections anew from the log.

use crate::error::StoreError;
use crate::table::event::LoggedEvent;
use crate::writer::{Known, Tx, Writer};

/// Envelopes folded between two writes of what was put off.
const PAGE: usize = 500;

/// Empties every projection. The log, content, decisions, contacts and everything that people have
/// set up stay.
const EMPTY: &str = "
    DELETE FROM mention;
    DELETE FROM message;
    DELETE FROM listing;
    DELETE FROM listing_due;
    DELETE FROM place;
    DELETE FROM deadline;
    DELETE FROM conversation;
    DELETE FROM label;
    DELETE FROM kept;
    DELETE FROM person;
    DELETE FROM apart;
    DELETE FROM review;
    DELETE FROM point_column;
    DELETE FROM point_fact;
    DELETE FROM point_chunk;
    INSERT INTO search (search) VALUES ('delete-all');
";

impl Writer {
    /// Empties the projections and folds the whole log into them again, in one transaction: when
    /// it fails, everything is as it was. `fold` is told each envelope with its place in the log
    /// and writes what follows from it, as it did when the envelope was new. Returns how many
    /// envelopes there were.
    ///
    /// # Errors
    /// Whatever `fold` returns, or the database when it cannot be written.
    pub fn rebuild<E: From<StoreError>>(
        &mut self,
        mut fold: impl FnMut(&mut Tx<'_>, &LoggedEvent) -> Result<(), E>,
    ) -> Result<u64, E> {
        self.write(|tx| {
            tx.connection
                .execute_batch(EMPTY)
                .map_err(|error| E::from(StoreError::from(error)))?;
            *tx.known = Known::default();
            let mut last = 0;
            let mut folded = 0_u64;
            loop {
                let page = tx.events_after(last, PAGE)?;
                if page.is_empty() {
                    tx.seal_points(usize::MAX)?;
                    return Ok(folded);
                }
                for event in &page {
                    fold(tx, event)?;
                    last = event.seq;
                    folded += 1;
                }
                tx.flush()?;
            }
        })
    }
}
