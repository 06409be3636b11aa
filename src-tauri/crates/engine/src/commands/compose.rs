//! Writing: drafts, replies, notes, and what becomes of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use baton_api::ApiError;
use baton_api::compose as co;
use baton_api::compose::ReplyMode;
use baton_api::contacts::AddressView;
use baton_api::conversations::Acted;
use baton_api::session::Done;
use baton_api::timeline::{AttachmentView, Warning};
use baton_channels::mail;
use baton_core::command::{Command, MessageInput, ReplyInput};
use baton_core::event::Actor;
use baton_core::event::body::Join;
use baton_core::ids::{ChannelId, ConversationId, MessageId, OutboxId};
use baton_core::message::{
    Address, Author, Direction, MessageDocument, MessageKind, SenderWarning,
};
use baton_core::time::SECOND;
use baton_store::MessageRow;
use baton_store::{Draft, DraftKind};
use baton_store::{Reader, StoreError};

use crate::compose::{Letterhead, Machine, write};
use crate::desk::{Turn, derived};
use crate::engine::{Engine, message_id, parse};
use crate::error::EngineError;
use crate::recipients::{plan, quote, subject};
use crate::roster::{Roster, kind, new_conversation_draft};
use crate::view::{addresses, code_of};

/// What one message may weigh with its files, in bytes before encoding.
const MAX_FILES: usize = 25 * 1024 * 1024;

fn mailboxes(list: Vec<AddressView>) -> Result<Vec<Address>, ApiError> {
    list.into_iter()
        .filter(|entry| !entry.address.trim().is_empty())
        .map(|entry| {
            let address = entry.address.trim().to_owned();
            let fits = address.rsplit_once('@').is_some_and(|(local, domain)| {
                !local.is_empty()
                    && !domain.is_empty()
                    && !address.contains(char::is_whitespace)
                    && !address.contains(['<', '>', ',', ';'])
            });
            if fits {
                Ok(Address {
                    name: entry.name.trim().to_owned(),
                    address,
                })
            } else {
                Err(ApiError::new(
                    "bad_address",
                    format!("`{address}` is no mail address."),
                    "Correct it or take it out.",
                ))
            }
        })
        .collect()
}

/// The message that an answer answers: the one named, or the customer's newest that was not
/// slipped in by a stranger.
fn answered(
    reader: &Reader<'_>,
    conversation: ConversationId,
    named: Option<MessageId>,
) -> Result<Option<(MessageRow, MessageDocument)>, StoreError> {
    let row = match named {
        Some(message) => reader.message(message)?,
        None => {
            let mut newest = None;
            let mut any = None;
            for row in reader.messages_newest(conversation, 50)? {
                if row.kind != MessageKind::Message || row.direction == Direction::Internal {
                    continue;
                }
                if row.direction == Direction::Inbound && row.join != Join::Flagged {
                    newest = Some(row);
                    break;
                }
                any = any.or(Some(row));
            }
            newest.or(any)
        }
    };
    let Some(row) = row.filter(|row| row.conversation == conversation) else {
        return Ok(None);
    };
    Ok(reader
        .document(row.document)?
        .map(|document| (row, document)))
}

fn cannot_write(roster: &Roster, channel: ChannelId) -> Option<String> {
    let known = roster.channels.get(&channel)?;
    if known.stored.removed_at.is_some() {
        return Some("channel_removed".to_owned());
    }
    (known.info.kind == kind::IMPORT).then(|| "channel_import".to_owned())
}

