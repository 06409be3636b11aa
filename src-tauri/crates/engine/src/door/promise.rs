//! Bots that do not do as they say. One that tells the customer that a person takes over has to
//! hand over, soon; one that repeats itself, or talks on by itself, is stuck. The customer sees
//! words; people see to it that they come true.

use std::ops::ControlFlow;

use baton_core::command::Command;
use baton_core::control::Controller;
use baton_core::conversation::{BotHealth, Conversation};
use baton_core::effect::Effect;
use baton_core::event::Actor;
use baton_core::event::body::{BotReported, MessageRecorded};
use baton_core::ids::ConversationId;
use baton_core::message::{Author, Direction, MessageDocument};
use baton_core::promise::promises_a_person;
use baton_core::time::SECOND;
use baton_store::{EffectEnd, StoredBot, StoredEffect};

use crate::desk::Turn;
use crate::error::EngineError;

/// So long after it has said so, a bot must have handed over, in milliseconds.
const KEEPS_WORD_WITHIN: i64 = 20 * SECOND;
/// A bot that says what it has said so often in a row already is stuck.
const SAME: usize = 2;
/// A bot that has said so much since the customer's last word, and goes on, talks to itself.
const MONOLOGUE: usize = 11;
/// So many messages are looked at for that, at most.
const LOOKED_AT: usize = MONOLOGUE * 2;

/// How a bot has come to what it is about to say.
pub(super) struct Repeats {
    /// So often in a row it has said the very same before.
    same: usize,
    /// So much it has said since the customer's last word.
    alone: usize,
}

impl Repeats {
    /// What a bot says of itself with its words, and that it repeats itself where it has not said
    /// so; `health` is what it has said of itself before.
    pub(super) fn told(
        &self,
        bot: &StoredBot,
        health: &BotHealth,
        said: Option<BotReported>,
    ) -> Option<BotReported> {
        if self.same == 0 {
            return said;
        }
        Some(BotReported {
            same_answer: true,
            ..said.unwrap_or(BotReported {
                bot: bot.name.clone(),
                intent: None,
                confidence: health.confidence,
                failure: None,
                same_answer: true,
            })
        })
    }
}

impl Turn<'_, '_> {
    /// Looks whether a bot's words, which are out now, promise a person: then it must keep its word.
    pub(crate) fn hold_to_word(
        &mut self,
        state: &Conversation,
        said: &MessageRecorded,
        document: &MessageDocument,
    ) -> Result<(), EngineError> {
        let control = &state.control;
        let (Author::Bot, Some(outbox), Controller::Bot(bot)) =
            (said.author, said.outbox, &control.controller)
        else {
            return Ok(());
        };
        if bot.as_str() != said.author_name || !promises_a_person(document.shown_text()) {
            return Ok(());
        }
        let effect = Effect::HoldToWord {
            bot: bot.to_string(),
            epoch: control.epoch,
        };
        let look_at = self.now.plus(KEEPS_WORD_WITHIN);
        let key = format!("word:{outbox}");
        self.tx
            .add_effect(&key, state.id, &effect, look_at, self.now)?;
        self.stirred.effect_due(look_at);
        Ok(())
    }

    /// Takes a conversation from a bot that has just said the same again, or talks to itself, and
    /// has it still.
    pub(super) fn stop_when_stuck(
        &mut self,
        bot: &StoredBot,
        which: ConversationId,
        epoch: u64,
        before: &Repeats,
    ) -> Result<(), EngineError> {
        let stuck = before.same >= SAME || before.alone >= MONOLOGUE;
        if !stuck || self.holds(bot, which, epoch).is_err() {
            return Ok(());
        }
        let command = Command::Fail {
            code: "loops".to_owned(),
            text: "the bot repeats itself".to_owned(),
        };
        let mut order = self.new_order(which, Actor::system(), command);
        order.seen_epoch = Some(epoch);
        self.order(&order)?;
        Ok(())
    }

    /// How often a bot has said a text before, and how much by itself.
    pub(super) fn repeats(
        &self,
        which: ConversationId,
        text: &str,
    ) -> Result<Repeats, EngineError> {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let now = words(text);
        let mut repeats = Repeats { same: 0, alone: 0 };
        let mut alone = true;
        let mut same = true;
        let mut seen = 0;
        self.tx.look_back(which, |row| {
            seen += 1;
            match (row.direction, row.author) {
                (Direction::Internal, _) => {}
                (Direction::Inbound, _) => alone = false,
                (Direction::Outbound, Author::Bot) => {
                    if same {
                        let document = self.tx.document(row.document)?;
                        let said = document
                            .as_ref()
                            .map_or("", |document| document.shown_text());
                        same = words(said) == now;
                    }
                    repeats.same += usize::from(same);
                    repeats.alone += usize::from(alone);
                }
                (Direction::Outbound, _) => return Ok(ControlFlow::Break(())),
            }
            let enough = (!alone && !same) || seen >= LOOKED_AT;
            Ok::<_, EngineError>(if enough {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            })
        })?;
        Ok(repeats)
    }
}

/// Gives a conversation to people whose bot has said that it does, and has not.
pub(crate) fn not_kept(
    turn: &mut Turn<'_, '_>,
    effect: &StoredEffect,
    bot: &str,
    epoch: u64,
) -> Result<EffectEnd, EngineError> {
    let Some(state) = turn.conversation(effect.conversation)? else {
        return Ok(EffectEnd::Done);
    };
    let control = &state.control;
    let holds = matches!(&control.controller, Controller::Bot(name) if name.as_str() == bot);
    if !holds || control.epoch != epoch {
        return Ok(EffectEnd::Done);
    }
    let command = Command::Fail {
        code: "handover_not_made".to_owned(),
        text: "the bot said that a person takes over, and did not hand over".to_owned(),
    };
    let mut order = turn.new_order(effect.conversation, Actor::system(), command);
    order.seen_epoch = Some(epoch);
    match turn.order(&order) {
        Ok(_) | Err(EngineError::Refused(_)) => Ok(EffectEnd::Done),
        Err(error) => Err(error),
    }
}
