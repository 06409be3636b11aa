//! Finding the one message that a server cannot hand over.
//!
//! A server that cannot read one of its files refuses the whole question in which it was asked
//! for, or ends the connection over it. The question is halved until that message stands alone;
//! the others are read, and it is told apart from a server that refuses everything, which is to
//! be asked again later.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::email::error::MailError;
use crate::email::imap::fetch::uid_text;
use crate::email::imap::{Imap, Meta};

/// How often a message may end the connection, asked for alone, before it is given up.
const PATIENCE: u32 = 3;

/// What is remembered, from one connection to the next, of questions that ended a connection.
#[derive(Debug, Default)]
pub struct Suspects {
    folders: Mutex<BTreeMap<String, Suspect>>,
    /// Since when a message that nothing else can be compared with has been refused.
    alone: Mutex<BTreeMap<(String, u32), Instant>>,
}

#[derive(Debug, Default)]
struct Suspect {
    /// The lowest and the highest UID of the question.
    low: u32,
    high: u32,
    /// How many messages of these are asked for at once.
    most: usize,
    /// How often the connection ended when this message was asked for alone.
    alone: BTreeMap<u32, u32>,
}

impl Suspects {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Suspect>> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a search is under way in a folder.
    pub(super) fn any(&self, folder: &str) -> bool {
        self.lock().contains_key(folder)
    }

    /// Whether a search is under way anywhere, so that connecting again soon finds out more.
    pub(crate) fn searching(&self) -> bool {
        !self.lock().is_empty()
    }

    /// The connection ended while these messages were asked for.
    pub(super) fn ended(&self, folder: &str, batch: &[Meta]) {
        let (Some(low), Some(high)) = (
            batch.iter().map(|meta| meta.uid).min(),
            batch.iter().map(|meta| meta.uid).max(),
        ) else {
            return;
        };
        let mut folders = self.lock();
        let suspect = folders.entry(folder.to_owned()).or_default();
        (suspect.low, suspect.high) = (low, high);
        suspect.most = (batch.len() / 2).max(1);
        if low == high {
            *suspect.alone.entry(low).or_default() += 1;
        }
    }

    /// These messages were read.
    pub(super) fn came(&self, folder: &str, batch: &[Meta]) {
        let mut alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        alone.retain(|(place, uid), _| {
            place != folder || !batch.iter().any(|meta| meta.uid == *uid)
        });
        drop(alone);
        let mut folders = self.lock();
        if let Some(suspect) = folders.get(folder)
            && batch
                .iter()
                .any(|meta| suspect.alone.contains_key(&meta.uid))
        {
            // It was the connection, not the message.
            folders.remove(folder);
        }
    }

    /// Whether a message has ended the connection too often to be asked for again.
    pub(super) fn is_given_up(&self, folder: &str, uid: u32) -> bool {
        self.lock()
            .get(folder)
            .and_then(|suspect| suspect.alone.get(&uid))
            .is_some_and(|times| *times >= PATIENCE)
    }

    /// A message is not asked for again.
    pub(super) fn give_up(&self, folder: &str, uid: u32) {
        let mut folders = self.lock();
        let suspect = folders.entry(folder.to_owned()).or_default();
        suspect.most = suspect.most.max(1);
        (suspect.low, suspect.high) = (uid, uid);
        suspect.alone.insert(uid, PATIENCE);
    }

    /// How long ago a message was first refused with nothing else there to compare it with.
    pub(super) fn alone_for(&self, folder: &str, uid: u32) -> Duration {
        let mut alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let since = alone.entry((folder.to_owned(), uid)).or_insert(now);
        now.duration_since(*since)
    }

    /// The search in a folder is over.
    pub(super) fn settle(&self, folder: &str) {
        self.lock().remove(folder);
    }

    /// Cuts batches that hold suspects into smaller ones.
    pub(super) fn split(&self, folder: &str, made: Vec<Vec<Meta>>) -> Vec<Vec<Meta>> {
        let folders = self.lock();
        let Some(suspect) = folders.get(folder) else {
            return made;
        };
        let range = suspect.low..=suspect.high;
        made.into_iter()
            .flat_map(|batch| {
                let most = match batch.iter().any(|meta| range.contains(&meta.uid)) {
                    true => suspect.most.max(1),
                    false => batch.len().max(1),
                };
                batch.chunks(most).map(<[Meta]>::to_vec).collect::<Vec<_>>()
            })
            .collect()
    }
}

/// What became of messages that did not come with the others.
#[derive(Default)]
pub(super) struct Sifted {
    /// Those that came when they were asked for again.
    pub(super) bodies: Vec<(Meta, Vec<u8>)>,
    /// Those that the server refuses.
    pub(super) refused: Vec<Meta>,
}

/// Asks again for messages that did not come, in ever smaller groups. What the server neither
/// sends nor refuses was removed in the meantime.
pub(super) async fn sift(imap: &mut Imap, missing: Vec<Meta>) -> Result<Sifted, MailError> {
    let mut found = Sifted::default();
    if missing.is_empty() || !imap.take_refusal() {
        return Ok(found);
    }
    let mut groups = halves(missing);
    while let Some(group) = groups.pop() {
        let mut uids: Vec<u32> = group.iter().map(|meta| meta.uid).collect();
        uids.sort_unstable();
        imap.fetch_bodies(&uid_text(uids)).await?;
        let refused = imap.take_refusal();
        let mut rest = Vec::new();
        for meta in group {
            match imap.take_body(meta.uid) {
                Some(raw) => found.bodies.push((meta, raw)),
                None => rest.push(meta),
            }
        }
        if !refused {
            continue;
        }
        if rest.len() == 1 {
            found.refused.append(&mut rest);
        } else {
            groups.extend(halves(rest));
        }
    }
    found.refused.sort_by_key(|meta| meta.uid);
    Ok(found)
}

fn halves(mut group: Vec<Meta>) -> Vec<Vec<Meta>> {
    let second = group.split_off(group.len() / 2);
    [group, second]
        .into_iter()
        .filter(|half| !half.is_empty())
        .collect()
}

/// What the other messages of a folder say about one that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// The server hands over another: it is that message.
    Alive,
    /// The server refuses others too.
    Refuses,
    /// There is no other message.
    NothingElse,
}

/// Whether the server hands over any other message, so that the refusal is about that one.
pub(super) async fn prove_alive(imap: &mut Imap, but: u32) -> Result<Proof, MailError> {
    let mut proof = Proof::NothingElse;
    let others = imap.search("ALL").await?;
    for uid in others.into_iter().rev().filter(|uid| *uid != but).take(3) {
        if imap.part(uid, 0, 64).await?.is_some() {
            imap.take_refusal();
            return Ok(Proof::Alive);
        }
        proof = Proof::Refuses;
    }
    Ok(proof)
}
