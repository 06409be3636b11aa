//! Entries of a conversation's stream.

mod review;

use baton_api::compose::OutgoingView;
use baton_api::timeline::{AttachmentView, Entry, Folded, MessageView, ReportView, Warning, What};
use baton_channels::reply::{FoldKind, split};
use baton_core::conversation::{Conversation, Outgoing, OutgoingState, Undelivered};
use baton_core::event::body::{OfferEnd, SendStep};
use baton_core::event::{Actor, ActorKind, Envelope, Event};
use baton_core::hash::Hash;
use baton_core::ids::{ChannelId, MessageId};
use baton_core::message::{Address, Direction, MessageDocument};
use baton_core::sla::ClockState;
use baton_store::MessageRow;
use baton_store::TimelineEntry;
use baton_store::{Reader, StoreError};

pub(crate) use self::review::changes;
use super::row::{outgoing, target};
use super::{actor, address, addresses, code_of, said, text, why_said, word};
use crate::commands::counted;
use crate::roster::Roster;

/// One entry of the stream; none for events that say nothing to people.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn entry(
    reader: &Reader<'_>,
    roster: &Roster,
    state: &Conversation,
    stored: &TimelineEntry,
) -> Result<Option<Entry>, StoreError> {
    let Ok(envelope) = serde_json::from_slice::<Envelope>(&stored.bytes) else {
        return Ok(Some(unreadable(stored)));
    };
    let what = match envelope.event() {
        None => Some(What::Other {
            event: stored.kind.clone(),
        }),
        Some(event) => what(reader, roster, state, stored, &event)?,
    };
    Ok(what.map(|what| Entry {
        key: key(stored),
        at: stored.key.at.0,
        actor: actor(&envelope.actor),
        actor_display: actor_display(roster, stored, &envelope.actor),
        what,
    }))
}

/// The page key of an entry.
#[must_use]
pub(crate) fn key(stored: &TimelineEntry) -> String {
    format!("{}.{}", stored.key.at.0, stored.key.seq)
}

fn unreadable(stored: &TimelineEntry) -> Entry {
    Entry {
        key: key(stored),
        at: stored.at.0,
        actor: "system".to_owned(),
        actor_display: String::new(),
        what: What::Other {
            event: stored.kind.clone(),
        },
    }
}

fn actor_display(roster: &Roster, stored: &TimelineEntry, actor: &Actor) -> String {
    match actor.kind {
        ActorKind::Agent => roster.display(&actor.id),
        ActorKind::Customer => stored
            .message
            .as_ref()
            .map(|message| match message.sender.name.as_str() {
                "" => message.sender.address.clone(),
                name => name.to_owned(),
            })
            .unwrap_or_default(),
        ActorKind::Bot | ActorKind::Rule | ActorKind::System => actor.id.clone(),
    }
}

