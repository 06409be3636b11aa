//! Writing: one connection, and what is written together is one transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::StoreError;
use crate::lock::WorkspaceLock;
use crate::reader::Reader;
use crate::search::index::PendingText;
use crate::table::content::Packer;
use crate::table::event::Head;
use crate::table::listing::PlaceChange;

/// When a commit counts as safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// At its end it is on the disk: for everything live.
    #[default]
    EveryCommit,
    /// It cannot be half there, but the last few may be lost with the power: for imports, which
    /// resume where the database says they are.
    Checkpoints,
}

/// What the writer remembers between transactions so as not to ask the database again.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Whether a transaction ended without a commit, so that this may be wrong.
    uncommitted: bool,
    /// The same of a write within one.
    unfinished: bool,
    /// The number of each place by its name.
    pub(crate) places: BTreeMap<String, i64>,
    /// Working memory for packing content.
    pub(crate) packer: Packer,
    /// Decisions that stand in no sealed chunk; none until they were counted.
    pub(crate) open_points: Option<usize>,
}

/// The one writer of a workspace.
#[derive(Debug)]
pub struct Writer {
    connection: Connection,
    /// How safe the connection was last told to make its commits.
    durability: Durability,
    known: Known,
    _lock: Arc<WorkspaceLock>,
}

impl Writer {
    pub(crate) fn new(connection: Connection, lock: Arc<WorkspaceLock>) -> Self {
        Self {
            connection,
            durability: Durability::EveryCommit,
            known: Known::default(),
            _lock: lock,
        }
    }

    /// Runs `write` in one transaction, which is committed when it returns `Ok` and leaves no
    /// trace otherwise, also when it panics. Once committed it is on the disk.
    ///
    /// # Errors
    /// Whatever `write` returns, or the database when the transaction cannot begin or end.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        write: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_as(Durability::EveryCommit, write)
    }

    /// As [`Writer::write`], with a commit that is as safe as is said. It holds for this
    /// transaction alone: each says it anew, so nothing has to be put back afterwards.
    ///
    /// # Errors
    /// Whatever `write` returns, or the database when the transaction cannot begin or end.
    pub fn write_as<T, E: From<StoreError>>(
        &mut self,
        durability: Durability,
        write: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.together(durability, |group| group.write(write))
    }

    /// Runs several writes in one transaction, so that what comes at once reaches the disk at
    /// once: one flush for all of them, and a page that each of them changes is written once. A
    /// write that fails leaves no trace and takes none of the others along. Nothing of it is safe
    /// before this returns.
    ///
    /// # Errors
    /// Whatever `several` returns, or the database when the transaction cannot begin or end; then
    /// nothing of it was kept.
    pub fn together<T, E: From<StoreError>>(
        &mut self,
        durability: Durability,
        several: impl FnOnce(&mut Group<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.commit_as(durability)?;
        if self.known.uncommitted {
            self.known = Known::default();
        }
        self.known.uncommitted = true;
        let mut group = Group {
            transaction: self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(StoreError::from)?,
            known: &mut self.known,
            texts: BTreeMap::new(),
            kept: false,
        };
        let done = several(&mut group)?;
        if group.is_lost() {
            return Err(E::from(StoreError::RolledBack));
        }
        group.index_texts()?;
        let Group {
            transaction,
            known,
            kept,
            ..
        } = group;
        let ended = if kept {
            transaction.commit()
        } else {
            transaction.rollback()
        };
        ended.map_err(StoreError::from)?;
        known.uncommitted = false;
        Ok(done)
    }

    /// Reads on the writing connection, between transactions.
    #[must_use]
    pub const fn reader(&self) -> Reader<'_> {
        Reader {
            connection: &self.connection,
        }
    }

    /// Tells the connection how safe the next commit must be, where it does not know yet.
    fn commit_as(&mut self, durability: Durability) -> Result<(), StoreError> {
        if self.durability == durability {
            return Ok(());
        }
        let level = match durability {
            Durability::EveryCommit => "FULL",
            Durability::Checkpoints => "NORMAL",
        };
        self.connection.pragma_update(None, "synchronous", level)?;
        self.durability = durability;
        Ok(())
    }
}

/// Writes that share one transaction; see [`Writer::together`].
#[derive(Debug)]
pub struct Group<'w> {
    transaction: Transaction<'w>,
    known: &'w mut Known,
    /// What the writes so far have for the search. It goes in with the last of them: the index
    /// would otherwise write a piece of its own at the beginning of each.
    texts: BTreeMap<i64, PendingText>,
    /// Whether any of the writes stays.
    kept: bool,
}

