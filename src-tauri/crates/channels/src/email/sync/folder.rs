//! Carrying out the plan for one folder over a connection.

mod changes;
mod reading;

use std::collections::BTreeSet;

use tokio::sync::mpsc;

use super::plan::{self, Limits, Plan, since};
use super::poison::Suspects;
use super::{Cursor, FetchedBatch, MailSink};
use crate::email::error::MailError;
use crate::email::imap::select::Selected;
use crate::email::imap::{Imap, Meta, Role};

/// How far a long read has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Messages read and stored.
    pub done: u64,
    /// Messages to be read in all, as far as known.
    pub total: u64,
}

/// Reads one folder into a sink.
#[derive(Debug)]
pub struct FolderSync<'a, S> {
    /// The folder, as the server spells it.
    pub folder: &'a str,
    /// What it is for.
    pub role: Role,
    /// Where the mail goes.
    pub sink: &'a S,
    /// How much is read at a time.
    pub limits: Limits,
    /// Messages received before this moment are left on the server by the first reading. What
    /// comes later is news, however old it is.
    pub not_before_ms: Option<i64>,
    /// What is remembered of questions that ended a connection.
    pub suspects: &'a Suspects,
}

impl<S: MailSink> FolderSync<'_, S> {
    /// Opens the folder and brings the sink up to date. Returns the cursor.
    pub async fn catch_up(
        &self,
        imap: &mut Imap,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Cursor, MailError> {
        let cursor = self.read(imap, progress).await?;
        self.suspects.settle(self.folder);
        self.suspects.settle(&format!("{}\0", self.folder));
        Ok(cursor)
    }

    async fn read(
        &self,
        imap: &mut Imap,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Cursor, MailError> {
        let cursor = self.sink.cursor(self.folder).await?;
        let selected = imap
            .select(self.folder, cursor.as_ref().and_then(since))
            .await?;
        match plan::plan(cursor.as_ref(), &selected) {
            Plan::Fresh => self.fresh(imap, &selected, progress).await,
            Plan::Renumbered => {
                let since_ms = cursor.and_then(|cursor| cursor.since_ms);
                self.renumbered(imap, &selected, since_ms, progress).await
            }
            Plan::Resume => {
                // Unreachable without a cursor; then there is nothing to resume.
                let Some(cursor) = cursor else {
                    return self.fresh(imap, &selected, progress).await;
                };
                let cursor = self.changes(imap, cursor, Some(selected)).await?;
                let cursor = self.newer(imap, cursor, progress).await?;
                self.older(imap, cursor, progress).await
            }
        }
    }

    /// Brings the sink up to date with the folder that is open already. What became of older
    /// messages is asked when the server has hinted at it, and when it is time to `look` anyway: a
    /// hint may come among the answers to a question, and be lost there.
    pub async fn refresh(
        &self,
        imap: &mut Imap,
        cursor: Cursor,
        look: bool,
    ) -> Result<Cursor, MailError> {
        let mut cursor = cursor;
        let (mut more, mut changed) = (true, look);
        while more {
            let before = imap.take_notices();
            cursor = self.newer(imap, cursor, &mut |_| {}).await?;
            let after = imap.take_notices();
            changed |= before.removed || before.flags || after.removed || after.flags;
            // Something arrived while we were reading.
            more = after.exists.is_some();
        }
        if changed {
            cursor = self.changes(imap, cursor, None).await?;
        }
        Ok(cursor)
    }

    async fn fresh(
        &self,
        imap: &mut Imap,
        selected: &Selected,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Cursor, MailError> {
        let uids = imap.search("ALL").await?;
        let high = uids
            .last()
            .copied()
            .unwrap_or_else(|| selected.uid_next.saturating_sub(1));
        let cursor = Cursor {
            uid_validity: selected.uid_validity,
            low: high.saturating_add(1),
            high,
            mod_seq: selected.mod_seq,
            since_ms: Some(self.not_before_ms.unwrap_or(0)),
        };
        self.downwards(imap, cursor, uids, progress).await
    }

    /// Goes on with a first read that was interrupted.
    async fn older(
        &self,
        imap: &mut Imap,
        cursor: Cursor,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Cursor, MailError> {
        if cursor.low <= 1 {
            return Ok(cursor);
        }
        let below = cursor.low - 1;
        let mut uids = imap.search(&format!("UID 1:{below}")).await?;
        uids.retain(|uid| *uid <= below);
        self.downwards(imap, cursor, uids, progress).await
    }

    /// Reads these UIDs from the newest to the oldest, lowering the cursor with each batch.
    async fn downwards(
        &self,
        imap: &mut Imap,
        mut cursor: Cursor,
        mut uids: Vec<u32>,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Cursor, MailError> {
        let total = uids.len() as u64;
        let mut window = self.limits.first_window;
        let (sender, receiver) = mpsc::channel(2);
        let read = async {
            while !uids.is_empty() {
                let rest = uids.len().saturating_sub(window);
                let newest = uids.split_off(rest);
                window = self.limits.window;
                let wanted: BTreeSet<u32> = newest.iter().copied().collect();
                let mut metas = self.metas_of(imap, &newest).await?;
                metas.retain(|meta| wanted.contains(&meta.uid) && self.within(&cursor, meta));
                metas.reverse();
                let floor = wanted.first().copied().unwrap_or(cursor.low);
                let mut made = self.batches(metas);
                if made.is_empty() {
                    made.push(Vec::new());
                }
                let last = made.len() - 1;
                let ends: Vec<u32> = made
                    .iter()
                    .enumerate()
                    .map(|(n, batch)| match batch.last() {
                        Some(meta) if n != last => meta.uid,
                        // The past is complete when nothing is left below.
                        _ if uids.is_empty() => 1,
                        _ => floor,
                    })
                    .collect();
                self.read_batches(imap, made, &sender, |n| {
                    cursor.low = ends.get(n).copied().unwrap_or(floor);
                    Some(cursor)
                })
                .await?;
            }
            drop(sender);
            Ok(())
        };
        let store = self.store(receiver, Progress { done: 0, total }, progress);
        let ((), ()) = tokio::try_join!(read, store)?;
        if total == 0 {
            // Nothing is there to read: the past is complete as it is.
            cursor.low = 1;
            let mut batch = self.batch();
            batch.cursor_after = Some(cursor);
            self.sink.commit(batch).await?;
        }
        Ok(cursor)
    }

    /// Reads what came after the cursor, oldest first.
    async fn newer(
        &self,
        imap: &mut Imap,
        mut cursor: Cursor,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Cursor, MailError> {
        let from = cursor.high.saturating_add(1);
        let metas = self.metas_from(imap, from).await?;
        let Some(newest) = metas.last().map(|meta| meta.uid) else {
            return Ok(cursor);
        };
        let total = metas.len() as u64;
        let mut made = self.batches(metas);
        if made.is_empty() {
            made.push(Vec::new());
        }
        let last = made.len() - 1;
        let ends: Vec<u32> = made
            .iter()
            .enumerate()
            .map(|(n, batch)| match batch.last() {
                Some(meta) if n != last => meta.uid,
                _ => newest,
            })
            .collect();
        let (sender, receiver) = mpsc::channel(2);
        let read = async {
            self.read_batches(imap, made, &sender, |n| {
                cursor.high = ends.get(n).copied().unwrap_or(cursor.high);
                Some(cursor)
            })
            .await?;
            drop(sender);
            Ok(())
        };
        let store = self.store(receiver, Progress { done: 0, total }, progress);
        let ((), ()) = tokio::try_join!(read, store)?;
        Ok(cursor)
    }

    /// Stores what was read, in order, and says how far it has come.
    async fn store(
        &self,
        mut receiver: mpsc::Receiver<FetchedBatch>,
        mut at: Progress,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<(), MailError> {
        while let Some(batch) = receiver.recv().await {
            let read = batch.items.len() + batch.unreadable.len();
            self.sink.commit(batch).await?;
            at.done = at.done.saturating_add(read as u64);
            progress(at);
        }
        Ok(())
    }

    /// Whether a message belongs to what the first reading was to bring. Its limit stays what it
    /// was then: counted from today, it would leave out what came while nobody looked.
    fn within(&self, cursor: &Cursor, meta: &Meta) -> bool {
        cursor
            .since_ms
            .or(self.not_before_ms)
            .is_none_or(|limit| meta.received_ms >= limit)
    }

    fn batch(&self) -> FetchedBatch {
        FetchedBatch {
            folder: self.folder.to_owned(),
            role: self.role,
            items: Vec::new(),
            vanished: Vec::new(),
            flags_changed: Vec::new(),
            unreadable: Vec::new(),
            cursor_after: None,
        }
    }
}