fn what(
    reader: &Reader<'_>,
    roster: &Roster,
    state: &Conversation,
    stored: &TimelineEntry,
    event: &Event,
) -> Result<Option<What>, StoreError> {
    Ok(match event {
        Event::MessageRecorded(recorded) => match &stored.message {
            Some(row) => Some(What::Message(MessageView {
                whispered: recorded.whispered.as_ref().map(ToString::to_string),
                ..message(reader, state, row)?
            })),
            None => None,
        },
        // Until it has left, a message shows where it was written; then where it was sent.
        Event::SendQueued(queued) => match state.outbox.get(&queued.outbox) {
            Some(out) if !matches!(out.state, OutgoingState::Sent | OutgoingState::Cancelled) => {
                Some(What::Message(waiting(reader, out)?))
            }
            _ => None,
        },
        Event::ControlChanged(change) => Some(What::Control {
            verb: word(&change.verb),
            from: text(&change.from),
            to: text(&change.to),
            code: word(&change.reason.code),
            text: why_said(reader, &change.reason)?,
            rule: change.rule.clone(),
            packet: change.packet.is_some(),
        }),
        Event::ConversationMoved(moved) => Some(What::Moved {
            kind: channel_kind(roster, moved.to),
            channel: channel_name(roster, moved.to),
            address: match moved.address {
                Some(hash) => address_kept(reader, hash)?,
                None => String::new(),
            },
            ground: word(&moved.ground),
        }),
        Event::MoveHindered(hindered) => Some(What::MoveHindered {
            kind: hindered.kind.clone(),
            code: hindered.hindrance.code().to_owned(),
        }),
        Event::OfferMade(made) => Some(What::Offer {
            how: "made".to_owned(),
            party: target(&made.offer.to),
            text: why_said(reader, &made.offer.reason)?,
        }),
        // An accepted offer shows as the change of control that it is.
        Event::OfferEnded(ended) if ended.how == OfferEnd::Accepted => None,
        Event::OfferEnded(ended) => Some(What::Offer {
            how: word(&ended.how),
            party: String::new(),
            text: said(reader, &ended.text, ended.words)?,
        }),
        Event::ControlRequested(asked) => Some(What::Offer {
            how: "requested".to_owned(),
            party: roster.controller_display(&asked.by),
            text: why_said(reader, &asked.reason)?,
        }),
        Event::DecisionMade(made) if !made.acted.is_empty() => {
            stored
                .decision
                .as_ref()
                .map(|(id, sentence)| What::Decision {
                    decision: text(id),
                    sentence: sentence.clone(),
                    acted: made.acted.clone(),
                })
        }
        Event::StatusChanged(change) => Some(What::Status {
            to: word(&change.to),
            until: change.until.map(|at| at.0),
        }),
        Event::PriorityChanged(change) => Some(What::Priority {
            to: word(&change.to),
        }),
        Event::TagsChanged(change) => Some(What::Tags {
            add: change.add.iter().cloned().collect(),
            remove: change.remove.iter().cloned().collect(),
        }),
        Event::LabelSet(set) => Some(What::Label {
            label: set.label.map(|label| label.word().to_owned()),
            episode: set.episode,
        }),
        Event::DraftHeld(held) => Some(review::held(reader, roster, &held.draft)?),
        Event::DraftMoved(moved) => review::moved(reader, roster, moved)?,
        Event::DraftSettled(settled) => review::settled(reader, roster, settled)?,
        Event::ClockChanged(change) => match change.state {
            ClockState::Warned | ClockState::Met | ClockState::Missed => Some(What::Clock {
                clock: word(&change.clock),
                state: word(&change.state),
                due_at: change.due_at.map(|at| at.0),
            }),
            ClockState::Running | ClockState::Paused | ClockState::Dropped => None,
        },
        Event::Alerted(alerted) => Some(What::Alert {
            agents: alerted
                .agents
                .iter()
                .map(|name| roster.display(name))
                .collect(),
            reason: why_said(reader, &alerted.reason)?,
            rung: alerted.rung.map(|rung| rung.saturating_add(1)),
        }),
        Event::BotReported(report) => report.failure.clone().map(|code| What::BotFailure { code }),
        Event::EpisodeOpened(opened) => Some(What::Episode {
            number: opened.episode,
        }),
        Event::SendChanged(change) => match &change.step {
            SendStep::Retry { text, .. }
            | SendStep::Failed { text }
            | SendStep::InDoubt { text, .. } => Some(What::Send {
                outbox: change.outbox.to_string(),
                step: code_of(&change.step, "step"),
                text: text.clone(),
            }),
            SendStep::Sent { refused } | SendStep::PartlySent { refused, .. }
                if !refused.is_empty() =>
            {
                Some(What::Send {
                    outbox: change.outbox.to_string(),
                    step: "refused".to_owned(),
                    text: refused.join(", "),
                })
            }
            SendStep::Judged { .. } | SendStep::Cancelled => Some(What::Send {
                outbox: change.outbox.to_string(),
                step: code_of(&change.step, "step"),
                text: String::new(),
            }),
            _ => None,
        },
        Event::ContentErased(_) => Some(What::Erased {}),
        Event::DeliveryFailed(failed) => {
            let sent = reader.message(failed.message)?;
            Some(What::Send {
                outbox: sent
                    .and_then(|row| row.outbox)
                    .map(text)
                    .unwrap_or_default(),
                step: "bounced".to_owned(),
                text: report_in_words(reader, failed.report)?,
            })
        }
        _ => None,
    })
}

fn channel_kind(roster: &Roster, channel: ChannelId) -> String {
    let known = roster.channels.get(&channel);
    known.map_or_else(String::new, |known| known.shown_kind().to_owned())
}

fn channel_name(roster: &Roster, channel: ChannelId) -> String {
    let known = roster.channels.get(&channel);
    known.map_or_else(String::new, |known| known.info.name.clone())
}

/// An address that is kept as content; empty once it was erased.
fn address_kept(reader: &Reader<'_>, hash: Hash) -> Result<String, StoreError> {
    let kept = reader.content(hash)?;
    let read = kept.and_then(|bytes| serde_json::from_slice::<Address>(&bytes).ok());
    Ok(read.map(|entry| entry.address).unwrap_or_default())
}

/// What a mail system said about a message that did not arrive; empty once that was erased.
fn report_in_words(reader: &Reader<'_>, report: MessageId) -> Result<String, StoreError> {
    let Some(row) = reader.message(report)? else {
        return Ok(String::new());
    };
    let document = reader.document(row.document)?.unwrap_or_default();
    Ok(document
        .report
        .map(|report| {
            [report.recipient, report.diagnostic, report.status]
                .into_iter()
                .filter(|part| !part.is_empty())
                .take(2)
                .collect::<Vec<_>>()
                .join(": ")
        })
        .unwrap_or_default())
}

/// A message that waits to be sent.
fn waiting(reader: &Reader<'_>, out: &Outgoing) -> Result<MessageView, StoreError> {
    let document = reader.document(out.document)?.unwrap_or_default();
    let mut view = view_of(&document, Direction::Outbound);
    view.id = text(out.message);
    view.author = word(&out.author);
    view.has_source = document.raw.is_some();
    view.outbox = Some(outgoing(out));
    Ok(view)
}

