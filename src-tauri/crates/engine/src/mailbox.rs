//! A mailbox as a channel: what is fetched goes in through the desk, batch and cursor in one
//! transaction.

mod elsewhere;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use baton_api::channels::{MailConfig, ServerConfig};
use baton_channels::email::account::{Account, Endpoint, Security, SentCopy, Trust};
use baton_channels::email::error::SinkError;
use baton_channels::email::imap::{Flags, Meta, Role};
use baton_channels::email::sync::{Cursor, Fetched, FetchedBatch, Known, MailSink, Renumbered};
use baton_channels::mail::{self, AuthenticationResults, DecodeContext, Mail};
use baton_core::ids::ChannelId;
use baton_core::message::{Author, Direction, MessageDocument, MessageKind, ReadingProblem};
use baton_core::time::{HOUR, Timestamp};

use self::elsewhere::{Seen, Unread, native_key};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::own::{Lies, is_own};
use crate::intake::{Arrival, Verification, mail as letter};

/// The account of a channel's settings.
#[must_use]
pub(crate) fn account(channel: ChannelId, config: &MailConfig) -> Account {
    Account {
        id: channel.to_string(),
        address: config.address.clone(),
        user: config.imap.login.clone(),
        imap: endpoint(&config.imap),
        smtp: endpoint(&config.smtp),
        folders: config.folders.clone(),
        sent_copy: if config.keep_sent {
            SentCopy::Append
        } else {
            SentCopy::Provider
        },
        trust: match config.ca_file.as_deref() {
            Some(file) if !file.is_empty() => Trust::Pinned(PathBuf::from(file)),
            _ => Trust::System,
        },
        history_days: (config.history_days > 0).then_some(config.history_days),
    }
}

fn endpoint(server: &ServerConfig) -> Endpoint {
    Endpoint {
        host: server.host.clone(),
        port: server.port,
        security: match server.security.as_str() {
            "starttls" => Security::StartTls,
            "plain" => Security::Plain,
            _ => Security::Tls,
        },
    }
}

/// Takes in what a mailbox holds.
pub(crate) struct MailboxSink {
    /// The engine.
    pub engine: Engine,
    /// The channel of the mailbox.
    pub channel: ChannelId,
    /// When it was connected: what is older is history, and nobody is alerted about it.
    pub connected_at: Timestamp,
    /// Whether a batch could not be stored, by a fault of one message in it: then each is stored
    /// by itself, so that the one does not keep the others out.
    pub singly: Arc<AtomicBool>,
}

fn lost(error: &EngineError) -> SinkError {
    match error {
        EngineError::Stopped => SinkError::Closed,
        EngineError::Store(baton_store::StoreError::DiskFull) => SinkError::Full,
        other => {
            tracing::error!(error = %other, "Fetched mail could not be stored.");
            SinkError::Failed
        }
    }
}

impl MailboxSink {
    /// Stores messages in a transaction each. One that cannot be placed whatever is tried is kept
    /// byte for byte in a conversation of its own, for somebody to look at.
    async fn take_one_by_one(&self, ready: Vec<Arrival>) -> Result<(), SinkError> {
        let desk = &self.engine.inner.desk;
        for arrival in ready {
            let again = arrival.clone();
            let taken = desk.turn(move |turn| turn.take_in(arrival)).await;
            match taken {
                Ok(_) => continue,
                Err(error) if error.is_of_one() => {
                    tracing::error!(%error, "A message could not be placed; it is kept as it came.");
                }
                Err(error) => return Err(lost(&error)),
            }
            let noted = desk.turn(move |turn| turn.take_in(unplaced(again))).await;
            noted.map_err(|error| lost(&error))?;
        }
        Ok(())
    }

    /// What was received before is history: nobody is alerted about it, and nothing of it is unread.
    const fn history(&self) -> Timestamp {
        self.connected_at.plus(-HOUR)
    }

