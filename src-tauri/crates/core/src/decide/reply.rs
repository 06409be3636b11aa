//! Words for the customer: a person's are always taken and are a take; a machine's only while it
//! is in control and has seen who is.

use crate::command::{Command, ReplyInput};
use crate::control::{Controller, Reason, ReasonCode, Verb};
use crate::decide::Refusal;
use crate::decide::hand::Move;
use crate::decide::work::Work;
use crate::effect::Effect;
use crate::event::body::SendQueued;
use crate::event::{ActorKind, Event};
use crate::ids::BotName;
use crate::message::Author;
use crate::rules::EventKind;
use crate::status::WorkStatus;

impl Work<'_> {
    /// Queues a reply.
    pub(super) fn reply(&mut self, input: &ReplyInput) -> Result<(), Refusal> {
        let known = self.state.outbox.contains_key(&input.outbox)
            || self.state.drafts.contains_key(&input.message);
        if known {
            return Ok(());
        }
        let author = match self.actor.kind {
            ActorKind::Agent => {
                self.take_to_reply()?;
                if self.actor_is_junior() && self.draft_is_held(input, Author::Agent)? {
                    return Ok(());
                }
                Author::Agent
            }
            ActorKind::Bot => {
                self.bot_may_reply()?;
                if self.draft_is_held(input, Author::Bot)? {
                    return Ok(());
                }
                Author::Bot
            }
            ActorKind::Rule => {
                self.macro_may_reply()?;
                Author::System
            }
            ActorKind::Customer | ActorKind::System => return Err(Refusal::NotAllowed),
        };
        self.queue(input, author);
        if author == Author::Bot {
            self.pass_rules(EventKind::BotMessage);
        }
        if input.resolve && !self.is_closed() {
            self.resolve(&Reason::code(ReasonCode::Resolved))?;
        }
        Ok(())
    }

    /// A human reply is a take, also of what was closed or is somebody else's.
    fn take_to_reply(&mut self) -> Result<(), Refusal> {
        let reason = Reason::code(ReasonCode::HumanReply);
        if self.is_closed() {
            let own = self.own_control()?;
            if self.state.control.epoch > 0 || self.state.talk.messages > 0 {
                self.open_episode_again();
            }
            self.hand(Move::to(own, Verb::Reopen, reason))?;
            self.become_status(WorkStatus::Open, None);
            return Ok(());
        }
        self.take_now(reason)
    }

    fn bot_may_reply(&self) -> Result<(), Refusal> {
        let control = &self.state.control;
        if self.order.seen_epoch != Some(control.epoch) {
            return Err(Refusal::StaleEpoch {
                holder: control.controller.clone(),
                epoch: control.epoch,
            });
        }
        let own = Controller::Bot(BotName::new(self.actor.id.clone()));
        if control.speaker() != Some(&own) {
            return Err(Refusal::NotInControl {
                holder: control.controller.clone(),
                epoch: control.epoch,
            });
        }
        self.machine_may_answer()
    }

    /// What a bot says of itself comes after its words; when they moved control on, nobody asks any
    /// more.
    pub(super) fn report_with_words(&mut self) -> Result<(), Refusal> {
        match &self.order.command {
            Command::Reply(ReplyInput {
                report: Some(report),
                ..
            }) if self.may_move().is_ok() => self.bot_report(report),
            _ => Ok(()),
        }
    }

    /// A macro speaks for the team where no person does.
    fn macro_may_reply(&self) -> Result<(), Refusal> {
        let control = &self.state.control;
        if self.order.seen_epoch != Some(control.epoch) {
            return Err(Refusal::StaleEpoch {
                holder: control.controller.clone(),
                epoch: control.epoch,
            });
        }
        if matches!(control.controller, Controller::Agent(_)) {
            return Err(Refusal::NotInControl {
                holder: control.controller.clone(),
                epoch: control.epoch,
            });
        }
        self.machine_may_answer()
    }

    fn machine_may_answer(&self) -> Result<(), Refusal> {
        let talk = &self.state.talk;
        if talk.last_automatic && talk.waiting_since.is_none() {
            return Err(Refusal::NeverAnswerMachines);
        }
        Ok(())
    }

    fn queue(&mut self, input: &ReplyInput, author: Author) {
        let undo_until = self.at.plus(input.undo_ms.max(0));
        let undo_until = match author {
            Author::Bot => self.behind_drafts(author, &self.actor.id, undo_until),
            Author::Agent | Author::Customer | Author::System => undo_until,
        };
        self.emit(Event::SendQueued(SendQueued {
            outbox: input.outbox,
            message: input.message,
            document: input.document_hash,
            author,
            author_name: self.actor.id.clone(),
            undo_until,
            epoch: self.state.control.epoch,
            resolves: input.resolve && !self.is_closed(),
        }));
        self.ask(Effect::Send {
            outbox: input.outbox,
            not_before: undo_until,
        });
    }
}

/// Whether a text names an amount of money: a number beside a currency.
pub(super) fn mentions_money(text: &str) -> bool {
    const SIGNS: [char; 6] = ['€', '$', '£', '¥', '₹', '₽'];
    const WORDS: [&str; 13] = [
        "eur", "euro", "euros", "usd", "dollar", "dollars", "gbp", "pound", "pounds", "chf",
        "franken", "cent", "cents",
    ];
    let mut near_number = false;
    let mut near_sign = false;
    for word in text.split_whitespace() {
        let has_digit = word.chars().any(|c| c.is_ascii_digit());
        let has_sign = word.contains(SIGNS);
        let bare = word
            .trim_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase();
        let named = WORDS.contains(&bare.as_str());
        if has_digit && (has_sign || near_sign) || near_number && (has_sign || named) {
            return true;
        }
        near_number = has_digit;
        near_sign = has_sign || named;
    }
    false
}
