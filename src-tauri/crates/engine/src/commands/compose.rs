//! Writing: replies, and beside them drafts, notes and what becomes of a message on its way.

mod drafts;
mod notes;
mod plain;
pub(super) mod sending;

pub(crate) use notes::{hears_whispers, note};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use baton_api::ApiError;
use baton_api::compose as co;
use baton_api::compose::ReplyMode;
use baton_api::contacts::AddressView;
use baton_api::conversations::Acted;
use baton_api::timeline::{AttachmentView, Warning};
use baton_core::event::body::Join;
use baton_core::ids::{ChannelId, ConversationId, MessageId};
use baton_core::message::{Address, Direction, MessageDocument, MessageKind, SenderWarning};
use baton_core::time::SECOND;
use baton_store::MessageRow;
use baton_store::{Reader, StoreError};

use self::plain::Plain;
use crate::elsewhere::FirstWords;
use crate::engine::{Engine, message_id, parse};
use crate::error::EngineError;
use crate::recipients::{plan, quote, subject};
use crate::roster::{Roster, kind};
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
                let own = roster.own_addresses();
                let Some((row, document)) = answered(reader, id, named)? else {
                    return Ok(empty_plan(cannot_write(roster, state.channel)));
                };
                let chat = roster.is_chat(state.channel);
                let first = match mode {
                    ReplyMode::Reply | ReplyMode::ReplyAll => {
                        FirstWords::of(reader, roster, &state)?
                    }
                    ReplyMode::Forward | ReplyMode::New => None,
                };
                if let Some(first) = first {
                    return Ok(co::ReplyPlan {
                        to: addresses(&[first.to]),
                        subject: first.subject,
                        quote: first.quote,
                        message: Some(row.id.to_string()),
                        ..empty_plan(cannot_write(roster, state.channel))
                    });
                }
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
                    quote: if chat {
                        String::new()
                    } else {
                        quote(&document, &date, mode)
                    },
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
                    chat,
                })
            })
            .await?)
    }

    pub(super) async fn reply_send(&self, asked: co::ReplySend) -> Result<co::Queued, ApiError> {
        let draft = sending::draft_of(&asked);
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
        let new = matches!(asked.mode, ReplyMode::New);
        if !new && asked.message.is_none() && !asked.quote.trim().is_empty() {
            return Err(ApiError::new(
                "quote_of_nothing",
                "The quote belongs to no message.",
                "Name the message that is answered, or leave the quote out.",
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
        let mut below = String::new();
        let roster = self.roster();
        if !roster.settings.signature.trim().is_empty() {
            below.push_str("\n\n-- \n");
            below.push_str(roster.settings.signature.trim_end());
        }
        if !asked.quote.trim().is_empty() {
            below.push_str("\n\n");
            below.push_str(asked.quote.trim_end());
        }
        below.push('\n');
        let plain = Plain {
            conversation,
            channel,
            named,
            mode: asked.mode,
            to,
            cc,
            bcc,
            subject: asked.subject,
            text: asked.text.trim_end().to_owned(),
            below,
            files,
            forward: asked.forward,
            resolve: asked.resolve,
            undo_ms: i64::from(roster.settings.undo_seconds).saturating_mul(SECOND),
            key: self.inner.reply_key,
            draft,
        };
        Ok(self.inner.desk.turn(move |turn| plain.queue(turn)).await?)
    }
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
        chat: false,
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
                | SenderWarning::SeveralSenders(Some(detail))
                | SenderWarning::LookAlikeDomain(detail)
                | SenderWarning::SentByAnother(detail)
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
