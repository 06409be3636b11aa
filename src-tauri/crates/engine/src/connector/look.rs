//! How a conversation stands for the bots that Baton talks with.

use baton_bots::connector::Returned;
use baton_bots::wire::control::ControllerView;
use baton_bots::wire::customer::MessageView;
use baton_core::control::Controller;
use baton_core::conversation::Conversation;
use baton_core::ids::{ConversationId, MessageId};
use baton_core::message::Direction;
use baton_core::packet::Packet;
use baton_core::time::Timestamp;
use baton_store::{Reader, StoredBot};

use crate::door::newest_messages;
use crate::error::EngineError;
use crate::roster::Roster;
use crate::view::word;

/// The author of what the team says to a bot, and not to the customer.
pub(super) const TEAM: &str = "team";

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
    /// The draft of it that was rejected last, when it is to try again.
    pub(super) again: Option<Again>,
    lines: Vec<MessageView>,
}

/// A draft that was rejected, and in whose place another one is wanted.
pub(super) struct Again {
    /// Which.
    pub(super) draft: MessageId,
    code: &'static str,
    text: String,
    at: Timestamp,
}

impl Again {
    /// What a bot that can hear it is told.
    fn line(&self) -> MessageView {
        let (code, text) = (self.code, &self.text);
        MessageView {
            message: self.draft.to_string(),
            author: TEAM.to_owned(),
            name: String::new(),
            direction: word(&Direction::Internal),
            text: format!("This answer of yours was not sent ({code}): {text}"),
            at: self.at.0,
        }
    }
}

impl Asked {
    /// What was said up to the last answer.
    pub(super) fn before(&self) -> &[MessageView] {
        let answered = if self.waits {
            answered(&self.lines)
        } else {
            self.lines.len()
        };
        self.lines.get(..answered).unwrap_or_default()
    }

    /// What waits for an answer, once more, when the one there was is not sent.
    pub(super) fn anew(&self) -> Vec<MessageView> {
        let answered = self.before().len();
        let mut lines = self.lines.get(answered..).unwrap_or_default().to_vec();
        lines.extend(self.again.as_ref().map(Again::line));
        lines
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
        Some((connector, bot)) => {
            let mut lines = said(reader, roster, &state)?;
            let waits = waits_for(&state, &bot.name);
            if waits {
                end_with_customer(&mut lines);
            }
            Some(Asked {
                bot: bot.clone(),
                set_at: connector.set_at,
                waits,
                returned: returned(reader, &state)?,
                again: again(reader, &state)?,
                lines,
            })
        }
        None => None,
    };
    Ok(Now {
        holder: ControllerView::of(&control.controller),
        reason: word(&control.reason.code),
        epoch: control.epoch,
        asked,
    })
}

/// What was said, and what people have said to the bot alone, in order.
fn said(
    reader: &Reader<'_>,
    roster: &Roster,
    state: &Conversation,
) -> Result<Vec<MessageView>, EngineError> {
    let mut lines = newest_messages(reader, state.channel, state.id)?.messages;
    for whisper in &state.whispers {
        let Some(document) = reader.document(whisper.document)? else {
            continue;
        };
        let at = whisper.at.0;
        let later = lines.iter().position(|line| line.at > at);
        let line = MessageView {
            message: whisper.message.to_string(),
            author: TEAM.to_owned(),
            name: roster.display(&whisper.by),
            direction: word(&Direction::Internal),
            text: document.shown_text().to_owned(),
            at,
        };
        lines.insert(later.unwrap_or(lines.len()), line);
    }
    Ok(lines)
}

/// How many lines there are up to the last answer.
fn answered(lines: &[MessageView]) -> usize {
    let answer = |line: &MessageView| matches!(line.author.as_str(), "bot" | "agent");
    let last = lines.iter().rposition(answer);
    last.map_or(0, |last| last.saturating_add(1))
}

/// Where the customer waits and has written nothing since the last answer, as when a rule gives them
/// back for whom no person came, what they wrote last waits for an answer still: it comes last.
fn end_with_customer(lines: &mut Vec<MessageView>) {
    let by_customer = |line: &MessageView| line.author == "customer";
    let unanswered = lines.get(answered(lines)..).unwrap_or_default();
    if unanswered.iter().any(by_customer) {
        return;
    }
    if let Some(last) = lines.iter().rposition(by_customer) {
        let words = lines.remove(last);
        lines.push(words);
    }
}

/// Whether the customer waits for words that a bot has not said yet.
fn waits_for(state: &Conversation, bot: &str) -> bool {
    state.owed_by().is_some_and(|owing| owing.as_str() == bot)
}

/// The draft in whose place the bot is to write another one.
fn again(reader: &Reader<'_>, state: &Conversation) -> Result<Option<Again>, EngineError> {
    let Some(draft) = state.bot.again else {
        return Ok(None);
    };
    let Some(row) = reader.review(draft)? else {
        return Ok(None);
    };
    let document = reader.document(row.document)?;
    let settled = row.settled;
    Ok(Some(Again {
        draft,
        code: settled
            .as_ref()
            .and_then(|settled| settled.code)
            .map_or("", |code| code.word()),
        text: document.map_or_else(String::new, |document| document.shown_text().to_owned()),
        at: settled.map_or(row.held_at, |settled| settled.at),
    }))
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