/// A message with its folded parts.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn message(
    reader: &Reader<'_>,
    state: &Conversation,
    row: &MessageRow,
) -> Result<MessageView, StoreError> {
    let document = reader.document(row.document)?;
    let erased = document.is_none();
    let mut view = view_of(&document.unwrap_or_default(), row.direction);
    view.id = text(row.id);
    view.author = word(&row.author);
    view.kind = word(&row.kind);
    view.join = word(&row.join);
    view.imported = row.imported;
    view.erased = erased;
    view.has_source = row.raw.is_some();
    view.outbox = row
        .outbox
        .and_then(|outbox| state.outbox.get(&outbox))
        .map(outgoing);
    if let Some(undelivered) = state.undelivered.get(&row.id) {
        view.outbox = Some(not_arrived(reader, row, undelivered)?);
    }
    Ok(view)
}

/// A message that has left and did not reach everybody.
fn not_arrived(
    reader: &Reader<'_>,
    row: &MessageRow,
    undelivered: &Undelivered,
) -> Result<OutgoingView, StoreError> {
    let (state, error) = match undelivered.report {
        Some(report) => ("bounced", report_in_words(reader, report)?),
        None => {
            let refused: Vec<&str> = undelivered.refused.iter().map(String::as_str).collect();
            ("refused", refused.join(", "))
        }
    };
    Ok(OutgoingView {
        outbox: row.outbox.map(text).unwrap_or_default(),
        state: state.to_owned(),
        undo_until: row.at.0,
        next_at: None,
        attempts: 1,
        error,
    })
}

/// What a document says, without what only its place in the log tells.
fn view_of(document: &MessageDocument, direction: Direction) -> MessageView {
    let (shown, folded) = folded(document, direction);
    MessageView {
        id: String::new(),
        direction: word(&direction),
        author: String::new(),
        kind: word(&document.kind),
        from: address(&document.from),
        to: addresses(&document.to),
        cc: addresses(&document.cc),
        reply_to: addresses(&document.reply_to),
        subject: document.subject.clone(),
        text: shown,
        folded,
        has_html: document.has_html,
        attachments: document
            .attachments
            .iter()
            .map(|file| AttachmentView {
                index: file.index,
                name: file.name.clone(),
                saved_name: file.saved_name.clone(),
                media_type: file.media_type.clone(),
                size: file.size,
                active: file.active,
                inline: file.inline,
            })
            .collect(),
        warnings: document
            .sender_warnings
            .iter()
            .map(|warning| Warning {
                code: code_of(warning, "code"),
                detail: serde_json::to_value(warning)
                    .ok()
                    .and_then(|value| {
                        value
                            .get("detail")
                            .and_then(|detail| detail.as_str().map(str::to_owned))
                    })
                    .unwrap_or_default(),
            })
            .collect(),
        problems: document
            .problems
            .iter()
            .map(|problem| Warning {
                code: problem.code.clone(),
                detail: problem.detail.clone(),
            })
            .collect(),
        join: "native".to_owned(),
        imported: false,
        erased: false,
        has_source: false,
        report: document.report.as_ref().map(|report| ReportView {
            action: report.action.clone(),
            status: report.status.clone(),
            recipient: report.recipient.clone(),
            diagnostic: report.diagnostic.clone(),
        }),
        claimed_date: document.date.map(|at| at.0),
        outbox: None,
        whispered: None,
        grounded: counted(document),
    }
}

/// The text to read first, and what is folded away. Where the plain text cannot be cut (an HTML
/// mail whose visible part is known by other marks), the rest is shown as one folded quote.
fn folded(document: &MessageDocument, direction: Direction) -> (String, Vec<Folded>) {
    if direction == Direction::Internal {
        return (document.text.clone(), Vec::new());
    }
    let parts = split(&document.text);
    let pieces: Vec<Folded> = parts
        .folds
        .iter()
        .filter_map(|fold| {
            let text = document.text.get(fold.start..fold.end)?.trim();
            (!text.is_empty()).then(|| Folded {
                kind: match fold.kind {
                    FoldKind::Quote => "quote",
                    FoldKind::Signature => "signature",
                    FoldKind::Forward => "forward",
                    FoldKind::Disclaimer => "disclaimer",
                }
                .to_owned(),
                text: text.to_owned(),
                lines: u32::try_from(text.lines().count()).unwrap_or(u32::MAX),
            })
        })
        .collect();
    let visible = document.shown_text().trim();
    if pieces.is_empty() && visible.len() < document.text.trim().len() {
        let whole = document.text.trim().to_owned();
        let lines = u32::try_from(whole.lines().count()).unwrap_or(u32::MAX);
        return (
            visible.to_owned(),
            vec![Folded {
                kind: "quote".to_owned(),
                text: whole,
                lines,
            }],
        );
    }
    (visible.to_owned(), pieces)
}
