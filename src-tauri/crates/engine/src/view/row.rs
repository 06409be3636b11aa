//! Rows of lists and heads of conversations.

use std::collections::BTreeSet;

use baton_api::compose::OutgoingView;
use baton_api::contacts::ContactBrief;
use baton_api::control::{ControlView, OfferView};
use baton_api::conversations::{ClockView, ConversationRow};
use baton_core::control::{Controller, OfferMode, Target};
use baton_core::conversation::{Conversation, Outgoing, OutgoingState};
use baton_core::ids::ConversationId;
use baton_core::sla::Clock;
use baton_store::{Reader, StoreError};

use super::{text, word};
use crate::roster::Roster;

/// The rows of conversations as the agent at this desk sees them.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn rows(
    reader: &Reader<'_>,
    roster: &Roster,
    stored: &[baton_store::ConversationRow],
) -> Result<Vec<ConversationRow>, StoreError> {
    let drafts: BTreeSet<ConversationId> = reader
        .drafts_by(roster.me.as_str())?
        .into_iter()
        .map(|draft| draft.conversation)
        .collect();
    Ok(stored
        .iter()
        .map(|one| row(roster, one, drafts.contains(&one.id)))
        .collect())
}

/// One row.
#[must_use]
pub(crate) fn row(
    roster: &Roster,
    stored: &baton_store::ConversationRow,
    draft: bool,
) -> ConversationRow {
    let channel = roster.channels.get(&stored.channel);
    ConversationRow {
        id: text(stored.id),
        subject: stored.subject.clone(),
        contact: contact_brief(stored),
        snippet: stored.snippet.clone(),
        last_author: stored.last_author.as_ref().map(word).unwrap_or_default(),
        last_at: stored.last_at.0,
        control: ControlView {
            kind: stored.controller.kind().to_owned(),
            name: stored.controller.name().to_owned(),
            display: roster.controller_display(&stored.controller),
            state: word(&stored.control_state),
            since: stored.control_since.0,
            epoch: stored.epoch,
            mine: stored.controller == Controller::Agent(roster.me.clone()),
        },
        status: word(&stored.status),
        priority: word(&stored.priority),
        tags: stored.tags.iter().cloned().collect(),
        escalated: stored.escalated,
        unread: stored.unread,
        clock: stored.clock.map(|clock| ClockView {
            kind: word(&clock.kind),
            state: word(&clock.state),
            started_at: clock.started_at.0,
            due_at: Some(clock.due_at.0),
        }),
        waiting_since: stored.waiting_since.map(|at| at.0),
        snoozed_until: stored.snoozed_until.map(|at| at.0),
        channel: text(stored.channel),
        channel_kind: channel
            .map(|known| known.shown_kind().to_owned())
            .unwrap_or_default(),
        channel_name: channel
            .map(|known| known.info.name.clone())
            .unwrap_or_default(),
        draft,
        send_trouble: stored.send_trouble,
        attachments: stored.attachments,
        messages: stored.messages,
        damaged: stored.damaged,
    }
}

/// The contact of a row.
#[must_use]
pub(crate) fn contact_brief(stored: &baton_store::ConversationRow) -> ContactBrief {
    let address = match stored.contact_address.as_str() {
        unknown if unknown.starts_with("unknown:") => "",
        address => address,
    };
    ContactBrief {
        id: text(stored.contact),
        name: [stored.contact_name.as_str(), address, "?"]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default()
            .to_owned(),
        address: address.to_owned(),
        tier: stored.contact_tier.clone(),
    }
}

/// A clock.
#[must_use]
pub(crate) fn clock(clock: &Clock) -> ClockView {
    ClockView {
        kind: word(&clock.kind),
        state: word(&clock.state),
        started_at: clock.started_at.0,
        due_at: clock.due_at.map(|at| at.0),
    }
}

/// A target in words.
#[must_use]
pub(crate) fn target(to: &Target) -> String {
    match to {
        Target::Bot(name) => format!("bot:{name}"),
        Target::Queue(name) => format!("queue:{name}"),
        Target::Agent(name) => format!("agent:{name}"),
        Target::Role(name) => format!("role:{name}"),
        Target::AnyAvailable => "any".to_owned(),
    }
}

/// A live offer.
#[must_use]
pub(crate) fn offer(roster: &Roster, state: &Conversation) -> Option<OfferView> {
    state.control.offer.as_ref().map(|offer| OfferView {
        id: text(offer.id),
        to: target(&offer.to),
        to_me: roster.team.people(&offer.to).contains(&roster.me),
        made_at: offer.made_at.0,
        expires_at: offer.expires_at.0,
        warm: offer.mode == OfferMode::Warm,
    })
}

/// A message on its way.
#[must_use]
pub(crate) fn outgoing(out: &Outgoing) -> OutgoingView {
    OutgoingView {
        outbox: text(out.id),
        state: super::code_of(&out.state, "state"),
        undo_until: out.undo_until.0,
        next_at: match out.state {
            OutgoingState::Queued { not_before } => Some(not_before.0),
            _ => None,
        },
        attempts: out.attempts,
        error: out.last_error.clone(),
    }
}
