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

/// Words that say that a person takes over, by what is done and to whom.
const HANDS_OVER: [&str; 20] = [
    "hand you over",
    "handing you over",
    "hand this over",
    "handing this over",
    "connect you to",
    "connect you with",
    "connecting you",
    "transfer you",
    "transferring you",
    "passing you",
    "put you through",
    "putting you through",
    "forward you to",
    "forwarding you",
    "verbinde sie",
    "verbinde dich",
    "leite sie weiter",
    "leite dich weiter",
    "übergebe sie",
    "übergebe dich",
];
/// Words of whoever only offers it, or asks.
const ONLY_OFFERS: [&str; 14] = [
    "?",
    "if you",
    "would you",
    "do you want",
    "shall i",
    "should i",
    "can i",
    "i can",
    "i could",
    "cannot",
    "can't",
    "wenn sie",
    "möchten sie",
    "kann ich",
];

/// Whether a text tells the customer that a person takes over now.
fn promises_a_person(text: &str) -> bool {
    let text = text.to_lowercase();
    text.split_inclusive(['.', '!', '?', '\n']).any(|sentence| {
        HANDS_OVER.iter().any(|words| sentence.contains(words))
            && !ONLY_OFFERS.iter().any(|words| sentence.contains(words))
    })
}

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

#[cfg(test)]
mod tests {
    use super::promises_a_person;

    #[test]
    fn a_promise_is_told_from_an_offer() {
        for promise in [
            "I am handing you over to a colleague.",
            "One moment, I'll connect you with a person!",
            "Let me transfer you to our team.",
            "Ich verbinde Sie mit einer Kollegin.",
            "Sorry about that. Putting you through to billing now.",
        ] {
            assert!(promises_a_person(promise), "{promise}");
        }
        for other in [
            "Shall I connect you to a person?",
            "I can transfer you to a colleague if you like.",
            "If you prefer, I will hand you over to our team.",
            "Your call is transferred money.",
            "Kann ich sonst etwas tun? Soll ich Sie verbinden?",
            "The lamp leaves today.",
        ] {
            assert!(!promises_a_person(other), "{other}");
        }
    }
}
