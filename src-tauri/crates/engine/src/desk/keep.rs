//! Keeping what came of an order: events, contents, projections, effects and deadlines, all in the
//! transaction of the turn.

use baton_core::command::{Command, Order};
use baton_core::control::{Controller, Verb};
use baton_core::decide::{Happened, Outcome};
use baton_core::effect::Effect;
use baton_core::event::body::{ControlChanged, MessageRecorded};
use baton_core::event::{ActorKind, Event};
use baton_core::ids::{ChannelId, ConversationId};
use baton_core::message::{Author, Direction, MessageDocument};
use baton_core::status::WorkStatus;
use baton_core::time::Timestamp;
use baton_store::{Decision, NewMessage, SealedEvent};

use super::Turn;
use crate::commands::sent_draft_key;
use crate::error::EngineError;
use crate::view::{why_said, word};

/// Of what a bot says of its failure so many characters are kept.
const LONGEST_FAILURE: usize = 200;

/// Whether something may have made an answer that others can be taken from: a conversation was
/// solved, or the letter that solved it has left.
fn answers(happened: &Happened) -> bool {
    match &happened.event {
        Event::StatusChanged(changed) => changed.to == WorkStatus::Solved,
        Event::MessageRecorded(recorded) => {
            recorded.author == Author::Agent && recorded.direction == Direction::Outbound
        }
        _ => false,
    }
}

impl Turn<'_, '_> {
    /// Keeps what came of an order.
    pub(super) fn keep(&mut self, order: &Order, outcome: &Outcome) -> Result<(), EngineError> {
        for content in &outcome.contents {
            let is_record = outcome
                .decisions
                .iter()
                .any(|row| row.record == content.hash);
            if !is_record {
                self.tx.put_content(content.hash, &content.bytes)?;
            }
        }
        // Messages refer to their conversation, so it comes first.
        self.tx.save_conversation(&outcome.state)?;
        for happened in &outcome.events {
            self.keep_event(order, outcome, happened)?;
        }
        if outcome.events.iter().any(answers) {
            self.learn_from(&outcome.state)?;
        }
        let due = outcome.state.next_due();
        self.tx.set_deadline(outcome.state.id, due)?;
        if let Some(due) = due {
            self.stirred.deadline_due(due);
        }
        for (id, effect) in &outcome.effects {
            self.keep_effect(order, outcome.state.channel, &id.to_string(), effect)?;
        }
        if !outcome.events.is_empty() {
            self.touch("views");
            self.touch(format!("conversation:{}", outcome.state.id));
            self.touch(format!("contact:{}", outcome.state.contact));
        }
        Ok(())
    }

    fn keep_event(
        &mut self,
        order: &Order,
        outcome: &Outcome,
        happened: &Happened,
    ) -> Result<(), EngineError> {
        let prev = self.chain.head();
        let sealed = self
            .chain
            .seal(happened, Some(outcome.state.id), order.id, self.now)?;
        let seq = self.tx.append(&SealedEvent {
            id: happened.id,
            conversation: Some(outcome.state.id),
            device: self.roster.device,
            prev,
            kind: happened.event.kind(),
            at: happened.at,
            shown_at: happened.at,
            hash: sealed.hash,
            bytes: &sealed.bytes,
        })?;
        match &happened.event {
            Event::MessageRecorded(recorded) => {
                self.keep_message(order, outcome, recorded, seq, happened.at)?;
            }
            Event::DecisionMade(made) => {
                if let Some(row) = outcome.decisions.iter().find(|row| row.id == made.decision) {
                    let record = outcome
                        .contents
                        .iter()
                        .find(|content| content.hash == row.record)
                        .map(|content| content.bytes.clone())
                        .unwrap_or_default();
                    self.tx.record_decision(&Decision {
                        id: row.id,
                        seq,
                        conversation: outcome.state.id,
                        at: row.at,
                        on: row.on.clone(),
                        ruleset: made.ruleset,
                        record_hash: row.record,
                        record,
                        sentence: row.sentence.clone(),
                    })?;
                    self.count_decision(outcome.state.id, row, seq)?;
                }
            }
            Event::ControlChanged(changed) => {
                self.note_failure(outcome, changed, happened)?;
                // A connected bot may want to know who has a conversation after it, also where that
                // goes on by a channel that the bot does not hear.
                if !self.roster.connectors.is_empty() {
                    self.stirred.bots.insert(outcome.state.id);
                }
            }
            Event::LabelSet(_) => self.touch("labels"),
            Event::DraftHeld(_) | Event::DraftMoved(_) | Event::DraftSettled(_) => {
                let which = outcome.state.id;
                self.tx
                    .note_review(which, &happened.event, happened.at, &happened.actor)?;
                self.touch("reviews");
                match &happened.event {
                    Event::DraftHeld(held) => self.leave_composer(which, &held.draft)?,
                    Event::DraftSettled(settled) => self.come_back(which, settled)?,
                    _ => {}
                }
            }
            Event::SendQueued(_) | Event::SendChanged(_) => self.touch("outbox"),
            _ => {}
        }
        self.see_override(outcome.state.id, happened)
    }