impl Engine {
    pub(super) async fn reply_prepare(
        &self,
        asked: co::ReplyPrepare,
    ) -> Result<co::ReplyPlan, ApiError> {
        let id: ConversationId = parse(&asked.conversation, "conversation")?;
        let named = asked.message.as_deref().map(message_id).transpose()?;
        let mode = asked.mode;
        Ok(self
            .read(move |reader, roster| {
                let Some(state) = reader.conversation(id)? else {
                    return Err(EngineError::Missing("conversation"));
                };
                let own: BTreeSet<String> = roster
                    .channels
                    .get(&state.channel)
                    .map(|known| known.own.clone())
                    .unwrap_or_default();
                let Some((row, document)) = answered(reader, id, named)? else {
                    return Ok(empty_plan(cannot_write(roster, state.channel)));
                };
                let recipients = plan(&document, row.direction, mode, &own);
                let date = crate::local::date_in_words(row.at);
                let files = match mode {
                    ReplyMode::Forward => document.attachments.clone(),
                    _ => Vec::new(),
                };
                Ok(co::ReplyPlan {
                    to: addresses(&recipients.to),
                    cc: addresses(&recipients.cc),
                    subject: subject(&document.subject, mode),
                    quote: quote(&document, &date, mode),
                    attachments: files
                        .into_iter()
                        .map(|file| AttachmentView {
                            index: file.index,
                            name: file.name,
                            saved_name: file.saved_name,
                            media_type: file.media_type,
                            size: file.size,
                            active: file.active,
                            inline: file.inline,
                        })
                        .collect(),
                    message: Some(row.id.to_string()),
                    warnings: warnings(&row, &document),
                    cannot: cannot_write(roster, state.channel),
                })
            })
            .await?)
    }

    pub(super) async fn reply_send(&self, asked: co::ReplySend) -> Result<co::Queued, ApiError> {
        let to = mailboxes(asked.to)?;
        let cc = mailboxes(asked.cc)?;
        let bcc = mailboxes(asked.bcc)?;
        if asked.text.trim().is_empty() && asked.files.is_empty() && asked.forward.is_empty() {
            return Err(ApiError::new(
                "empty_message",
                "There is nothing to send yet.",
                "Write something or attach a file.",
            ));
        }
        let files = decode_files(asked.files)?;
        let conversation: Option<ConversationId> = asked
            .conversation
            .as_deref()
            .map(|id| parse(id, "conversation"))
            .transpose()?;
        let channel: Option<ChannelId> = asked
            .channel
            .as_deref()
            .map(|id| parse(id, "channel"))
            .transpose()?;
        let named = asked.message.as_deref().map(message_id).transpose()?;
        let mut text = asked.text.trim_end().to_owned();
        let roster = self.roster();
        if !roster.settings.signature.trim().is_empty() {
            text.push_str("\n\n-- \n");
            text.push_str(roster.settings.signature.trim_end());
        }
        if !asked.quote.trim().is_empty() {
            text.push_str("\n\n");
            text.push_str(asked.quote.trim_end());
        }
        text.push('\n');
        let plain = Plain {
            conversation,
            channel,
            named,
            mode: asked.mode,
            to,
            cc,
            bcc,
            subject: asked.subject,
            text,
            files,
            forward: asked.forward,
            resolve: asked.resolve,
            undo_ms: i64::from(roster.settings.undo_seconds).saturating_mul(SECOND),
            key: self.inner.reply_key,
        };
        Ok(self.inner.desk.turn(move |turn| plain.queue(turn)).await?)
    }

    pub(super) async fn send_cancel(
        &self,
        asked: co::OutboxOnly,
    ) -> Result<co::DraftFound, ApiError> {
        let conversation: ConversationId = parse(&asked.conversation, "conversation")?;
        let outbox: OutboxId = parse(&asked.outbox, "message")?;
        let draft = self
            .inner
            .desk
            .turn(move |turn| {
                let me = turn.roster.me.as_str().to_owned();
                let held = turn
                    .conversation(conversation)?
                    .and_then(|state| state.outbox.get(&outbox).cloned());
                let command = Command::CancelSend { outbox };
                let order = turn.new_order(conversation, Actor::agent(me.clone()), command);
                turn.order(&order)?;
                let kept: Option<co::Draft> = turn.tx.setting(&sent_draft_key(outbox))?;
                turn.tx.clear_setting(&sent_draft_key(outbox))?;
                let draft = match (kept, held) {
                    (Some(draft), _) => Some(draft),
                    (None, Some(held)) => {
                        turn.tx.document(held.document)?.map(|document| co::Draft {
                            mode: "reply".to_owned(),
                            message: None,
                            to: addresses(&document.to),
                            cc: addresses(&document.cc),
                            bcc: addresses(&document.bcc),
                            subject: document.subject,
                            text: document.text,
                            with_quote: false,
                            files: Vec::new(),
                            saved_at: turn.now.0,
                        })
                    }
                    (None, None) => None,
                };
                if let Some(draft) = &draft {
                    turn.tx.save_draft(&Draft {
                        conversation,
                        author: me,
                        kind: DraftKind::Reply,
                        body: serde_json::to_value(draft)?,
                        changed_at: turn.now,
                    })?;
                }
                turn.touch("drafts");
                Ok(draft)
            })
            .await?;
        Ok(co::DraftFound { draft })
    }

