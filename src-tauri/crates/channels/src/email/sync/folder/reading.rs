//! Reading messages in batches, and finding the one that the server cannot hand over.

use tokio::sync::mpsc;

use super::FolderSync;
use crate::email::clock::now_ms;
use crate::email::error::MailError;
use crate::email::imap::fetch::uid_text;
use crate::email::imap::{Flags, Imap, Meta};
use crate::email::sync::plan::batches;
use crate::email::sync::poison::{self, Proof};
use crate::email::sync::{Cursor, Fetched, FetchedBatch, MailSink};

impl<S: MailSink> FolderSync<'_, S> {
    /// What is known of these messages before their bytes are read. One over which the server
    /// ends the connection even so is found by asking for ever fewer at once, and then counts as
    /// one that it cannot hand over.
    pub(super) async fn metas_of(
        &self,
        imap: &mut Imap,
        uids: &[u32],
    ) -> Result<Vec<Meta>, MailError> {
        let asked = format!("{}\0", self.folder);
        let unseen = uids.iter().copied().map(unseen).collect();
        let mut found = Vec::with_capacity(uids.len());
        for piece in self.suspects.split(&asked, vec![unseen]) {
            if let [one] = piece.as_slice()
                && self.suspects.is_given_up(&asked, one.uid)
            {
                self.suspects.give_up(self.folder, one.uid);
                found.extend(piece);
                continue;
            }
            let asked_for: Vec<u32> = piece.iter().map(|meta| meta.uid).collect();
            match imap.metas(&uid_text(asked_for)).await {
                Err(error @ (MailError::Bye | MailError::ConnectionLost)) => {
                    self.suspects.ended(&asked, &piece);
                    return Err(error);
                }
                read => found.extend(read?),
            }
            self.suspects.came(&asked, &piece);
        }
        found.sort_unstable_by_key(|meta| meta.uid);
        Ok(found)
    }

    /// What is known of the messages from a number on.
    pub(super) async fn metas_from(
        &self,
        imap: &mut Imap,
        from: u32,
    ) -> Result<Vec<Meta>, MailError> {
        let mut metas = if self.suspects.any(&format!("{}\0", self.folder)) {
            let mut uids = imap.search(&format!("UID {from}:*")).await?;
            uids.retain(|uid| *uid >= from);
            self.metas_of(imap, &uids).await?
        } else {
            match imap.metas(&format!("{from}:*")).await {
                Err(error @ (MailError::Bye | MailError::ConnectionLost)) => {
                    // Which of them it was is looked for on the next connection.
                    self.suspects.ended(
                        &format!("{}\0", self.folder),
                        &[unseen(from), unseen(u32::MAX)],
                    );
                    return Err(error);
                }
                read => read?,
            }
        };
        // `n:*` names the last message even when its number is below n.
        metas.retain(|meta| meta.uid >= from);
        Ok(metas)
    }

    /// Makes sure that it is this message, and not the server, that cannot be read.
    ///
    /// # Errors
    /// When it may be the server: then nothing may be given up.
    async fn prove_unreadable(&self, imap: &mut Imap, uid: u32) -> Result<(), MailError> {
        let refused = MailError::Refused { command: "FETCH" };
        match poison::prove_alive(imap, uid).await? {
            Proof::Alive => Ok(()),
            Proof::Refuses => Err(refused),
            // Nothing else is there to tell by: time tells.
            Proof::NothingElse => {
                let long = self.suspects.alone_for(self.folder, uid) >= self.limits.lone_patience;
                if long { Ok(()) } else { Err(refused) }
            }
        }
    }

    pub(super) fn batches(&self, metas: Vec<Meta>) -> Vec<Vec<Meta>> {
        self.suspects
            .split(self.folder, batches(metas, &self.limits))
    }

    /// Reads batches, asking for the next one before the last one is here.
    pub(super) async fn read_batches(
        &self,
        imap: &mut Imap,
        made: Vec<Vec<Meta>>,
        sender: &mpsc::Sender<FetchedBatch>,
        mut cursor_after: impl FnMut(usize) -> Option<Cursor>,
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
            let mut out = self.batch();
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
    pub(super) fn is_given_up(&self, batch: &[Meta]) -> bool {
        matches!(batch, [one] if self.suspects.is_given_up(self.folder, one.uid))
    }

    /// Reads one batch: what came, and what the server cannot hand over.
    pub(super) async fn read_batch(
        &self,
        imap: &mut Imap,
        batch: &[Meta],
        whole: bool,
    ) -> Result<(Vec<Fetched>, Vec<Meta>), MailError> {
        let mut items = Vec::with_capacity(batch.len());
        let mut unreadable = Vec::new();
        if self.is_given_up(batch) {
            for meta in batch {
                if let Err(error) = self.prove_unreadable(imap, meta.uid).await {
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
            if let (Some(meta), true) = (found.refused.first(), found.bodies.is_empty()) {
                self.prove_unreadable(imap, meta.uid).await?;
            }
            let late = found.bodies.into_iter();
            items.extend(late.map(|(meta, raw)| fetched(&meta, raw, false)));
            return Ok((items, found.refused));
        }
        for meta in batch {
            match self.in_parts(imap, meta).await? {
                Some(item) => items.push(item),
                None if imap.take_refusal() => {
                    self.prove_unreadable(imap, meta.uid).await?;
                    unreadable.push(meta.clone());
                }
                // Expunged in the meantime.
                None => {}
            }
        }
        Ok((items, unreadable))
    }

    /// Reads a large message piece by piece, up to the most that is ever kept; none when it was
    /// refused from the start or removed.
    ///
    /// # Errors
    /// When the server refuses the rest: a part is never handed over as the message. It is asked
    /// for again on the next connection, a few times, and then counts as one that the server
    /// cannot hand over.
    pub(super) async fn in_parts(
        &self,
        imap: &mut Imap,
        meta: &Meta,
    ) -> Result<Option<Fetched>, MailError> {
        let end = (meta.size as usize).min(self.limits.message_bytes);
        let mut raw: Vec<u8> = Vec::with_capacity(end);
        while raw.len() < end {
            let length = self.limits.part_bytes.min(end - raw.len());
            let Some(part) = imap.part(meta.uid, raw.len(), length).await? else {
                if !raw.is_empty() && imap.take_refusal() {
                    self.suspects.ended(self.folder, std::slice::from_ref(meta));
                    return Err(MailError::Refused { command: "FETCH" });
                }
                return Ok(None);
            };
            if part.is_empty() {
                break;
            }
            raw.extend_from_slice(&part);
        }
        let truncated = (meta.size as usize) > self.limits.message_bytes;
        Ok(Some(fetched(meta, raw, truncated)))
    }
}

/// A message of which only the number is known.
fn unseen(uid: u32) -> Meta {
    Meta {
        uid,
        size: 0,
        received_ms: now_ms(),
        flags: Flags::default(),
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
