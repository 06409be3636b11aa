//! Opening a folder, and learning in the same breath what changed since the last time.

use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response, ResponseCode, Status};

use super::fetch::Flags;
use super::folders::no_folder;
use super::{Imap, quoted};
use crate::email::error::MailError;

/// A folder as the server described it when it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selected {
    /// The generation of its UIDs.
    pub uid_validity: u32,
    /// The UID that the next message will get; 0 when the server does not say.
    pub uid_next: u32,
    /// How many messages it holds.
    pub exists: u32,
    /// The number of its last change, where the server counts changes.
    pub mod_seq: Option<u64>,
    /// What vanished since the cursor, where the server knows.
    pub vanished: Vec<u32>,
    /// Whose flags changed since the cursor, where the server knows.
    pub changed: Vec<FlagChange>,
}

/// The flags of one message as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagChange {
    /// The message.
    pub uid: u32,
    /// Its flags.
    pub flags: Flags,
    /// The number of the change, where the server counts changes.
    pub mod_seq: Option<u64>,
}

/// What a quick catch-up needs to know of the last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// The generation of UIDs then.
    pub uid_validity: u32,
    /// The number of the last change then.
    pub mod_seq: u64,
    /// The lowest UID we hold.
    pub low: u32,
    /// The highest UID we hold.
    pub high: u32,
}

impl Imap {
    /// Opens a folder. With `since`, and a server that can, the answer holds what changed.
    pub async fn select(
        &mut self,
        name: &str,
        since: Option<Since>,
    ) -> Result<Selected, MailError> {
        let command = match since {
            Some(since) if self.qresync => format!(
                "SELECT {} (QRESYNC ({} {}))",
                quoted(name),
                since.uid_validity,
                since.mod_seq.max(1)
            ),
            _ if self.has_condstore() => format!("SELECT {} (CONDSTORE)", quoted(name)),
            _ => format!("SELECT {}", quoted(name)),
        };
        let mut found = Selected::default();
        self.command("SELECT", &command, |response| found.hear(response))
            .await
            .map_err(no_folder)?;
        // What was told while opening is in the answer already.
        self.take_notices();
        if let Some(since) = since {
            found.keep_within(since);
        }
        Ok(found)
    }

    /// The changes of flags and the disappearances since a change number, in the open folder.
    pub async fn changes(&mut self, since: Since) -> Result<Selected, MailError> {
        let vanished = if self.qresync { " VANISHED" } else { "" };
        let command = format!(
            "UID FETCH {}:{} (UID FLAGS) (CHANGEDSINCE {}{vanished})",
            since.low,
            since.high,
            since.mod_seq.max(1)
        );
        let mut found = Selected::default();
        self.command("FETCH", &command, |response| found.hear(response))
            .await?;
        found.keep_within(since);
        Ok(found)
    }
}

/// A hostile server may name four billion messages in one line.
const MOST_VANISHED: usize = 2_000_000;

impl Selected {
    /// Forgets what was told of messages that were not asked for.
    fn keep_within(&mut self, since: Since) {
        let asked = since.low..=since.high;
        self.vanished.retain(|uid| asked.contains(uid));
        self.changed.retain(|change| asked.contains(&change.uid));
    }

    fn hear(&mut self, response: &Response<'_>) {
        match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => self.exists = *count,
            Response::Data {
                status: Status::Ok,
                outcome,
            } => match outcome.code {
                Some(ResponseCode::UidValidity(value)) => self.uid_validity = value,
                Some(ResponseCode::UidNext(value)) => self.uid_next = value,
                Some(ResponseCode::HighestModSeq(value)) => self.mod_seq = Some(value),
                _ => {}
            },
            Response::Vanished { uids, .. } => {
                for range in uids {
                    let room = MOST_VANISHED.saturating_sub(self.vanished.len());
                    self.vanished.extend(range.clone().take(room));
                }
            }
            Response::Fetch(_, attributes) => {
                if let Some(change) = flag_change(attributes) {
                    self.changed.push(change);
                }
            }
            _ => {}
        }
    }
}

/// The flags in a FETCH answer, when it holds a UID and flags.
pub(super) fn flag_change(attributes: &[AttributeValue<'_>]) -> Option<FlagChange> {
    let (mut uid, mut flags, mut mod_seq) = (None, None, None);
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(value) => uid = Some(*value),
            AttributeValue::Flags(list) => flags = Some(Flags::read(list)),
            AttributeValue::ModSeq(value) => mod_seq = Some(*value),
            _ => {}
        }
    }
    Some(FlagChange {
        uid: uid?,
        flags: flags?,
        mod_seq,
    })
}