impl Group<'_> {
    /// One of the writes: it stays when it returns `Ok`, as far as the group does, and leaves no
    /// trace otherwise, also when it panics.
    ///
    /// # Errors
    /// Whatever `write` returns, or the database when it cannot take it.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        write: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // Out of a transaction a savepoint would be one of its own, and its release a commit.
        if self.is_lost() {
            return Err(E::from(StoreError::RolledBack));
        }
        if self.known.unfinished {
            *self.known = Known::default();
            self.known.uncommitted = true;
        }
        self.known.unfinished = true;
        let part = self.transaction.savepoint().map_err(StoreError::from)?;
        let mut tx = Tx {
            reader: Reader { connection: &part },
            known: self.known,
            pending: Pending::default(),
        };
        let answer = write(&mut tx)?;
        tx.flush()?;
        let Pending {
            texts,
            erased_texts,
            ..
        } = tx.pending;
        part.commit().map_err(StoreError::from)?;
        self.known.unfinished = false;
        self.texts.retain(|n, _| !erased_texts.contains(n));
        self.texts.extend(texts);
        self.kept = true;
        Ok(answer)
    }

    fn index_texts(&mut self) -> Result<(), StoreError> {
        let reader = Reader {
            connection: &self.transaction,
        };
        reader.index_texts(std::mem::take(&mut self.texts))
    }

    /// Whether the database has given up the whole transaction by itself, as it may on a full
    /// disk.
    fn is_lost(&self) -> bool {
        self.transaction.is_autocommit()
    }
}

/// What is written at the end of a write, once and in order.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    pub(crate) heads: BTreeMap<[u8; 16], Head>,
    pub(crate) places: BTreeMap<i64, PlaceChange>,
    /// The texts of its messages, for the search.
    pub(crate) texts: BTreeMap<i64, PendingText>,
    /// Messages whose text an earlier write of the group may have left for the search, and which
    /// must not come there any more.
    pub(crate) erased_texts: BTreeSet<i64>,
    /// Decisions recorded.
    pub(crate) decisions: usize,
}

/// A transaction. It can do all that a [`Reader`] can, and sees what it has written so far,
/// except for search and the counts of places, which follow with the commit.
#[derive(Debug)]
pub struct Tx<'c> {
    pub(crate) reader: Reader<'c>,
    pub(crate) known: &'c mut Known,
    pub(crate) pending: Pending,
}

impl<'c> Deref for Tx<'c> {
    type Target = Reader<'c>;
    fn deref(&self) -> &Reader<'c> {
        &self.reader
    }
}

impl Tx<'_> {
    /// Writes what was put off to the end of the transaction.
    pub(crate) fn flush(&mut self) -> Result<(), StoreError> {
        self.flush_heads()?;
        self.flush_places()?;
        self.flush_points()
    }
}

#[cfg(test)]
mod tests {
    use super::{Durability, Tx};
    use crate::error::StoreError;
    use crate::table::listing::Place;
    use crate::world::{START, World, conversation, mail, nth, receive};

    /// The level of SQLite within a transaction: 1 is NORMAL, 2 is FULL.
    fn level(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
        Ok(tx
            .connection
            .pragma_query_value(None, "synchronous", |row| row.get(0))?)
    }

    #[test]
    fn how_safe_a_commit_is_holds_for_one_transaction() {
        let mut world = World::new();
        let writer = &mut world.writer;
        assert_eq!(writer.write(level).unwrap(), 2, "at first");
        for _ in 0..2 {
            let eased = writer.write_as(Durability::Checkpoints, level);
            assert_eq!(eased.unwrap(), 1, "each import, not only the first");
            assert_eq!(writer.write(level).unwrap(), 2, "what comes after it");
        }
        let failed = writer.write_as(Durability::Checkpoints, |_| -> Result<(), StoreError> {
            Err(StoreError::Busy)
        });
        assert!(failed.is_err());
        assert_eq!(writer.write(level).unwrap(), 2, "also after a failure");
    }