    pub(super) async fn send_retry(&self, asked: co::OutboxOnly) -> Result<Done, ApiError> {
        let outbox = parse(&asked.outbox, "message")?;
        let conversation = parse(&asked.conversation, "conversation")?;
        self.act(conversation, Command::RetrySend { outbox })
            .await?;
        Ok(Done {})
    }

    pub(super) async fn send_judge(&self, asked: co::SendJudge) -> Result<Done, ApiError> {
        let outbox = parse(&asked.outbox, "message")?;
        let conversation = parse(&asked.conversation, "conversation")?;
        let sent = match asked.verdict.as_str() {
            "sent" => true,
            "resend" => false,
            other => {
                return Err(ApiError::bad_request(format!(
                    "`{other}` is no verdict; write sent or resend."
                )));
            }
        };
        self.act(conversation, Command::JudgeSend { outbox, sent })
            .await?;
        if !sent {
            self.act(conversation, Command::RetrySend { outbox })
                .await
                .or_else(|error| {
                    if error.notice {
                        Ok(acted(conversation))
                    } else {
                        Err(error)
                    }
                })?;
        }
        Ok(Done {})
    }

    pub(super) async fn note_add(&self, asked: co::NoteAdd) -> Result<Acted, ApiError> {
        let text = asked.text.trim_end().to_owned();
        if text.trim().is_empty() {
            return Err(ApiError::new(
                "empty_message",
                "The note is empty.",
                "Write something first.",
            ));
        }
        let conversation: ConversationId = parse(&asked.conversation, "conversation")?;
        self.inner
            .desk
            .turn(move |turn| {
                let me = turn.roster.me.as_str().to_owned();
                let order_id: MessageId = turn.mint.id(turn.now);
                let input = note(turn, conversation, &me, text, order_id)?;
                let order =
                    turn.new_order(conversation, Actor::agent(me.clone()), Command::Note(input));
                turn.order(&order)?;
                turn.tx.drop_draft(conversation, &me, DraftKind::Note)?;
                turn.touch("drafts");
                Ok(())
            })
            .await?;
        Ok(acted(conversation))
    }

    pub(super) async fn draft_get(&self, asked: co::DraftGet) -> Result<co::DraftFound, ApiError> {
        let conversation = draft_place(&asked.conversation)?;
        Ok(self
            .read(move |reader, roster| {
                let draft = reader
                    .drafts_in(conversation)?
                    .into_iter()
                    .filter(|draft| draft.author == roster.me.as_str())
                    .max_by_key(|draft| draft.changed_at)
                    .and_then(|draft| serde_json::from_value(draft.body).ok());
                Ok(co::DraftFound { draft })
            })
            .await?)
    }

    pub(super) async fn draft_put(&self, asked: co::DraftPut) -> Result<Done, ApiError> {
        let conversation = draft_place(&asked.conversation)?;
        self.inner
            .desk
            .turn(move |turn| {
                let me = turn.roster.me.as_str().to_owned();
                for one in [DraftKind::Reply, DraftKind::Note, DraftKind::Forward] {
                    turn.tx.drop_draft(conversation, &me, one)?;
                }
                if let Some(mut draft) = asked.draft {
                    draft.saved_at = turn.now.0;
                    turn.tx.save_draft(&Draft {
                        conversation,
                        author: me,
                        kind: match draft.mode.as_str() {
                            "note" => DraftKind::Note,
                            "forward" => DraftKind::Forward,
                            _ => DraftKind::Reply,
                        },
                        body: serde_json::to_value(&draft)?,
                        changed_at: turn.now,
                    })?;
                }
                turn.touch("drafts");
                Ok(())
            })
            .await?;
        Ok(Done {})
    }
}