    /// Notes when a bot at the door has failed its customers, for its page.
    fn note_failure(
        &mut self,
        outcome: &Outcome,
        changed: &ControlChanged,
        happened: &Happened,
    ) -> Result<(), EngineError> {
        let at = happened.at;
        let Controller::Bot(bot) = &changed.from else {
            return Ok(());
        };
        if changed.verb != Verb::Fail || !self.roster.door.contains_key(bot.as_str()) {
            return Ok(());
        }
        // What a bot at the door says of it may be about its customer, who can be erased: of that
        // only the code is kept here. Those that Baton itself talks with say nothing of their own.
        let own = happened.actor.kind == ActorKind::Bot
            && !self.roster.connectors.contains_key(bot.as_str());
        let code = outcome
            .events
            .iter()
            .rev()
            .find_map(|one| match &one.event {
                Event::BotReported(report) => report.failure.clone(),
                _ => None,
            });
        let said = why_said(self.tx, &changed.reason)?;
        let failure = match said.as_str() {
            text if !own && !text.is_empty() => text.to_owned(),
            _ => code.unwrap_or_else(|| word(&changed.reason.code)),
        };
        let failure: String = failure.chars().take(LONGEST_FAILURE).collect();
        self.tx.note_bot_failed(bot.as_str(), at, &failure)?;
        self.change_roster(|roster| {
            if let Some(known) = roster.door.get_mut(bot.as_str()) {
                known.failed_at = Some(at);
                known.failure = failure;
            }
        });
        self.touch("bots");
        Ok(())
    }

    fn keep_message(
        &mut self,
        order: &Order,
        outcome: &Outcome,
        recorded: &MessageRecorded,
        seq: i64,
        at: Timestamp,
    ) -> Result<(), EngineError> {
        let stored;
        let document: Option<&MessageDocument> = match &order.command {
            Command::Record(input) | Command::Note(input) | Command::Whisper(input)
                if input.document_hash == recorded.document =>
            {
                Some(&input.document)
            }
            Command::Reply(input) if input.document_hash == recorded.document => {
                Some(&input.document)
            }
            _ => {
                stored = self.tx.document(recorded.document)?;
                stored.as_ref()
            }
        };
        let message = NewMessage::recorded(recorded, &outcome.state, seq, at, document);
        self.tx.record_message(&message)?;
        // What has left cannot come back to be written on.
        if let (Some(outbox), Author::Agent) = (recorded.outbox, recorded.author) {
            self.tx.clear_setting(&sent_draft_key(outbox))?;
        }
        if let Some(document) = document {
            self.hold_to_word(&outcome.state, recorded, document)?;
        }
        Ok(())
    }

    /// A bot that Baton talks with is told at once.
    fn stir_connected(&mut self, bot: &str, conversation: ConversationId) {
        if self.roster.connectors.contains_key(bot) {
            self.stirred.bots.insert(conversation);
        }
    }

    fn keep_effect(
        &mut self,
        order: &Order,
        channel: ChannelId,
        key: &str,
        effect: &Effect,
    ) -> Result<(), EngineError> {
        match effect {
            // An alert is live until somebody has the conversation; the notifier shows what is
            // live and not yet shown, so it needs no errand of its own and survives a restart.
            Effect::Notify(alert) => {
                self.tx.raise_alert(order.conversation, alert, self.now)?;
                self.stirred.alerts = true;
                self.touch("alerts");
            }
            Effect::Withdraw => {
                self.tx.withdraw_alerts(order.conversation)?;
                self.stirred.alerts = true;
                self.touch("alerts");
            }
            Effect::Send { not_before, .. } => {
                self.tx
                    .add_effect(key, order.conversation, effect, *not_before, self.now)?;
                self.stirred.effect_due(*not_before);
            }
            Effect::Macro { rule, .. } if !self.may_send(order.conversation, rule)? => {}
            // A bot hears of it at the door; the errand is to look whether it has answered in time.
            Effect::AskBot { bot, .. } => {
                self.stir_connected(bot, order.conversation);
                let look_at = self.now.plus(self.answer_within(channel, bot));
                self.tx
                    .add_effect(key, order.conversation, effect, look_at, self.now)?;
                self.stirred.effect_due(look_at);
            }
            // It hears of it at the door, and nobody waits for an answer.
            Effect::TellBot { bot, .. } => self.stir_connected(bot, order.conversation),
            Effect::HoldToWord { .. } | Effect::Macro { .. } => {
                self.tx
                    .add_effect(key, order.conversation, effect, self.now, self.now)?;
                self.stirred.effect_due(self.now);
            }
        }
        Ok(())
    }
}
