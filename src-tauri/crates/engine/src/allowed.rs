//! What an agent may do now, found out by asking the core: each verb is decided on a copy and
//! thrown away. So the UI can never offer what would be refused, and no second list of rules
//! exists.

use baton_core::command::{Command, Order};
use baton_core::control::{ControlState, Controller, Reason, Target};
use baton_core::conversation::Conversation;
use baton_core::decide::decide;
use baton_core::event::Actor;
use baton_core::ids::{CommandId, QueueName};
use baton_core::status::WorkStatus;
use baton_core::time::{DAY, Timestamp};
use baton_core::world::World;
use baton_store::Reader;

use crate::commands::hears_whispers;
use crate::desk::contact_facts;
use crate::elsewhere;
use crate::error::EngineError;
use crate::roster::{Roster, kind};

/// The names of the commands that the agent at this desk may give now.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn allowed(
    reader: &Reader<'_>,
    roster: &Roster,
    state: &Conversation,
    now: Timestamp,
) -> Result<Vec<String>, EngineError> {
    let Some(channel) = roster.channels.get(&state.channel) else {
        return Ok(Vec::new());
    };
    let facts = contact_facts(reader, state.contact, state.id, state.opened_at)?;
    let world = World {
        ruleset: &roster.ruleset,
        team: &roster.team,
        channel: &channel.info,
        contact: &facts,
        settings: &roster.times,
        elsewhere: None,
        briefing: None,
    };
    let fits = |command: Command| {
        let order = Order {
            id: CommandId::default(),
            conversation: state.id,
            actor: Actor::agent(roster.me.as_str()),
            seen_epoch: None,
            command,
        };
        decide(Some(state), &order, &world, now).is_ok()
    };
    let reason = Reason::default;
    let mine = state.control.controller == Controller::Agent(roster.me.clone());
    let queue = match roster.queues().into_iter().next() {
        Some(name) => QueueName::new(name),
        None => channel.info.fallback_queue.clone(),
    };
    let bot = roster.bots_on(state.channel).into_iter().next();
    let mut can = Vec::new();
    let mut offer = |name: &str, fits: bool| {
        if fits {
            can.push(name.to_owned());
        }
    };
    offer("take", !mine && fits(Command::Take(reason())));
    offer(
        "pass",
        fits(Command::Pass {
            to: Target::Queue(queue),
            reason: reason(),
            packet: None,
        }),
    );
    if let Some(live) = &state.control.offer {
        offer("offer_accept", fits(Command::Accept { offer: live.id }));
        let reject = Command::Reject {
            offer: live.id,
            text: String::new(),
        };
        offer("offer_reject", fits(reject));
    }
    offer("request", !mine && fits(Command::Request(reason())));
    offer("release", mine && fits(Command::Release(reason())));
    if let Some(bot) = bot {
        let back = Command::ReturnToBot {
            bot,
            summary: String::new(),
            allowed_topics: Vec::new(),
            promises: Vec::new(),
        };
        offer("return_to_bot", fits(back));
    }
    offer("whisper", hears_whispers(roster, state).is_ok());
    let open = state.control.state != ControlState::Closed;
    let mail = !elsewhere::is_mailbox(roster, state.channel) && elsewhere::has_mailbox(roster);
    let live = channel.info.kind != kind::IMPORT;
    offer("continue", open && live && (mail || state.moved.is_some()));
    offer("resolve", fits(Command::Resolve { reason: reason() }));
    offer("reopen", fits(Command::Reopen));
    let snooze = Command::SetStatus {
        to: WorkStatus::Snoozed,
        until: Some(now.plus(DAY)),
    };
    offer("snooze", fits(snooze));
    let can_write = channel.stored.removed_at.is_none() && channel.info.kind != kind::IMPORT;
    offer("reply", can_write);
    offer("note", true);
    Ok(can)
}