    fn read_one(
        &self,
        batch: &Batch,
        item: Fetched,
        context: &DecodeContext,
        key: &[u8; 32],
    ) -> Arrival {
        let received_at = Timestamp(item.internal_date_ms);
        let read = decoded(&item, context);
        let tokens = read.reply_tokens.clone();
        let auth = read.auth.as_ref();
        let verification = match auth.is_some_and(AuthenticationResults::confirms_the_sender) {
            true => Verification::Verified,
            false => Verification::Seen,
        };
        let ours = batch.role == Role::Sent || is_own(&read, &batch.own, Lies::Delivered);
        let mut arrival = letter::arrival(self.channel, item.raw, read, received_at, verification);
        // While a renumbered folder is being matched its generation is not told; a key without it
        // would one day name another message.
        arrival.native_key = batch
            .uid_validity
            .map(|validity| native_key(&batch.folder, validity, item.uid));
        arrival.token = letter::token_conversation(&tokens, key);
        arrival.imported = received_at < self.history();
        if ours {
            arrival.direction = Direction::Outbound;
            arrival.author = Author::Agent;
            arrival.author_name.clone_from(&batch.me);
            // What we sent ourselves carries its conversation in its own identifier.
            let id = &arrival.document.native_id;
            let own = id.split_once('.').map(|(token, _)| token.to_owned());
            arrival.token = letter::token_conversation(own.as_slice(), key).or(arrival.token);
        } else {
            arrival.doubt_own_address(&batch.own);
        }
        arrival
    }

    /// A message that the server lists and cannot hand over: there is nothing to read, and still
    /// somebody has to hear of it.
    fn note_one(&self, batch: &Batch, meta: &Meta) -> Arrival {
        let note = format!(
            "From: Baton <>\r\nSubject: A message that the mail server cannot hand over\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n\
             The mail server lists message {} of the folder {} ({} bytes) and refuses to hand it \
             over. Look at it with another mail program, or ask whoever runs the server.\r\n",
            meta.uid, batch.folder, meta.size
        );
        let received_at = Timestamp(meta.received_ms);
        let mut read = mail::decode(note.as_bytes(), &DecodeContext::default());
        read.document.kind = MessageKind::System;
        read.document.problems = vec![ReadingProblem {
            code: "refused_by_server".to_owned(),
            detail: "the mail server cannot hand the message over".to_owned(),
        }];
        let raw = note.into_bytes();
        let mut arrival = letter::arrival(self.channel, raw, read, received_at, Verification::Seen);
        arrival.native_key = batch
            .uid_validity
            .map(|validity| native_key(&batch.folder, validity, meta.uid));
        arrival.imported = received_at < self.history();
        arrival
    }
}

/// What a message says, and that it is not the whole when it is not.
fn decoded(item: &Fetched, context: &DecodeContext) -> Mail {
    let mut read = mail::decode(&item.raw, context);
    if item.truncated {
        read.document.problems.push(ReadingProblem {
            code: "cut_off".to_owned(),
            detail: format!(
                "the message has {} bytes, of which the first {} are kept here",
                item.size,
                item.raw.len()
            ),
        });
    }
    read
}

/// A message of which nothing is believed but its bytes.
fn unplaced(arrival: Arrival) -> Arrival {
    let document = MessageDocument {
        subject: "A message that could not be placed".to_owned(),
        text: "This message could not be put where it belongs. It is kept as it came: look at its \
               source."
            .to_owned(),
        kind: MessageKind::System,
        problems: vec![ReadingProblem {
            code: "could_not_be_placed".to_owned(),
            detail: "what is stored beside it is damaged".to_owned(),
        }],
        ..MessageDocument::default()
    };
    Arrival {
        document: MessageDocument {
            visible_text: document.text.clone(),
            ..document
        },
        direction: Direction::Inbound,
        author: Author::System,
        author_name: String::new(),
        token: None,
        ..arrival
    }
}

/// What all messages of a batch share.
struct Batch {
    folder: String,
    uid_validity: Option<u32>,
    role: Role,
    own: BTreeSet<String>,
    me: String,
}

impl MailSink for MailboxSink {
    async fn cursor(&self, folder: &str) -> Result<Option<Cursor>, SinkError> {
        let (channel, folder) = (self.channel, folder.to_owned());
        self.engine
            .read(move |reader, _| {
                let stored = reader.cursor(channel, &folder)?;
                Ok(stored.and_then(|value| serde_json::from_value(value).ok()))
            })
            .await
            .map_err(|error| lost(&error))
    }

    /// Those that are unread here: what becomes of others on the server changes nothing.
    async fn known(&self, folder: &str) -> Result<Vec<Known>, SinkError> {
        let (channel, folder) = (self.channel, folder.to_owned());
        let unread = self
            .engine
            .read(move |reader, _| Unread::of(reader, channel, &folder))
            .await
            .map_err(|error| lost(&error))?;
        let known = |uid| Known {
            uid,
            flags: Flags::default(),
        };
        Ok(unread.into_iter().map(known).collect())
    }

