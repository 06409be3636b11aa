//! Reading messages: first what they weigh, then their bytes.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use async_imap::imap_proto::{AttributeValue, MailboxDatum, RequestId, Response, Status};
use serde::{Deserialize, Serialize};

use super::select::{FlagChange, flag_change};
use super::{Imap, quoted, set};
use crate::email::error::MailError;

/// The flags of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Flags {
    /// Somebody has read it.
    pub seen: bool,
    /// Somebody has answered it.
    pub answered: bool,
    /// Somebody has marked it.
    pub flagged: bool,
    /// Somebody wants it gone.
    pub deleted: bool,
    /// It is not finished.
    pub draft: bool,
    /// Keywords of the server or of other programs.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub keywords: BTreeSet<String>,
}

impl Flags {
    /// Reads the list of a FETCH answer.
    pub(super) fn read(list: &[Cow<'_, str>]) -> Self {
        let mut flags = Self::default();
        for flag in list {
            match flag.to_ascii_lowercase().as_str() {
                "\\seen" => flags.seen = true,
                "\\answered" => flags.answered = true,
                "\\flagged" => flags.flagged = true,
                "\\deleted" => flags.deleted = true,
                "\\draft" => flags.draft = true,
                "\\recent" => {}
                _ => {
                    flags.keywords.insert(flag.to_string());
                }
            }
        }
        flags
    }
}

/// What is known of a message before its bytes are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// The message.
    pub uid: u32,
    /// Its size in bytes.
    pub size: u32,
    /// When the server received it, in milliseconds since 1970.
    pub received_ms: i64,
    /// Its flags.
    pub flags: Flags,
}

/// What tells a message again after the server gave it another number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// What the server says of it under its new number.
    pub meta: Meta,
    /// Its Message-ID, without brackets, when it has one.
    pub message_id: Option<String>,
}

impl Imap {
    /// All UIDs of the open folder that match a search, in ascending order.
    pub async fn search(&mut self, query: &str) -> Result<Vec<u32>, MailError> {
        let mut found = Vec::new();
        self.command("SEARCH", &format!("UID SEARCH {query}"), |response| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                found.extend_from_slice(uids);
            }
        })
        .await?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// The messages with a Message-ID in a folder, which gets opened.
    pub async fn find_message_id(
        &mut self,
        folder: &str,
        message_id: &str,
    ) -> Result<Vec<u32>, MailError> {
        self.select(folder, None).await?;
        let bare = message_id.trim().trim_matches(['<', '>']);
        self.search(&format!("HEADER Message-ID {}", quoted(bare)))
            .await
    }

    /// What the messages with these UIDs weigh, and when they came, in ascending order.
    pub async fn metas(&mut self, uids: &str) -> Result<Vec<Meta>, MailError> {
        let mut found = BTreeMap::new();
        let command = format!("UID FETCH {uids} (UID RFC822.SIZE INTERNALDATE FLAGS)");
        self.command("FETCH", &command, |response| {
            if let Response::Fetch(_, attributes) = response
                && let Some(meta) = meta(attributes)
            {
                found.insert(meta.uid, meta);
            }
        })
        .await?;
        Ok(found.into_values().collect())
    }

    /// The flags of the messages with these UIDs.
    pub async fn flags(&mut self, uids: &str) -> Result<Vec<FlagChange>, MailError> {
        let mut found = Vec::new();
        self.command(
            "FETCH",
            &format!("UID FETCH {uids} (UID FLAGS)"),
            |response| {
                if let Response::Fetch(_, attributes) = response {
                    found.extend(flag_change(attributes));
                }
            },
        )
        .await?;
        Ok(found)
    }

    /// What tells messages again, for the messages with these UIDs.
    pub async fn traces(&mut self, uids: &str) -> Result<Vec<Trace>, MailError> {
        let mut found = BTreeMap::new();
        let command = format!(
            "UID FETCH {uids} (UID RFC822.SIZE INTERNALDATE FLAGS \
             BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        );
        self.command("FETCH", &command, |response| {
            let Response::Fetch(_, attributes) = response else {
                return;
            };
            let Some(meta) = meta(attributes) else { return };
            let message_id = body(attributes).and_then(message_id);
            found.insert(meta.uid, Trace { meta, message_id });
        })
        .await?;
        Ok(found.into_values().collect())
    }

    /// The `Authentication-Results` of the messages with these UIDs, as they stand in the header.
    pub async fn authentications(&mut self, uids: &str) -> Result<Vec<Vec<u8>>, MailError> {
        let mut found = Vec::new();
        let command =
            format!("UID FETCH {uids} (UID BODY.PEEK[HEADER.FIELDS (AUTHENTICATION-RESULTS)])");
        self.command("FETCH", &command, |response| {
            if let Response::Fetch(_, attributes) = response
                && let Some(header) = body(attributes)
            {
                found.push(header.to_vec());
            }
        })
        .await?;
        Ok(found)
    }

    /// Asks for whole messages without waiting for them; the answers are read, in the order of
    /// asking, by [`Imap::read_bodies`].
    pub(crate) async fn ask_bodies(&mut self, uids: &str) -> Result<(), MailError> {
        let tag = self
            .send(&format!("UID FETCH {uids} (UID BODY.PEEK[])"))
            .await?;
        self.waiting.push_back(tag);
        Ok(())
    }

    /// Waits until the oldest question of [`Imap::ask_bodies`] is answered, and takes what has
    /// come by then.
    ///
    /// A server may work on several questions at once and mix their answers, so a message is
    /// told by its UID and never by the question.
    pub(crate) async fn read_bodies(&mut self) -> Result<(), MailError> {
        let Some(tag) = self.waiting.front().cloned() else {
            return Ok(());
        };
        self.collect_bodies(&tag).await
    }

    /// A message that has come and was not taken yet.
    pub(crate) fn take_body(&mut self, uid: u32) -> Option<Vec<u8>> {
        self.arrived.remove(&uid)
    }

    /// Asks for these messages and waits for them, whatever else is on its way.
    pub(crate) async fn fetch_bodies(&mut self, uids: &str) -> Result<(), MailError> {
        self.ask_bodies(uids).await?;
        let Some(tag) = self.waiting.back().cloned() else {
            return Ok(());
        };
        self.collect_bodies(&tag).await
    }

    /// Whether the server refused a question for messages since this was last asked.
    pub(crate) fn take_refusal(&mut self) -> bool {
        std::mem::take(&mut self.refused)
    }

    /// The part of a message from `from`, at most `length` bytes; shorter at its end.
    pub(crate) async fn part(
        &mut self,
        uid: u32,
        from: usize,
        length: usize,
    ) -> Result<Option<Vec<u8>>, MailError> {
        let tag = self
            .send(&format!(
                "UID FETCH {uid} (UID BODY.PEEK[]<{from}.{length}>)"
            ))
            .await?;
        self.waiting.push_back(tag.clone());
        self.collect_bodies(&tag).await?;
        Ok(self.take_body(uid))
    }

    async fn collect_bodies(&mut self, tag: &RequestId) -> Result<(), MailError> {
        while self.waiting.contains(tag) {
            let response = super::in_time(self.answer, self.session.read_response()).await??;
            let Some(response) = response else {
                return Err(self.ended());
            };
            match response.parsed() {
                Response::Done {
                    tag: done, status, ..
                } if self.waiting.contains(done) => {
                    self.waiting.retain(|waiting| waiting != done);
                    // One message that the server cannot read refuses all that were asked for with
                    // it; whoever misses one finds out which.
                    self.refused |= *status != Status::Ok;
                }
                Response::Fetch(_, attributes) => {
                    match (uid(attributes), body(attributes)) {
                        (Some(uid), Some(bytes)) => {
                            self.arrived.insert(uid, bytes.to_vec());
                        }
                        // No message: another client changed a flag.
                        _ => self.notices.flags = true,
                    }
                }
                other => self.notices.hear(other),
            }
        }
        Ok(())
    }

    /// Files a message in a folder, as read.
    pub async fn append(&mut self, folder: &str, raw: &[u8]) -> Result<(), MailError> {
        // Names and messages go where the library quotes them itself.
        let work = self.session.append(folder, Some("(\\Seen)"), None, raw);
        super::in_time(std::time::Duration::from_secs(300), work)
            .await?
            .map_err(|error| match error {
                async_imap::error::Error::No(_) | async_imap::error::Error::Append => {
                    MailError::Refused { command: "APPEND" }
                }
                other => super::lost(other),
            })
    }
}

