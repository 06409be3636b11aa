//! Bots that are asked for an answer, as the engine asks them: each has so long, and then somebody
//! looks whether it has said something.

use crate::command::Command;
use crate::control::Controller;
use crate::effect::Effect;
use crate::event::Actor;
use crate::time::{SECOND, Timestamp};

use super::play::Play;
use super::voices::Given;

/// So long a bot has to answer.
pub(super) const ANSWER_WITHIN: i64 = 20 * SECOND;

#[derive(Debug, Clone)]
struct Errand {
    bot: String,
    epoch: u64,
    asked_at: Timestamp,
    look_at: Timestamp,
}

/// Bots that were asked and are still to be looked after.
#[derive(Debug, Clone, Default)]
pub(super) struct Errands {
    live: Vec<Errand>,
}

impl Errands {
    /// Takes up what the last decision asks for.
    pub(super) fn note(&mut self, play: &Play) {
        let asked = play.last.iter().flat_map(|outcome| &outcome.effects);
        for (_, effect) in asked {
            if let Effect::AskBot { bot, epoch, .. } = effect {
                self.live.push(Errand {
                    bot: bot.clone(),
                    epoch: *epoch,
                    asked_at: play.now,
                    look_at: play.now.plus(ANSWER_WITHIN),
                });
            }
        }
    }

    /// Looks after the bots whose time is over, until one has not answered: what is to be done
    /// about it.
    pub(super) fn next_due(&mut self, play: &Play) -> Option<Given> {
        while let Some(place) = self.live.iter().position(|one| one.look_at <= play.now) {
            let errand = self.live.remove(place);
            let state = play.state();
            if !state.is_held_by_bot(&errand.bot, errand.epoch)
                || state.has_answered(&errand.bot, errand.asked_at, play.now)
            {
                continue;
            }
            if let Some(until) = state.people_are_asked_until() {
                self.live.push(Errand {
                    asked_at: play.now,
                    look_at: until.max(play.now.plus(SECOND)),
                    ..errand
                });
                continue;
            }
            let command = Command::Fail {
                code: "no_answer".to_owned(),
                text: String::new(),
            };
            return Some((Actor::system(), Some(errand.epoch), command));
        }
        None
    }

    /// How many look after the bot that has the conversation now.
    pub(super) fn live(&self, play: &Play) -> usize {
        let state = play.state();
        let mut live = self.live.clone();
        live.retain(|one| {
            state.is_held_by_bot(&one.bot, one.epoch)
                && !state.has_answered(&one.bot, one.asked_at, play.now)
        });
        live.len()
    }

    /// Whether a customer waits for a bot, and nobody would notice if it never said a word.
    pub(super) fn left_alone(&self, play: &Play) -> bool {
        let state = play.state();
        let Controller::Bot(bot) = &state.control.controller else {
            return false;
        };
        let Some(since) = state.talk.waiting_since else {
            return false;
        };
        let under_way = state.has_answer_under_way(bot.as_str(), since);
        let is_read = state.drafts.values().any(|draft| draft.waits());
        !under_way && !is_read && self.live(play) == 0
    }
}