/// Where a draft lies; `new` for a conversation that does not exist yet.
fn draft_place(conversation: &str) -> Result<ConversationId, ApiError> {
    match conversation {
        "new" => Ok(new_conversation_draft()),
        id => parse(id, "conversation"),
    }
}

/// The setting under which a message in its undo window keeps the draft it was.
fn sent_draft_key(outbox: OutboxId) -> String {
    format!("sent_draft:{outbox}")
}

fn acted(conversation: ConversationId) -> Acted {
    Acted {
        conversation: conversation.to_string(),
        undo: None,
    }
}

fn empty_plan(cannot: Option<String>) -> co::ReplyPlan {
    co::ReplyPlan {
        to: Vec::new(),
        cc: Vec::new(),
        subject: String::new(),
        quote: String::new(),
        attachments: Vec::new(),
        message: None,
        warnings: Vec::new(),
        cannot,
    }
}

/// What the agent should see before answering.
fn warnings(row: &MessageRow, document: &MessageDocument) -> Vec<Warning> {
    let mut out: Vec<Warning> = document
        .sender_warnings
        .iter()
        .map(|warning| Warning {
            code: code_of(warning, "code"),
            detail: match warning {
                SenderWarning::NameContainsOtherAddress(detail)
                | SenderWarning::NameOfTeamMember(detail)
                | SenderWarning::ReplyToElsewhere(detail)
                | SenderWarning::AuthenticationFailed(detail) => detail.clone(),
                _ => String::new(),
            },
        })
        .collect();
    if row.join == Join::Flagged {
        out.push(Warning {
            code: "joined_by_reference_only".to_owned(),
            detail: String::new(),
        });
    }
    if row.kind != MessageKind::Message {
        out.push(Warning {
            code: "answers_a_machine".to_owned(),
            detail: String::new(),
        });
    }
    out
}

fn decode_files(files: Vec<co::FileInput>) -> Result<Vec<(String, String, Vec<u8>)>, ApiError> {
    let mut left = MAX_FILES;
    files
        .into_iter()
        .map(|file| {
            let bytes = STANDARD.decode(file.base64.as_bytes()).map_err(|_| {
                ApiError::bad_request(format!("The file `{}` arrived damaged.", file.name))
            })?;
            left = left.checked_sub(bytes.len()).ok_or_else(|| {
                ApiError::new(
                    "too_large",
                    "The files are larger than 25 MB together.",
                    "Send a link instead, or fewer files.",
                )
            })?;
            Ok((file.name, file.media_type, bytes))
        })
        .collect()
}

/// A note as a message that only the team sees.
pub(crate) fn note(
    turn: &mut Turn<'_, '_>,
    conversation: ConversationId,
    author: &str,
    text: String,
    id: MessageId,
) -> Result<MessageInput, EngineError> {
    let Some(state) = turn.conversation(conversation)? else {
        return Err(EngineError::Missing("conversation"));
    };
    let document = MessageDocument {
        visible_text: text.clone(),
        text,
        from: Address {
            name: turn.roster.display(author),
            address: String::new(),
        },
        ..MessageDocument::default()
    };
    let document_hash = turn.put_json(&document)?;
    Ok(MessageInput {
        id,
        direction: Direction::Internal,
        author: Author::Agent,
        author_name: author.to_owned(),
        document: Arc::new(document),
        document_hash,
        raw: None,
        channel: state.channel,
        contact: state.contact,
        join: Join::Native,
        received_at: turn.now,
        outbox: None,
        imported: false,
        source: String::new(),
    })
}

/// A reply as asked for, decoded and checked.
struct Plain {
    conversation: Option<ConversationId>,
    channel: Option<ChannelId>,
    named: Option<MessageId>,
    mode: ReplyMode,
    to: Vec<Address>,
    cc: Vec<Address>,
    bcc: Vec<Address>,
    subject: String,
    text: String,
    files: Vec<(String, String, Vec<u8>)>,
    forward: Vec<u32>,
    resolve: bool,
    undo_ms: i64,
    key: [u8; 32],
}

