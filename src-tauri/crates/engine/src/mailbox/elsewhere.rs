//! What happens to a mail in another program: once it was read there, or put away or deleted, its
//! conversation is no longer unread here. Nothing else follows from it: the mail stays in the log,
//! and who has the conversation, its work and its clocks stay as they are.

use std::collections::BTreeSet;

use baton_channels::email::sync::{Fetched, FetchedBatch};
use baton_core::command::Command;
use baton_core::event::Actor;
use baton_core::ids::{ChannelId, ConversationId, MessageId};
use baton_core::message::Direction;
use baton_core::time::Timestamp;
use baton_store::{Reader, ReceiptKey};
use serde::{Deserialize, Serialize};

use crate::desk::Turn;
use crate::error::EngineError;

/// How many unread mails of a folder are looked after, the newest.
const LOOKED_AFTER: usize = 500;

/// The mails of a folder that nobody had read when they were last looked at.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Unread {
    /// The generation of the numbers.
    uid_validity: u32,
    /// Their numbers.
    uids: BTreeSet<u32>,
}

/// The key under which a mail of a folder was taken in.
pub(super) fn native_key(folder: &str, uid_validity: u32, uid: u32) -> String {
    format!("{folder}/{uid_validity}/{uid}")
}

fn setting(channel: ChannelId, folder: &str) -> String {
    format!("unread_mail/{channel}/{folder}")
}

impl Unread {
    /// Those of a folder that are unread here still.
    pub(super) fn of(
        reader: &Reader<'_>,
        channel: ChannelId,
        folder: &str,
    ) -> Result<BTreeSet<u32>, EngineError> {
        let kept: Self = reader
            .setting(&setting(channel, folder))?
            .unwrap_or_default();
        let mut uids = BTreeSet::new();
        for uid in kept.uids {
            let key = native_key(folder, kept.uid_validity, uid);
            let Some((_, conversation)) = taken_in(reader, channel, &key)? else {
                continue;
            };
            let row = reader.conversation_row(conversation)?;
            if row.is_some_and(|row| row.unread > 0) {
                uids.insert(uid);
            }
        }
        Ok(uids)
    }
}

/// What a batch tells of reading elsewhere.
pub(super) struct Seen {
    folder: String,
    uid_validity: u32,
    /// New mails that nobody has read.
    unread: Vec<u32>,
    /// Mails that somebody has read, put away or deleted.
    dealt_with: BTreeSet<u32>,
    /// New mails that somebody has read before they were fetched.
    read_before: Vec<u32>,
}

impl Seen {
    /// Reads it from a batch; none while the numbers of a folder are being matched. Mail from before
    /// `history` is nothing unread.
    pub(super) fn of(batch: &FetchedBatch, history: Timestamp) -> Option<Self> {
        let uid_validity = batch.cursor_after?.uid_validity;
        let living = |item: &&Fetched| item.internal_date_ms >= history.0;
        let uids = |seen: bool| {
            let items = batch.items.iter().filter(living);
            let such = items.filter(|item| item.flags.seen == seen);
            such.map(|item| item.uid).collect()
        };
        let changed = batch.flags_changed.iter();
        let read = changed.filter(|change| change.flags.seen || change.flags.deleted);
        Some(Self {
            folder: batch.folder.clone(),
            uid_validity,
            unread: uids(false),
            dealt_with: read
                .map(|change| change.uid)
                .chain(batch.vanished.iter().copied())
                .collect(),
            read_before: uids(true),
        })
    }

    /// Takes it into account, once the mails of the batch are stored.
    pub(super) fn settle(
        self,
        turn: &mut Turn<'_, '_>,
        channel: ChannelId,
    ) -> Result<(), EngineError> {
        let name = setting(channel, &self.folder);
        let before: Unread = turn.tx.setting(&name)?.unwrap_or_default();
        let known = match before.uid_validity == self.uid_validity {
            true => before.uids,
            false => BTreeSet::new(),
        };
        for uid in known
            .intersection(&self.dealt_with)
            .chain(&self.read_before)
        {
            self.is_read(turn, channel, *uid)?;
        }
        let mut uids: BTreeSet<u32> = known.difference(&self.dealt_with).copied().collect();
        uids.extend(self.unread.iter().copied());
        while uids.len() > LOOKED_AFTER {
            uids.pop_first();
        }
        if uids != known {
            let now = Unread {
                uid_validity: self.uid_validity,
                uids,
            };
            turn.tx.set_setting(&name, &now)?;
        }
        Ok(())
    }

    fn is_read(
        &self,
        turn: &mut Turn<'_, '_>,
        channel: ChannelId,
        uid: u32,
    ) -> Result<(), EngineError> {
        let key = native_key(&self.folder, self.uid_validity, uid);
        let Some((message, conversation)) = taken_in(turn.tx, channel, &key)? else {
            return Ok(());
        };
        let Some(state) = turn.conversation(conversation)? else {
            return Ok(());
        };
        // Whoever read an older one has not read what came after it.
        if state.talk.unread == 0 || state.talk.last_customer_message != Some(message) {
            return Ok(());
        }
        let order = turn.new_order(conversation, Actor::system(), Command::MarkRead);
        turn.order(&order)?;
        Ok(())
    }
}

/// The customer's message that a mail of a folder became, and its conversation.
fn taken_in(
    reader: &Reader<'_>,
    channel: ChannelId,
    key: &str,
) -> Result<Option<(MessageId, ConversationId)>, EngineError> {
    let Some(message) = reader.receipt(channel, ReceiptKey::Native(key))? else {
        return Ok(None);
    };
    let row = reader.message(message)?;
    Ok(row
        .filter(|row| row.direction == Direction::Inbound)
        .map(|row| (row.id, row.conversation)))
}
