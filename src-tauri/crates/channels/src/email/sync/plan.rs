//! What to do with a folder, decided from the cursor and the server's answer alone.

use std::time::Duration;

use super::Cursor;
use crate::email::imap::Meta;
use crate::email::imap::select::{Selected, Since};

/// How much is read at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most messages in one batch.
    pub batch_messages: usize,
    /// The most bytes in one batch, unless a single message is larger.
    pub batch_bytes: usize,
    /// Larger messages are read in parts.
    pub part_bytes: usize,
    /// What lies beyond this in a message is left on the server.
    pub message_bytes: usize,
    /// How many of the newest messages are weighed first.
    pub first_window: usize,
    /// How many messages are weighed at once after that.
    pub window: usize,
    /// How long the only message of a folder is asked for again before it is given up: nothing
    /// else tells whether it is the message or the server.
    pub lone_patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            batch_messages: 500,
            batch_bytes: 4 << 20,
            part_bytes: 4 << 20,
            message_bytes: 64 << 20,
            first_window: 500,
            window: 4_000,
            lone_patience: Duration::from_secs(10 * 60),
        }
    }
}

/// What a folder needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Nothing is stored: read everything, newest first.
    Fresh,
    /// The server numbered the messages anew: match before reading.
    Renumbered,
    /// Go on from the cursor.
    Resume,
}

/// Decides what a folder needs.
pub fn plan(cursor: Option<&Cursor>, selected: &Selected) -> Plan {
    match cursor {
        None => Plan::Fresh,
        Some(cursor) if cursor.uid_validity != selected.uid_validity => Plan::Renumbered,
        Some(_) => Plan::Resume,
    }
}

/// What a quick catch-up needs to know of the cursor; nothing for a server without change
/// numbers, or before anything is stored.
pub fn since(cursor: &Cursor) -> Option<Since> {
    let stored = cursor.high >= cursor.low && cursor.high > 0;
    cursor.mod_seq.filter(|_| stored).map(|mod_seq| Since {
        uid_validity: cursor.uid_validity,
        mod_seq,
        low: cursor.low,
        high: cursor.high,
    })
}

/// Splits messages into batches that respect the limits, keeping their order. A message that is
/// read in parts is alone in its batch.
pub fn batches(metas: Vec<Meta>, limits: &Limits) -> Vec<Vec<Meta>> {
    let mut done: Vec<Vec<Meta>> = Vec::new();
    let mut open: Vec<Meta> = Vec::new();
    let mut bytes = 0_usize;
    for meta in metas {
        let size = meta.size as usize;
        let alone = size > limits.part_bytes;
        let full = open.len() >= limits.batch_messages
            || (!open.is_empty() && bytes.saturating_add(size) > limits.batch_bytes);
        if (alone || full) && !open.is_empty() {
            done.push(std::mem::take(&mut open));
            bytes = 0;
        }
        open.push(meta);
        bytes = bytes.saturating_add(size);
        if alone {
            done.push(std::mem::take(&mut open));
            bytes = 0;
        }
    }
    if !open.is_empty() {
        done.push(open);
    }
    done
}

/// The stored messages that are gone and those with other flags, by comparing both sides.
pub fn compare(
    known: &[super::Known],
    server: &[crate::email::imap::FlagChange],
) -> (Vec<u32>, Vec<crate::email::imap::FlagChange>) {
    let there: std::collections::BTreeMap<u32, _> = server.iter().map(|c| (c.uid, c)).collect();
    let (mut vanished, mut changed) = (Vec::new(), Vec::new());
    for message in known {
        match there.get(&message.uid) {
            None => vanished.push(message.uid),
            Some(now) if now.flags != message.flags => changed.push((*now).clone()),
            Some(_) => {}
        }
    }
    (vanished, changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::imap::Flags;

    fn meta(uid: u32, size: u32) -> Meta {
        Meta {
            uid,
            size,
            received_ms: 0,
            flags: Flags::default(),
        }
    }

    fn shape(batches: &[Vec<Meta>]) -> Vec<Vec<u32>> {
        batches
            .iter()
            .map(|b| b.iter().map(|m| m.uid).collect())
            .collect()
    }

    #[test]
    fn batches_hold_few_messages_or_few_bytes_and_giants_stand_alone() {
        let limits = Limits {
            batch_messages: 3,
            batch_bytes: 100,
            part_bytes: 200,
            ..Limits::default()
        };
        let metas = [
            (1, 10),
            (2, 10),
            (3, 10),
            (4, 10),
            (5, 95),
            (6, 150),
            (7, 500),
            (8, 1),
        ]
        .map(|(uid, size)| meta(uid, size));
        let made = batches(metas.to_vec(), &limits);
        let expected: Vec<Vec<u32>> =
            vec![vec![1, 2, 3], vec![4], vec![5], vec![6], vec![7], vec![8]];
        assert_eq!(shape(&made), expected);
        assert!(batches(Vec::new(), &limits).is_empty());
    }

    #[test]
    fn another_generation_of_uids_is_never_read_as_new_mail() {
        let cursor = Cursor {
            uid_validity: 5,
            low: 1,
            high: 9,
            mod_seq: None,
            since_ms: None,
        };
        let selected = Selected {
            uid_validity: 6,
            exists: 9,
            ..Selected::default()
        };
        assert_eq!(plan(Some(&cursor), &selected), Plan::Renumbered);
        assert_eq!(plan(None, &selected), Plan::Fresh);
        let same = Selected {
            uid_validity: 5,
            ..Selected::default()
        };
        assert_eq!(plan(Some(&cursor), &same), Plan::Resume);
    }

    #[test]
    fn an_empty_folder_has_nothing_to_catch_up_with() {
        let cursor = Cursor {
            uid_validity: 5,
            low: 1,
            high: 0,
            mod_seq: Some(7),
            since_ms: None,
        };
        assert_eq!(since(&cursor), None);
    }

    #[test]
    fn comparing_finds_the_gone_and_the_changed() {
        let seen = Flags {
            seen: true,
            ..Flags::default()
        };
        let known: Vec<_> = [1, 2, 3]
            .map(|uid| crate::email::sync::Known {
                uid,
                flags: Flags::default(),
            })
            .to_vec();
        let server = [
            FlagRow {
                uid: 1,
                flags: Flags::default(),
                mod_seq: None,
            },
            FlagRow {
                uid: 3,
                flags: seen,
                mod_seq: None,
            },
        ];
        let (vanished, changed) = compare(&known, &server);
        assert_eq!(vanished, [2]);
        assert_eq!(changed.iter().map(|c| c.uid).collect::<Vec<_>>(), [3]);
    }

    use crate::email::imap::FlagChange as FlagRow;
}
