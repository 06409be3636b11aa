//! The only door in: an order, the state and the time go in; events, effects, the explanation and
//! the next state come out, or a refusal and nothing has changed.
//!
//! What is due by `now` happens first, each thing at its own logical instant; then the order is
//! carried out; then what the order made due at once. So it does not matter when a timer gets to
//! run: an offer that ran out cannot be accepted just because nobody had ticked yet.

mod alerts;
mod asked;
mod clocks;
mod deadlines;
mod elsewhere;
mod facts;
mod goal;
mod hand;
mod labels;
mod ladders;
mod offers;
mod outbox;
mod packets;
mod pass;
mod record;
mod refusal;
mod reply;
mod review;
mod spoken;
mod status;
mod undo;
mod verbs;
mod work;

#[cfg(test)]
mod tests;

use crate::command::{Command, Order};
use crate::conversation::Conversation;
use crate::effect::Effect;
use crate::event::{Actor, Event};
use crate::hash::Hash;
use crate::ids::{DecisionId, EffectId, EventId, MessageId};
use crate::rules::{RuleId, RuleMark, Slots};
use crate::team::Agent;
use crate::time::Timestamp;
use crate::world::World;

pub use outbox::{GIVE_UP_AFTER, back_off};
pub use record::FRESH_HISTORY;
pub use refusal::{Refusal, RefusalKind};
pub use spoken::words_in;
use work::Work;

/// An event with what its envelope needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened {
    /// The identifier; the same order on the same state always gives the same one.
    pub id: EventId,
    /// The logical instant. One that lies before the time of writing was handled late, which the
    /// envelope shows by its `hlc`.
    pub at: Timestamp,
    /// The time the source claims, when it makes a claim.
    pub occurred_at: Option<Timestamp>,
    /// Who did it.
    pub actor: Actor,
    /// What happened.
    pub event: Event,
}

/// A piece of content that the events refer to by hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The digest of the bytes.
    pub hash: Hash,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The media type.
    pub mime: &'static str,
}

/// How one rule did in one decision, for counting.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkedRule {
    /// The rule.
    pub rule: RuleId,
    /// What it decides, by [`Ruleset::meaning_of`](crate::rules::Ruleset::meaning_of).
    pub meaning: Hash,
    /// How it did.
    pub mark: RuleMark,
    /// What it decided.
    pub slots: Slots,
}

/// One evaluation of the rules, as the views list it.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionRow {
    /// Which.
    pub id: DecisionId,
    /// What was evaluated, in the words of rules.
    pub on: String,
    /// The logical instant.
    pub at: Timestamp,
    /// The record, by hash; its bytes are among the contents.
    pub record: Hash,
    /// The rules that acted, in the order of the file.
    pub acted: Vec<String>,
    /// What it says of each rule, and what each that acted decided; nothing for history, which is
    /// not counted.
    pub marks: Vec<MarkedRule>,
    /// The explanation in one sentence for people; empty for history that moved nothing, where it
    /// can be made from the record at any time.
    pub sentence: String,
}

/// What came of an order.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What happened, in order.
    pub events: Vec<Happened>,
    /// What the world is asked to do.
    pub effects: Vec<(EffectId, Effect)>,
    /// Packets and decision records.
    pub contents: Vec<Content>,
    /// The evaluations of the rules.
    pub decisions: Vec<DecisionRow>,
    /// The conversation afterwards: the fold of the events over the state before.
    pub state: Conversation,
}

impl Outcome {
    /// Whether somebody gets a packet, who is to be told what is known. See
    /// [`World::briefing`].
    #[must_use]
    pub fn packs(&self) -> bool {
        self.events.iter().any(|one| match &one.event {
            Event::ControlChanged(changed) => changed.packet.is_some(),
            Event::OfferMade(made) => made.offer.packet.is_some(),
            Event::DraftHeld(held) => held.draft.packet.is_some(),
            _ => false,
        })
    }

    /// Whether a message has become part of the conversation.
    #[must_use]
    pub fn says(&self, message: MessageId) -> bool {
        self.events.iter().any(|one| {
            matches!(&one.event, Event::MessageRecorded(recorded) if recorded.message == message)
        })
    }
}