fn uid(attributes: &[AttributeValue<'_>]) -> Option<u32> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(uid) => Some(*uid),
        _ => None,
    })
}

fn body<'a>(attributes: &'a [AttributeValue<'_>]) -> Option<&'a [u8]> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection {
            data: Some(data), ..
        } => Some(data.as_ref()),
        AttributeValue::Rfc822(Some(data)) => Some(data.as_ref()),
        _ => None,
    })
}

fn meta(attributes: &[AttributeValue<'_>]) -> Option<Meta> {
    let (mut size, mut received, mut flags) = (None, None, None);
    for attribute in attributes {
        match attribute {
            AttributeValue::Rfc822Size(value) => size = Some(*value),
            AttributeValue::InternalDate(text) => received = date(text),
            AttributeValue::Flags(list) => flags = Some(Flags::read(list)),
            _ => {}
        }
    }
    Some(Meta {
        uid: uid(attributes)?,
        size: size?,
        received_ms: received.unwrap_or_default(),
        flags: flags.unwrap_or_default(),
    })
}

/// An INTERNALDATE such as ` 1-Jul-2026 02:44:25 -0700`.
fn date(text: &str) -> Option<i64> {
    chrono::DateTime::parse_from_str(text.trim(), "%d-%b-%Y %H:%M:%S %z")
        .ok()
        .map(|date| date.timestamp_millis())
}

/// The id in a header block that holds at most a Message-ID field, maybe folded.
fn message_id(header: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(header);
    let (_, value) = text.split_once(':')?;
    let id: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    let id = id.trim_matches(['<', '>']);
    (!id.is_empty()).then(|| id.to_owned())
}

/// UIDs as text for the commands above.
pub fn uid_text(uids: impl IntoIterator<Item = u32>) -> String {
    set::text(uids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_one_digit_day_is_a_date_too() {
        assert_eq!(date(" 1-Jul-2026 02:00:00 +0200"), Some(1_782_864_000_000));
        assert_eq!(date("01-Jul-2026 00:00:00 +0000"), Some(1_782_864_000_000));
        assert_eq!(date("yesterday"), None);
    }

    #[test]
    fn a_folded_message_id_is_read() {
        assert_eq!(
            message_id(b"Message-ID:\r\n <a@b>\r\n\r\n").as_deref(),
            Some("a@b")
        );
        assert_eq!(message_id(b"\r\n"), None);
    }
}