    async fn renumber(&self, renumbered: Renumbered) -> Result<BTreeSet<u32>, SinkError> {
        let channel = self.channel;
        self.engine
            .read(move |reader, _| {
                let mut fresh = BTreeSet::new();
                for trace in &renumbered.messages {
                    let known = match trace.message_id.as_deref() {
                        Some(id) if !id.is_empty() => reader
                            .messages_with_ids(&[id.trim_matches(['<', '>'])])?
                            .iter()
                            .any(|hit| hit.channel == channel),
                        // Without an identifier only the bytes can tell; they are fetched and
                        // recognised by their digest.
                        _ => false,
                    };
                    if !known {
                        fresh.insert(trace.meta.uid);
                    }
                }
                Ok(fresh)
            })
            .await
            .map_err(|error| lost(&error))
    }

    async fn commit(&self, fetched: FetchedBatch) -> Result<(), SinkError> {
        let roster = self.engine.roster();
        let context = letter::context(&roster);
        let key = self.engine.inner.reply_key;
        let batch = Batch {
            folder: fetched.folder.clone(),
            uid_validity: fetched.cursor_after.map(|cursor| cursor.uid_validity),
            role: fetched.role,
            own: roster.own_addresses(),
            me: roster.me.as_str().to_owned(),
        };
        let channel = self.channel;
        // What the team sent is nothing unread.
        let seen = Seen::of(&fetched, self.history()).filter(|_| fetched.role != Role::Sent);
        let sink = Self {
            engine: self.engine.clone(),
            channel,
            connected_at: self.connected_at,
            singly: Arc::clone(&self.singly),
        };
        let (items, unreadable) = (fetched.items, fetched.unreadable);
        let ready: Vec<Arrival> = tokio::task::spawn_blocking(move || {
            let notes = unreadable
                .iter()
                .map(|meta| sink.note_one(&batch, meta))
                .collect::<Vec<_>>();
            items
                .into_iter()
                .map(|item| sink.read_one(&batch, item, &context, &key))
                .chain(notes)
                .collect()
        })
        .await
        .map_err(|_| SinkError::Closed)?;
        let (folder, cursor) = (fetched.folder, fetched.cursor_after);
        let singly = self.singly.load(Ordering::Relaxed);
        let together = match singly {
            true => {
                self.take_one_by_one(ready).await?;
                Vec::new()
            }
            false => ready,
        };
        let stored = self
            .engine
            .inner
            .desk
            .turn(move |turn| {
                for arrival in together {
                    turn.take_in(arrival)?;
                }
                if let Some(cursor) = cursor {
                    let body = serde_json::to_value(cursor)?;
                    turn.tx.set_cursor(channel, &folder, &body, turn.now)?;
                }
                if let Some(seen) = seen {
                    seen.settle(turn, channel)?;
                }
                Ok(())
            })
            .await;
        let of_one = stored.as_ref().is_err_and(EngineError::is_of_one);
        self.singly.store(of_one && !singly, Ordering::Relaxed);
        stored.map_err(|error| lost(&error))
    }
}

#[cfg(test)]
mod tests {
    use baton_channels::email::imap::Flags;

    use super::*;

    #[test]
    fn a_message_that_was_cut_off_says_so_with_both_sizes() {
        let raw = b"From: carla@customer.test\r\nSubject: Photos\r\n\r\nHere they are".to_vec();
        let whole = Fetched {
            uid: 1,
            internal_date_ms: 0,
            flags: Flags::default(),
            size: 61,
            raw,
            truncated: false,
        };
        let context = DecodeContext::default();
        let problems = |item: &Fetched| decoded(item, &context).document.problems;
        assert!(!problems(&whole).iter().any(|one| one.code == "cut_off"));
        let cut = Fetched {
            size: 70_000_000,
            truncated: true,
            ..whole
        };
        let told = problems(&cut);
        let told = told.iter().find(|one| one.code == "cut_off");
        let told = told.map(|one| one.detail.as_str()).unwrap_or_default();
        let kept = cut.raw.len().to_string();
        assert!(told.contains("70000000") && told.contains(&kept), "{told}");
    }
}
