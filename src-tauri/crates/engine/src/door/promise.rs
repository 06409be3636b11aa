//! Bots that do not do as they say. One that tells the customer that a person takes over has to
//! hand over, soon; one that repeats itself, or talks on by itself, is stuck. The customer sees
//! words; people see to it that they come true.

use baton_core::command::Command;
use baton_core::control::Controller;
use baton_core::effect::Effect;
use baton_core::event::Actor;
use baton_core::event::body::BotReported;
use baton_core::ids::{ConversationId, OutboxId};
use baton_core::message::{Author, Direction};
use baton_core::time::SECOND;
use baton_store::{EffectEnd, StoredBot, StoredEffect};

use crate::desk::Turn;
use crate::error::EngineError;

/// So long after it has said so, a bot must have handed over, in milliseconds.
const KEEPS_WORD_WITHIN: i64 = 20 * SECOND;
/// A bot that has said the same so often in a row is stuck.
const SAME: usize = 3;
/// A bot that has said so much since the customer's last word talks to itself.
const MONOLOGUE: usize = 12;

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
pub(super) fn promises_a_person(text: &str) -> bool {
    let text = text.to_lowercase();
    text.split_inclusive(['.', '!', '?', '\n']).any(|sentence| {
        HANDS_OVER.iter().any(|words| sentence.contains(words))
            && !ONLY_OFFERS.iter().any(|words| sentence.contains(words))
    })
}

/// How a bot repeats itself: how often in a row it has said what it says now, and how much it has
/// said since the customer's last word.
struct Repeats {
    same: usize,
    alone: usize,
}

impl Turn<'_, '_> {
    /// Looks at what a bot has just said, beside what the rules make of it: whether it must now
    /// keep its word, and whether it is stuck.
    pub(super) fn hold_to_word(
        &mut self,
        bot: &StoredBot,
        which: ConversationId,
        epoch: u64,
        outbox: OutboxId,
        text: &str,
    ) -> Result<(), EngineError> {
        if promises_a_person(text) {
            let effect = Effect::HoldToWord {
                bot: bot.name.clone(),
                epoch,
            };
            let look_at = self.now.plus(KEEPS_WORD_WITHIN);
            self.tx
                .add_effect(&format!("word:{outbox}"), which, &effect, look_at, self.now)?;
            self.stirred.effect_due(look_at);
        }
        let repeats = self.repeats(which, text)?;
        if self.holds(bot, which, epoch).is_err() {
            return Ok(());
        }
        if repeats.same >= SAME || repeats.alone >= MONOLOGUE {
            let command = Command::Fail {
                code: "loops".to_owned(),
                text: "the bot repeats itself".to_owned(),
            };
            let mut order = self.new_order(which, Actor::system(), command);
            order.seen_epoch = Some(epoch);
            self.order(&order)?;
        }
        Ok(())
    }

    /// Says for a bot that it has repeated itself, where it has not said so.
    pub(super) fn note_same(
        &self,
        which: ConversationId,
        text: &str,
        bot: &StoredBot,
        said: Option<BotReported>,
    ) -> Result<Option<BotReported>, EngineError> {
        if self.repeats(which, text)?.same < 2 {
            return Ok(said);
        }
        let known = self.conversation(which)?.map(|state| state.bot);
        let health = known.unwrap_or_default();
        Ok(Some(BotReported {
            same_answer: true,
            ..said.unwrap_or(BotReported {
                bot: bot.name.clone(),
                intent: None,
                confidence: health.confidence,
                failure: None,
                same_answer: true,
            })
        }))
    }

    fn repeats(&self, which: ConversationId, text: &str) -> Result<Repeats, EngineError> {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let now = words(text);
        let mut repeats = Repeats { same: 0, alone: 0 };
        let mut alone = true;
        let mut same = true;
        for row in self
            .tx
            .messages_newest(which, MONOLOGUE.saturating_mul(2))?
        {
            match (row.direction, row.author) {
                (Direction::Internal, _) => {}
                (Direction::Inbound, _) => alone = false,
                (Direction::Outbound, Author::Bot) => {
                    let document = self.tx.document(row.document)?;
                    let said = document
                        .as_ref()
                        .map_or("", |document| document.shown_text());
                    same = same && words(said) == now;
                    repeats.same += usize::from(same);
                    repeats.alone += usize::from(alone);
                }
                (Direction::Outbound, _) => break,
            }
            if !alone && !same {
                break;
            }
        }
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
