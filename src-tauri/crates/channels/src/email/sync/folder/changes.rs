//! What changed in a folder without anything new: what vanished, whose flags are others, and all
//! messages under new numbers.

use std::collections::BTreeSet;

use tokio::sync::mpsc;

use super::{FolderSync, Progress};
use crate::email::error::MailError;
use crate::email::imap::select::Selected;
use crate::email::imap::{FlagChange, Imap, Meta, set};
use crate::email::sync::plan::{compare, since};
use crate::email::sync::{Cursor, Known, MailSink, Renumbered};

impl<S: MailSink> FolderSync<'_, S> {
    /// Learns what vanished and whose flags changed.
    pub(super) async fn changes(
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
                    if let Some((known, uids)) = self.watched().await? {
                        let there: BTreeSet<u32> = imap
                            .search(&format!("UID {uids}"))
                            .await?
                            .into_iter()
                            .collect();
                        vanished = known
                            .iter()
                            .map(|k| k.uid)
                            .filter(|u| !there.contains(u))
                            .collect();
                    }
                }
                None => {
                    if let Some((known, uids)) = self.watched().await? {
                        let there = imap.flags(&uids).await?;
                        (vanished, changed) = compare(&known, &there);
                    }
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

    /// The messages that the sink wants to hear of, and their numbers as IMAP writes them; none
    /// when it wants to hear of no one.
    async fn watched(&self) -> Result<Option<(Vec<Known>, String)>, MailError> {
        let known = self.sink.known(self.folder).await?;
        let uids: BTreeSet<u32> = known.iter().map(|one| one.uid).collect();
        Ok((!uids.is_empty()).then(|| (known, set::text(uids))))
    }

    pub(super) async fn hand_over_changes(
        &self,
        vanished: Vec<u32>,
        flags_changed: Vec<FlagChange>,
        cursor: Cursor,
    ) -> Result<(), MailError> {
        let mut batch = self.batch();
        batch.vanished = vanished;
        batch.flags_changed = flags_changed;
        batch.cursor_after = Some(cursor);
        Ok(self.sink.commit(batch).await?)
    }

    /// Matches a renumbered folder and reads only what is not stored and was not left on the
    /// server by the first reading.
    pub(super) async fn renumbered(
        &self,
        imap: &mut Imap,
        selected: &Selected,
        since_ms: Option<i64>,
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
        let cursor = Cursor {
            uid_validity: selected.uid_validity,
            low: 1,
            high,
            mod_seq: selected.mod_seq,
            since_ms: since_ms.or(self.not_before_ms),
        };
        let mut metas = metas;
        metas.retain(|meta| unknown.contains(&meta.uid) && self.within(&cursor, meta));
        let total = metas.len() as u64;
        let made = self.batches(metas);
        let (sender, receiver) = mpsc::channel(2);
        let read = async {
            // Until all is stored the old cursor stays, so that an interruption matches again.
            self.read_batches(imap, made, &sender, |_| None).await?;
            drop(sender);
            Ok(())
        };
        let store = self.store(receiver, Progress { done: 0, total }, progress);
        let ((), ()) = tokio::try_join!(read, store)?;
        self.hand_over_changes(Vec::new(), Vec::new(), cursor)
            .await?;
        Ok(cursor)
    }
}
