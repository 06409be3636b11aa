//! Carrying out the plan for one folder over a connection.

use std::collections::BTreeSet;

use tokio::sync::mpsc;

use super::plan::{self, Limits, Plan, batches, compare, since};
use super::poison::{self, Suspects};
use super::{Cursor, Fetched, FetchedBatch, MailSink, Renumbered};
use crate::email::error::MailError;
use crate::email::imap::fetch::uid_text;
use crate::email::imap::select::Selected;
use crate::email::imap::{FlagChange, Imap, Meta, Role};

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
    /// Messages received before this moment are left on the server.
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
            Plan::Renumbered => self.renumbered(imap, &selected, progress).await,
            Plan::Resume => {
                // Unreachable without a cursor; then there is nothing to resume.
                let Some(cursor) = cursor else {
                    return self.fresh(imap, &selected, progress).await;
                };
                let cursor = self.changes(imap, cursor, Some(selected)).await?;
                let cursor = self.newer(imap, cursor, true, progress).await?;
                self.older(imap, cursor, progress).await
            }
        }
    }

    /// Brings the sink up to date with the folder that is open already.
    pub async fn refresh(&self, imap: &mut Imap, cursor: Cursor) -> Result<Cursor, MailError> {
        let mut cursor = cursor;
        let (mut more, mut changed) = (true, false);
        while more {
            let before = imap.take_notices();
            cursor = self.newer(imap, cursor, false, &mut |_| {}).await?;
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
                let mut metas = imap.metas(&uid_text(newest)).await?;
                metas.retain(|meta| wanted.contains(&meta.uid) && self.young_enough(meta));
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
                self.read_batches(
                    imap,
                    made,
                    &sender,
                    |n| {
                        cursor.low = ends.get(n).copied().unwrap_or(floor);
                        Some(cursor)
                    },
                    true,
                )
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
            let mut batch = self.batch(true);
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
        catching_up: bool,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Cursor, MailError> {
        let from = cursor.high.saturating_add(1);
        let mut metas = imap.metas(&format!("{from}:*")).await?;
        // `n:*` names the last message even when its number is below n.
        metas.retain(|meta| meta.uid >= from);
        let Some(newest) = metas.last().map(|meta| meta.uid) else {
            return Ok(cursor);
        };
        metas.retain(|meta| self.young_enough(meta));
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
            self.read_batches(
                imap,
                made,
                &sender,
                |n| {
                    cursor.high = ends.get(n).copied().unwrap_or(cursor.high);
                    Some(cursor)
                },
                catching_up,
            )
            .await?;
            drop(sender);
            Ok(())
        };
        let store = self.store(receiver, Progress { done: 0, total }, progress);
        let ((), ()) = tokio::try_join!(read, store)?;
        Ok(cursor)
    }

    /// Learns what vanished and whose flags changed.
    async fn changes(
        &self,
        imap: &mut Imap,
        mut cursor: Cursor,
        selected: Option<Selected>,
    ) -> Result<Cursor, MailError> {
        let stored = cursor.high >= cursor.low && cursor.high > 0;
        let (mut vanished, mut changed) = (Vec::new(), Vec::new());
        let mut mod_seq = selected.as_ref().and_then(|s| s.mod_seq);
        if stored {
            let since = since(&cursor);
            let answered = match (selected, since) {
                // Opening the folder has told already.
                (Some(selected), Some(_)) if imap.has_qresync() => Some(selected),
                (_, Some(since)) if imap.has_condstore() => Some(imap.changes(since).await?),
                _ => None,
            };
            match answered {
                Some(found) if imap.has_qresync() => {
                    (vanished, changed) = (found.vanished, found.changed);
                }
                Some(found) => {
                    // The server counts changes of flags, but not what vanished.
                    changed = found.changed;
                    let range = format!("UID {}:{}", cursor.low, cursor.high);
                    let there: BTreeSet<u32> = imap.search(&range).await?.into_iter().collect();
                    let known = self.sink.known(self.folder).await?;
                    vanished = known
                        .iter()
                        .map(|k| k.uid)
                        .filter(|u| !there.contains(u))
                        .collect();
                }
                None => {
                    let there = imap
                        .flags(&format!("{}:{}", cursor.low, cursor.high))
                        .await?;
                    let known = self.sink.known(self.folder).await?;
                    (vanished, changed) = compare(&known, &there);
                }
            }
        }
        mod_seq = changed
            .iter()
            .filter_map(|change| change.mod_seq)
            .max()
            .max(mod_seq);
        if mod_seq > cursor.mod_seq {
            cursor.mod_seq = mod_seq;
        } else if vanished.is_empty() && changed.is_empty() {
            return Ok(cursor);
        }
        self.hand_over_changes(vanished, changed, cursor).await?;
        Ok(cursor)
    }

    async fn hand_over_changes(
        &self,
        vanished: Vec<u32>,
        flags_changed: Vec<FlagChange>,
        cursor: Cursor,
    ) -> Result<(), MailError> {
        let mut batch = self.batch(false);
        batch.vanished = vanished;
        batch.flags_changed = flags_changed;
        batch.cursor_after = Some(cursor);
        Ok(self.sink.commit(batch).await?)
    }

    /// Matches a renumbered folder and reads only what is not stored.
    async fn renumbered(
        &self,
        imap: &mut Imap,
        selected: &Selected,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Cursor, MailError> {
        let messages = if selected.exists == 0 {
            Vec::new()
        } else {
            imap.traces("1:*").await?
        };
        let high = messages.last().map_or_else(
            || selected.uid_next.saturating_sub(1),
            |trace| trace.meta.uid,
        );
        let metas: Vec<Meta> = messages.iter().map(|trace| trace.meta.clone()).collect();
        let unknown = self
            .sink
            .renumber(Renumbered {
                folder: self.folder.to_owned(),
                uid_validity: selected.uid_validity,
                messages,
            })
            .await?;
        let mut metas = metas;
        metas.retain(|meta| unknown.contains(&meta.uid) && self.young_enough(meta));
        let total = metas.len() as u64;
        let made = self.batches(metas);
        let (sender, receiver) = mpsc::channel(2);
        let read = async {
            // Until all is stored the old cursor stays, so that an interruption matches again.
            self.read_batches(imap, made, &sender, |_| None, true)
                .await?;
            drop(sender);
            Ok(())
        };
        let store = self.store(receiver, Progress { done: 0, total }, progress);
        let ((), ()) = tokio::try_join!(read, store)?;
        let cursor = Cursor {
            uid_validity: selected.uid_validity,
            low: 1,
            high,
            mod_seq: selected.mod_seq,
        };
        self.hand_over_changes(Vec::new(), Vec::new(), cursor)
            .await?;
        Ok(cursor)
    }

    /// Reads batches, asking for the next one before the last one is here.
    async fn read_batches(
        &self,
        imap: &mut Imap,
        made: Vec<Vec<Meta>>,
        sender: &mpsc::Sender<FetchedBatch>,
        mut cursor_after: impl FnMut(usize) -> Option<Cursor>,
        catching_up: bool,
    ) -> Result<(), MailError> {
        let whole = |batch: &Vec<Meta>| {
            batch
                .first()
                .is_some_and(|meta| meta.size as usize <= self.limits.part_bytes)
        };
        let ask = |batch: &Vec<Meta>| {
            let mut uids: Vec<u32> = batch.iter().map(|meta| meta.uid).collect();
            uids.sort_unstable();
            uid_text(uids)
        };
        let mut asked = 0;
        for (n, batch) in made.iter().enumerate() {
            // Questions are asked ahead only up to the next message that is read in parts:
            // its parts are asked and read at once.
            while asked <= n + 1 {
                let Some(next) = made.get(asked) else { break };
                // While a message is looked for that ends connections, one question at a time.
                let ahead = asked > n;
                if ahead && (!(whole(next) && whole(batch)) || self.suspects.any(self.folder)) {
                    break;
                }
                if whole(next) && !self.is_given_up(next) {
                    imap.ask_bodies(&ask(next)).await?;
                }
                asked += 1;
            }
            let (items, unreadable) = match self.read_batch(imap, batch, whole(batch)).await {
                Err(error @ (MailError::Bye | MailError::ConnectionLost)) => {
                    self.suspects.ended(self.folder, batch);
                    return Err(error);
                }
                read => read?,
            };
            self.suspects.came(self.folder, batch);
            let mut out = self.batch(catching_up);
            out.items = items;
            out.unreadable = unreadable;
            out.cursor_after = cursor_after(n);
            if sender.send(out).await.is_err() {
                // The storing side has stopped, and says why.
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether a batch is the one message that is no longer asked for.
    fn is_given_up(&self, batch: &[Meta]) -> bool {
        matches!(batch, [one] if self.suspects.is_given_up(self.folder, one.uid))
    }

    /// Reads one batch: what came, and what the server cannot hand over.
    async fn read_batch(
        &self,
        imap: &mut Imap,
        batch: &[Meta],
        whole: bool,
    ) -> Result<(Vec<Fetched>, Vec<Meta>), MailError> {
        let mut items = Vec::with_capacity(batch.len());
        let mut unreadable = Vec::new();
        if self.is_given_up(batch) {
            for meta in batch {
                if let Err(error) = poison::prove_alive(imap, meta.uid).await {
                    // It may have been the server all along: the message gets its chances back.
                    self.suspects.settle(self.folder);
                    return Err(error);
                }
            }
            return Ok((items, batch.to_vec()));
        }
        if whole {
            imap.read_bodies().await?;
            let mut missing = Vec::new();
            for meta in batch {
                match imap.take_body(meta.uid) {
                    Some(raw) => items.push(fetched(meta, raw, false)),
                    None => missing.push(meta.clone()),
                }
            }
            let found = poison::sift(imap, missing).await?;
            let late = found.bodies.into_iter();
            items.extend(late.map(|(meta, raw)| fetched(&meta, raw, false)));
            return Ok((items, found.refused));
        }
        for meta in batch {
            match self.in_parts(imap, meta).await? {
                Some(item) => items.push(item),
                None if imap.take_refusal() => {
                    poison::prove_alive(imap, meta.uid).await?;
                    unreadable.push(meta.clone());
                }
                // Expunged in the meantime.
                None => {}
            }
        }
        Ok((items, unreadable))
    }

    /// Reads a large message piece by piece, up to the most that is ever kept.
    async fn in_parts(&self, imap: &mut Imap, meta: &Meta) -> Result<Option<Fetched>, MailError> {
        let end = (meta.size as usize).min(self.limits.message_bytes);
        let mut raw: Vec<u8> = Vec::with_capacity(end);
        while raw.len() < end {
            let length = self.limits.part_bytes.min(end - raw.len());
            let Some(part) = imap.part(meta.uid, raw.len(), length).await? else {
                return Ok((!raw.is_empty()).then(|| fetched(meta, raw, true)));
            };
            if part.is_empty() {
                break;
            }
            raw.extend_from_slice(&part);
        }
        let truncated = (meta.size as usize) > self.limits.message_bytes;
        Ok(Some(fetched(meta, raw, truncated)))
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

    fn batches(&self, metas: Vec<Meta>) -> Vec<Vec<Meta>> {
        self.suspects
            .split(self.folder, batches(metas, &self.limits))
    }

    fn young_enough(&self, meta: &Meta) -> bool {
        self.not_before_ms
            .is_none_or(|limit| meta.received_ms >= limit)
    }

    fn batch(&self, catching_up: bool) -> FetchedBatch {
        FetchedBatch {
            folder: self.folder.to_owned(),
            role: self.role,
            items: Vec::new(),
            vanished: Vec::new(),
            flags_changed: Vec::new(),
            unreadable: Vec::new(),
            cursor_after: None,
            catching_up,
        }
    }
}

fn fetched(meta: &Meta, raw: Vec<u8>, truncated: bool) -> Fetched {
    Fetched {
        uid: meta.uid,
        internal_date_ms: meta.received_ms,
        flags: meta.flags.clone(),
        size: meta.size,
        raw,
        truncated,
    }
}