/// Decides what comes of an order.
///
/// # Errors
/// A [`Refusal`] when the order does not fit the state or its author may not give it. Nothing has
/// changed then; what was due by itself comes with the next tick.
pub fn decide(
    state: Option<&Conversation>,
    order: &Order,
    world: &World<'_>,
    now: Timestamp,
) -> Result<Outcome, Refusal> {
    let mut work = match state {
        Some(state) => Work::go_on(state.clone(), order, world, now),
        None => Work::begin(order, world, now)?,
    };
    work.meet_deadlines();
    work.say_and_follow_up();
    let mark = work.mark();
    work.carry_out()?;
    work.take_from_bot_that_cannot_answer();
    work.follow_up(mark);
    // What follows from an act may have taken control from the machine that wrote.
    work.say_and_follow_up();
    let mark = work.mark();
    work.report_with_words()?;
    if work.mark() > mark {
        work.follow_up(mark);
    }
    work.meet_deadlines();
    work.see_to_an_answer();
    work.call_people_owed();
    Ok(work.into_outcome())
}

impl Work<'_> {
    /// Says what can be said, and does what follows from it.
    fn say_and_follow_up(&mut self) {
        let mark = self.mark();
        self.by_itself(Self::say_what_is_due);
        if self.mark() > mark {
            self.follow_up(mark);
        }
    }

    fn carry_out(&mut self) -> Result<(), Refusal> {
        self.is_theirs_to_ask()?;
        match &self.order.command {
            Command::Record(input) => self.record(input),
            Command::BotReport(report) => self.bot_report(report),
            Command::Reply(input) => self.reply(input),
            Command::Note(input) => self.note(input),
            Command::Whisper(input) => self.whisper(input),
            Command::Take(reason) => self.take(reason),
            Command::Pass { to, reason, packet } => self.pass(to, reason, packet.as_deref()),
            Command::Offer {
                to,
                timeout_ms,
                mode,
                reason,
                packet,
            } => self.offer(to, *timeout_ms, *mode, reason, packet.as_deref()),
            Command::Accept { offer } => self.accept(*offer),
            Command::Reject { offer, text } => self.reject(*offer, text),
            Command::Request(reason) => self.request(reason),
            Command::Release(reason) => self.release(reason),
            Command::ReturnToBot {
                bot,
                summary,
                allowed_topics,
                promises,
            } => self.return_to_bot(bot, summary, allowed_topics, promises),
            Command::Fail { code, text } => self.fail(code, text),
            Command::Move(input) => self.move_by_hand(input),
            Command::Resolve { reason } => self.resolve(reason),
            Command::Reopen => self.reopen(),
            Command::SetStatus { to, until } => self.set_status(*to, *until),
            Command::SetPriority(to) => self.set_priority_by_hand(*to),
            Command::Tag { add, remove } => self.tag_by_hand(add, remove),
            Command::MarkRead => self.mark_read(),
            Command::MarkPacket {
                handoff,
                useful,
                missing,
            } => self.mark_packet(*handoff, *useful, missing),
            Command::ApproveDraft(approval) => self.approve_draft(approval),
            Command::RejectDraft {
                draft,
                code,
                text,
                again,
            } => self.reject_draft(*draft, *code, text, *again),
            Command::MoveDraft { draft, to } => self.move_draft(*draft, to),
            Command::AskedAgain { message, about } => self.asked_again(*message, about),
            Command::Label(input) => self.label(input),
            Command::Undo { of } => self.undo(*of),
            Command::CancelSend { outbox } => self.cancel_send(*outbox),
            Command::BeginSend { outbox, deadline } => self.begin_send(*outbox, *deadline),
            Command::EndSend { outbox, end } => self.end_send(*outbox, end),
            Command::RetrySend { outbox } => self.retry_send(*outbox),
            Command::JudgeSend { outbox, sent } => self.judge_send(*outbox, *sent),
            Command::Tick => Ok(()),
        }
    }

    /// Who only reads drafts for the team asks for nothing else.
    fn is_theirs_to_ask(&self) -> Result<(), Refusal> {
        let reads = matches!(
            self.order.command,
            Command::ApproveDraft(_) | Command::RejectDraft { .. } | Command::MoveDraft { .. }
        ) || self.takes_back_an_approval();
        let outside = self.actor_in_team().is_some_and(Agent::is_outside);
        if outside && !reads {
            return Err(Refusal::NotAllowed);
        }
        Ok(())
    }

    /// Whether the order takes back a draft that somebody let go.
    fn takes_back_an_approval(&self) -> bool {
        match &self.order.command {
            Command::CancelSend { outbox } => self.draft_leaving_by(*outbox).is_some(),
            _ => false,
        }
    }
}
