//! How a conversation stands for the bots that Baton talks with.

use baton_bots::connector::Returned;
use baton_bots::wire::control::ControllerView;
use baton_bots::wire::customer::MessageView;
use baton_core::control::Controller;
use baton_core::conversation::Conversation;
use baton_core::ids::ConversationId;
use baton_core::packet::Packet;
use baton_core::time::Timestamp;
use baton_store::{Reader, StoredBot};

use crate::door::newest_messages;
use crate::error::EngineError;
use crate::roster::Roster;
use crate::view::word;

/// How a conversation stands.
pub(super) struct Now {
    /// Who has control.
    pub(super) holder: ControllerView,
    /// Why: a code.
    pub(super) reason: String,
    /// The control epoch.
    pub(super) epoch: u64,
    /// The connected bot that may speak; none when somebody else may.
    pub(super) asked: Option<Asked>,
}

/// A connected bot that may speak now.
pub(super) struct Asked {
    /// The bot.
    pub(super) bot: StoredBot,
    /// When it was connected so.
    pub(super) set_at: Timestamp,
    /// Whether the customer waits for it.
    pub(super) waits: bool,
    /// What people left when they gave it the conversation.
    pub(super) returned: Option<Returned>,
    lines: Vec<MessageView>,
}

impl Asked {
    /// What was said up to the last answer.
    pub(super) fn before(&self) -> &[MessageView] {
        let answered = if self.waits {
            self.lines
                .iter()
                .rposition(|line| matches!(line.author.as_str(), "bot" | "agent"))
                .map_or(0, |last| last.saturating_add(1))
        } else {
            self.lines.len()
        };
        self.lines.get(..answered).unwrap_or_default()
    }

    /// What was said after a message; everything when that is not among the newest.
    pub(super) fn after(&self, message: Option<&str>) -> &[MessageView] {
        let from = message
            .and_then(|message| self.lines.iter().rposition(|line| line.message == message))
            .map_or(0, |place| place.saturating_add(1));
        self.lines.get(from..).unwrap_or_default()
    }
}

/// Looks at a conversation.
pub(super) fn standing(
    reader: &Reader<'_>,
    roster: &Roster,
    which: ConversationId,
) -> Result<Now, EngineError> {
    let Some(state) = reader.conversation(which)? else {
        return Ok(Now {
            holder: ControllerView::of(&Controller::Nobody),
            reason: String::new(),
            epoch: 0,
            asked: None,
        });
    };
    let control = &state.control;
    let asked = match control.speaker() {
        Some(Controller::Bot(name)) => roster
            .connectors
            .get(name.as_str())
            .filter(|connector| connector.asked)
            .zip(roster.serving(name.as_str(), state.channel)),
        _ => None,
    };
    let asked = match asked {
        Some((connector, bot)) => Some(Asked {
            bot: bot.clone(),
            set_at: connector.set_at,
            waits: state.talk.waiting_since.is_some(),
            returned: returned(reader, &state)?,
            lines: newest_messages(reader, state.channel, which)?.messages,
        }),
        None => None,
    };
    Ok(Now {
        holder: ControllerView::of(&control.controller),
        reason: word(&control.reason.code),
        epoch: control.epoch,
        asked,
    })
}

/// What people of the team wrote when they gave a conversation back. What Baton put together from
/// the words of customers is none of it.
fn returned(reader: &Reader<'_>, state: &Conversation) -> Result<Option<Returned>, EngineError> {
    let Some(hash) = state.control.packet else {
        return Ok(None);
    };
    let Some(bytes) = reader.content(hash)? else {
        return Ok(None);
    };
    let packet: Packet = serde_json::from_slice(&bytes)?;
    if packet.direction != "human_to_bot" {
        return Ok(None);
    }
    Ok(Some(Returned {
        summary: match packet.summary.author.as_str() {
            "agent" => packet.summary.text,
            _ => String::new(),
        },
        allowed: packet.allowed_actions,
    }))
}