    #[test]
    fn what_fails_in_a_group_takes_nothing_of_the_others_along() {
        let mut world = World::new();
        let mail_of = |tx: &mut Tx<'_>, number: u64| {
            receive(
                tx,
                number,
                &mut conversation(number),
                &mail(number, "a", "b"),
                START,
            );
            Ok::<_, StoreError>(())
        };
        let done = world
            .writer
            .together(Durability::EveryCommit, |group| {
                let first = group.write(|tx| mail_of(tx, 1));
                let second = group.write(|tx| {
                    mail_of(tx, 2)?;
                    Err::<(), _>(StoreError::Busy)
                });
                let third = group.write(|tx| {
                    assert_eq!(tx.count(&Place::All)?.conversations, 1, "the first is seen");
                    mail_of(tx, 3)
                });
                Ok::<_, StoreError>((first.is_ok(), second.is_ok(), third.is_ok()))
            })
            .unwrap();
        assert_eq!(done, (true, false, true));
        let all = world.read(|reader| reader.count(&Place::All));
        assert_eq!(all.conversations, 2);
        world.write(|tx| mail_of(tx, 2).unwrap());
        assert_eq!(
            world.read(|reader| reader.verify_database()),
            Vec::<String>::new()
        );
    }

    /// The messages in which the search finds a word.
    fn found(world: &World, word: &str) -> usize {
        world.read(|reader| {
            let mut search = reader.statement("SELECT rowid FROM search WHERE search MATCH ?1")?;
            let rows = search.query_map([word], |_| Ok(()))?;
            Ok(rows.count())
        })
    }

    #[test]
    fn what_a_group_says_is_found_but_for_what_it_erases_again() {
        let mut world = World::new();
        let say = |tx: &mut Tx<'_>, number: u64, words: &str| {
            let mail = mail(number, "a", words);
            receive(tx, number, &mut conversation(number), &mail, START);
        };
        world.write(|tx| say(tx, 1, "cheese"));
        world
            .writer
            .together(Durability::EveryCommit, |group| {
                group.write(|tx| {
                    say(tx, 2, "bread");
                    say(tx, 3, "milk");
                    Ok::<_, StoreError>(())
                })?;
                group.write(|tx| {
                    tx.erase_message(nth(1), START)?;
                    tx.erase_message(nth(2), START)
                })?;
                let taken_back = group.write(|tx| {
                    tx.erase_message(nth(3), START)?;
                    Err::<(), _>(StoreError::Busy)
                });
                assert!(taken_back.is_err());
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert_eq!(found(&world, "cheese"), 0, "erased after an earlier commit");
        assert_eq!(
            found(&world, "bread"),
            0,
            "erased before it got into the search"
        );
        assert_eq!(found(&world, "milk"), 1, "what was not erased after all");
        assert_eq!(
            world.read(|reader| reader.verify_database()),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_group_that_the_database_gives_up_keeps_nothing_and_says_so() {
        let mut world = World::new();
        let hash = baton_core::hash::Hash::of(b"small");
        let lost = world.writer.together(Durability::EveryCommit, |group| {
            let first = group.write(|tx| tx.put_content(hash, b"small"));
            assert!(first.unwrap());
            // As SQLite itself does when a disk fails it within a transaction.
            let given_up = group.write(|tx| {
                tx.connection.execute_batch("ROLLBACK")?;
                Ok::<_, StoreError>(())
            });
            assert!(given_up.is_err());
            let later = group.write(|tx| tx.put_content(hash, b"small"));
            assert!(matches!(later, Err(StoreError::RolledBack)), "{later:?}");
            Ok::<_, StoreError>(())
        });
        assert!(matches!(lost, Err(StoreError::RolledBack)), "{lost:?}");
        assert_eq!(world.read(|reader| reader.content(hash)), None);
        assert!(world.write(|tx| tx.put_content(hash, b"small").unwrap()));
    }

    #[test]
    fn a_full_disk_is_said_and_nothing_is_lost() {
        let mut world = World::new();
        world.write(|tx| receive(tx, 1, &mut conversation(1), &mail(1, "a", "b"), START));
        let connection = &mut world.writer.connection;
        let pages: i64 = connection
            .pragma_query_value(None, "page_count", |row| row.get(0))
            .unwrap();
        connection
            .pragma_update_and_check(None, "max_page_count", pages + 2, |_| Ok(()))
            .unwrap();
        let big = vec![7_u8; 1 << 20];
        let full = world
            .writer
            .write(|tx| tx.put_content(baton_core::hash::Hash::of(&big), &big));
        assert!(matches!(full, Err(StoreError::DiskFull)), "{full:?}");
        assert_eq!(
            world.read(|reader| reader.count(&Place::All)).conversations,
            1
        );
        assert_eq!(
            world.read(|reader| reader.verify_database()),
            Vec::<String>::new()
        );

        let connection = &mut world.writer.connection;
        connection
            .pragma_update_and_check(None, "max_page_count", pages + 100_000, |_| Ok(()))
            .unwrap();
        let again = world
            .writer
            .write(|tx| tx.put_content(baton_core::hash::Hash::of(&big), &big));
        assert!(again.unwrap(), "it goes on once there is room");
    }
}