impl Plain {
    fn queue(mut self, turn: &mut Turn<'_, '_>) -> Result<co::Queued, EngineError> {
        let me = turn.roster.me.as_str().to_owned();
        let (conversation, channel) = self.place(turn)?;
        if let Some(why) = cannot_write(&turn.roster, channel) {
            return Err(EngineError::bad(
                "cannot_write",
                "This conversation cannot be answered from here.",
                if why == "channel_import" {
                    "It was imported; write a new message instead."
                } else {
                    "Its channel was removed; connect it again."
                },
            ));
        }
        let is_mail = turn
            .roster
            .channels
            .get(&channel)
            .is_some_and(|known| known.info.kind == kind::EMAIL);
        if is_mail && self.to.is_empty() && self.cc.is_empty() && self.bcc.is_empty() {
            return Err(EngineError::bad(
                "no_recipient",
                "There is nobody to send it to.",
                "Add a recipient.",
            ));
        }
        let answers = match self.mode {
            ReplyMode::New => None,
            _ => answered(turn.tx, conversation, self.named)?,
        };
        if let Some((row, document)) = &answers {
            self.take_along(turn, row, document)?;
        }
        let answers = answers
            .filter(|_| self.mode != ReplyMode::Forward)
            .map(|(_, document)| document);
        let letter = Letterhead {
            to: self.to,
            cc: self.cc,
            bcc: self.bcc,
            subject: self.subject,
            text: self.text,
            files: self.files,
            answers,
        };
        let written = write(turn, channel, conversation, letter, &self.key, Machine::No)?;
        let outbox = written.outbox;
        let command = Command::Reply(ReplyInput {
            outbox,
            message: written.message,
            document: Arc::new(written.document),
            document_hash: written.document_hash,
            contact: written.contact,
            undo_ms: self.undo_ms,
            resolve: self.resolve,
        });
        let order = turn.new_order(conversation, Actor::agent(me.clone()), command);
        let outcome = turn.order(&order)?;
        // While it can be taken back, the draft it was is kept beside it.
        if let Some(draft) = turn
            .tx
            .drafts_in(conversation)?
            .into_iter()
            .find(|draft| draft.author == me && draft.kind != DraftKind::Note)
        {
            turn.tx.set_setting(&sent_draft_key(outbox), &draft.body)?;
            turn.tx.drop_draft(conversation, &me, draft.kind)?;
        }
        turn.touch("drafts");
        Ok(co::Queued {
            conversation: conversation.to_string(),
            outbox: outbox.to_string(),
            undo_until: outcome
                .state
                .outbox
                .get(&outbox)
                .map_or(turn.now, |out| out.undo_until)
                .0,
        })
    }

    /// The conversation and channel to write in; a new message opens a conversation of its own.
    fn place(&self, turn: &mut Turn<'_, '_>) -> Result<(ConversationId, ChannelId), EngineError> {
        if let Some(conversation) = self.conversation {
            return match turn.conversation(conversation)? {
                Some(state) => Ok((conversation, state.channel)),
                None => Err(EngineError::Missing("conversation")),
            };
        }
        let mails = || {
            turn.roster
                .channels
                .values()
                .find(|known| known.info.kind == kind::EMAIL && known.stored.removed_at.is_none())
                .map(|known| known.stored.id)
        };
        let Some(channel) = self.channel.or_else(mails) else {
            return Err(EngineError::bad(
                "no_channel",
                "There is no mailbox to send from.",
                "Connect one under Channels.",
            ));
        };
        let seed: MessageId = turn.mint.id(turn.now);
        let conversation = derived("conversation", &[seed.to_string().as_bytes()]);
        Ok((conversation, channel))
    }

    /// Files of the answered message that are forwarded.
    fn take_along(
        &mut self,
        turn: &Turn<'_, '_>,
        row: &MessageRow,
        document: &MessageDocument,
    ) -> Result<(), EngineError> {
        let Some(raw) = row.raw else {
            return Ok(());
        };
        if self.forward.is_empty() {
            return Ok(());
        }
        let Some(raw) = turn.tx.content(raw)? else {
            return Ok(());
        };
        for file in &document.attachments {
            if self.forward.contains(&file.index)
                && let Some(bytes) = mail::attachment(&raw, file.index)
            {
                self.files
                    .push((file.saved_name.clone(), file.media_type.clone(), bytes));
            }
        }
        Ok(())
    }
}
