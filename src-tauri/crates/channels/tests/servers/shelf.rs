//! A store in memory that keeps the promises of `MailSink`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

use baton_channels::email::SinkError;
use baton_channels::email::imap::Flags;
use baton_channels::email::sync::{Cursor, FetchedBatch, Known, MailSink, Renumbered};

/// A stored message.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) raw: Vec<u8>,
    pub(crate) flags: Flags,
    pub(crate) size: u32,
    pub(crate) received_ms: i64,
    pub(crate) truncated: bool,
}

#[derive(Debug, Default)]
struct Inner {
    cursors: BTreeMap<String, Cursor>,
    folders: BTreeMap<String, BTreeMap<u32, Stored>>,
    order: Vec<u32>,
    arrivals: usize,
    batches: Vec<usize>,
    renumberings: usize,
    fail_after: Option<usize>,
    bytes: usize,
    lean: bool,
    unreadable: Vec<u32>,
}

/// The shelf.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    inner: Mutex<Inner>,
    pause: Mutex<Duration>,
}

impl Shelf {
    /// Keeps only counts, for measuring.
    pub(crate) fn lean() -> Self {
        let shelf = Self::default();
        shelf.inner.lock().unwrap().lean = true;
        shelf
    }

    pub(crate) fn uids(&self, folder: &str) -> Vec<u32> {
        let inner = self.inner.lock().unwrap();
        inner
            .folders
            .get(folder)
            .map(|f| f.keys().copied().collect())
            .unwrap_or_default()
    }

    pub(crate) fn count(&self, folder: &str) -> usize {
        self.inner
            .lock()
            .unwrap()
            .folders
            .get(folder)
            .map_or(0, BTreeMap::len)
    }

    pub(crate) fn get(&self, folder: &str, uid: u32) -> Option<Stored> {
        self.inner
            .lock()
            .unwrap()
            .folders
            .get(folder)?
            .get(&uid)
            .cloned()
    }

    pub(crate) fn subjects(&self, folder: &str) -> BTreeSet<String> {
        let inner = self.inner.lock().unwrap();
        let Some(folder) = inner.folders.get(folder) else {
            return BTreeSet::new();
        };
        folder
            .values()
            .filter_map(|s| {
                let text = String::from_utf8_lossy(&s.raw).into_owned();
                text.lines()
                    .find_map(|l| l.strip_prefix("Subject: "))
                    .map(str::to_owned)
            })
            .collect()
    }

    /// Messages handed over as new, ever.
    pub(crate) fn arrivals(&self) -> usize {
        self.inner.lock().unwrap().arrivals
    }

    pub(crate) fn bytes(&self) -> usize {
        self.inner.lock().unwrap().bytes
    }

    pub(crate) fn order(&self) -> Vec<u32> {
        self.inner.lock().unwrap().order.clone()
    }

    pub(crate) fn batches(&self) -> Vec<usize> {
        self.inner.lock().unwrap().batches.clone()
    }

    pub(crate) fn unreadable(&self) -> Vec<u32> {
        self.inner.lock().unwrap().unreadable.clone()
    }

    pub(crate) fn renumberings(&self) -> usize {
        self.inner.lock().unwrap().renumberings
    }

    pub(crate) fn stored_cursor(&self, folder: &str) -> Option<Cursor> {
        self.inner.lock().unwrap().cursors.get(folder).copied()
    }

    /// Refuses every commit after this many more.
    pub(crate) fn fail_after(&self, commits: Option<usize>) {
        self.inner.lock().unwrap().fail_after = commits;
    }

    /// Takes this long for each commit.
    pub(crate) fn slow_down(&self, pause: Duration) {
        *self.pause.lock().unwrap() = pause;
    }
}

impl MailSink for Shelf {
    async fn cursor(&self, folder: &str) -> Result<Option<Cursor>, SinkError> {
        Ok(self.stored_cursor(folder))
    }

    async fn known(&self, folder: &str) -> Result<Vec<Known>, SinkError> {
        let inner = self.inner.lock().unwrap();
        let Some(folder) = inner.folders.get(folder) else {
            return Ok(Vec::new());
        };
        Ok(folder
            .iter()
            .map(|(uid, s)| Known {
                uid: *uid,
                flags: s.flags.clone(),
            })
            .collect())
    }

    async fn renumber(&self, renumbered: Renumbered) -> Result<BTreeSet<u32>, SinkError> {
        let mut inner = self.inner.lock().unwrap();
        inner.renumberings += 1;
        let mut old: Vec<Stored> = inner
            .folders
            .remove(&renumbered.folder)
            .unwrap_or_default()
            .into_values()
            .collect();
        let mut new = BTreeMap::new();
        let mut unknown = BTreeSet::new();
        for trace in renumbered.messages {
            let found = old.iter().position(|s| {
                let text = String::from_utf8_lossy(&s.raw);
                let same_id = trace
                    .message_id
                    .as_ref()
                    .is_none_or(|id| text.contains(&format!("Message-ID: <{id}>")));
                same_id && s.size == trace.meta.size
            });
            match found {
                Some(at) => {
                    new.insert(trace.meta.uid, old.swap_remove(at));
                }
                None => {
                    unknown.insert(trace.meta.uid);
                }
            }
        }
        inner.folders.insert(renumbered.folder, new);
        Ok(unknown)
    }

    async fn commit(&self, batch: FetchedBatch) -> Result<(), SinkError> {
        let pause = *self.pause.lock().unwrap();
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        let mut inner = self.inner.lock().unwrap();
        match inner.fail_after {
            Some(0) => return Err(SinkError::Failed),
            Some(n) => inner.fail_after = Some(n - 1),
            None => {}
        }
        inner.batches.push(batch.items.len());
        inner.arrivals += batch.items.len();
        let lean = inner.lean;
        inner
            .unreadable
            .extend(batch.unreadable.iter().map(|meta| meta.uid));
        for item in batch.items {
            inner.bytes += item.raw.len();
            inner.order.push(item.uid);
            let stored = Stored {
                raw: if lean { Vec::new() } else { item.raw },
                flags: item.flags,
                size: item.size,
                received_ms: item.internal_date_ms,
                truncated: item.truncated,
            };
            let folder = inner.folders.entry(batch.folder.clone()).or_default();
            assert!(
                folder.insert(item.uid, stored).is_none(),
                "uid {} came twice",
                item.uid
            );
        }
        let folder = inner.folders.entry(batch.folder.clone()).or_default();
        for uid in batch.vanished {
            folder.remove(&uid);
        }
        for change in batch.flags_changed {
            if let Some(stored) = folder.get_mut(&change.uid) {
                stored.flags = change.flags;
            }
        }
        if let Some(cursor) = batch.cursor_after {
            inner.cursors.insert(batch.folder, cursor);
        }
        Ok(())
    }
}
