//! How handoffs went: a fold over the log of a conversation, told as receipts with their times.
//!
//! A handoff begins when control is offered or handed over, and is accepted when its recipient has
//! control: at once where it is handed to a person or a bot, and where it went to a queue when a
//! person takes it from there, also by an offer, which is a handoff of its own. It is completed when
//! whoever accepted it gives control away.

use crate::control::{ControlState, Controller, ReasonCode, Target, Verb};
use crate::event::body::{ControlChanged, OfferEnd, OfferEnded, OfferMade, PacketMarked};
use crate::event::{Actor, Event};
use crate::ids::{HandoffId, OfferId};
use crate::time::Timestamp;

/// How one handoff went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Which.
    pub handoff: HandoffId,
    /// Who gave it.
    pub from: Controller,
    /// Whom it was meant for.
    pub to: Target,
    /// Why.
    pub reason: ReasonCode,
    /// Its steps, in order.
    pub steps: Vec<Step>,
    /// Fields that were asked for and that nobody had filled.
    pub missing: Vec<String>,
    /// Who has read its packet, in order, each once.
    pub readings: Vec<Reading>,
    /// Whether people marked it useful, and which fields they missed: the last word.
    pub rating: Option<(bool, Vec<String>)>,
    /// What the customer was asked again although it was known.
    pub asked_again: Vec<String>,
    offers: Vec<OfferId>,
    /// Handoffs within the team that continue this one: taking it from its queue.
    known_as: Vec<HandoffId>,
}

/// One step of a handoff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What happened.
    pub status: Status,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// Milliseconds since the step that it answers.
    pub waited_ms: i64,
    /// Why it was asked for or declined, the code of what failed, how it ended.
    pub text: String,
}

/// What can happen to a handoff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It was asked for.
    Requested,
    /// It was offered, with an expiry.
    Offered,
    /// Its recipient has control.
    Accepted,
    /// Its recipient declined.
    Rejected,
    /// Nobody answered the offer in time.
    TimedOut,
    /// It was taken back, because control went elsewhere.
    Rescinded,
    /// It was made because the giver failed.
    Failed,
    /// Whoever accepted it gave control away again.
    Completed,
}

impl Status {
    /// The word it is sent as.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::TimedOut => "timed_out",
            Self::Rescinded => "rescinded",
            Self::Failed => "failed",
            Self::Completed => "completed",
        }
    }
}

/// That somebody has read a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// Milliseconds since the handoff was asked for.
    pub waited_ms: i64,
}

impl Receipt {
    fn of(handoff: HandoffId, from: Controller, to: Target, reason: ReasonCode) -> Self {
        Self {
            handoff,
            from,
            to,
            reason,
            steps: Vec::new(),
            missing: Vec::new(),
            readings: Vec::new(),
            rating: None,
            asked_again: Vec::new(),
            offers: Vec::new(),
            known_as: Vec::new(),
        }
    }

    fn requested_at(&self) -> Option<Timestamp> {
        self.steps.first().map(|step| step.at)
    }

    fn last(&self) -> Option<Status> {
        self.steps.last().map(|step| step.status)
    }

    fn is(&self, handoff: HandoffId) -> bool {
        self.handoff == handoff || self.known_as.contains(&handoff)
    }

    /// Adds a step; it answers the last step of one of these kinds, or the first one.
    fn step(&mut self, status: Status, at: Timestamp, by: &Actor, answers: &[Status], text: &str) {
        let mut before = self.steps.iter().rev();
        let since = before
            .find(|step| answers.contains(&step.status))
            .map(|step| step.at)
            .or_else(|| self.requested_at());
        self.steps.push(Step {
            status,
            at,
            by: by.clone(),
            waited_ms: since.map_or(0, |since| at.since(since).max(0)),
            text: text.to_owned(),
        });
    }
}

/// The handoffs that the events of one conversation tell of, in order.
#[derive(Debug, Default)]
pub struct Receipts {
    list: Vec<Receipt>,
    /// The handoffs that brought control where it is: one, and the offer by which it was taken
    /// from its queue.
    current: Vec<usize>,
    /// The handoff of the offer that was accepted, until control has changed.
    accepted: Option<usize>,
    /// What failed last, as its bot said.
    failed: String,
}

impl Receipts {
    /// Takes the next event in.
    pub fn take(&mut self, at: Timestamp, by: &Actor, event: &Event) {
        match event {
            Event::OfferMade(made) => self.offered(at, by, made),
            Event::OfferEnded(ended) => self.offer_ended(at, by, ended),
            Event::ControlChanged(changed) => self.changed(at, by, changed),
            Event::PacketMarked(mark) => self.marked(at, by, mark),
            Event::BotReported(report) => {
                if let Some(code) = &report.failure {
                    self.failed.clone_from(code);
                }
            }
            Event::AskedAgain(asked) => {
                let handoff = asked.handoff.and_then(|handoff| self.find(handoff));
                if let Some(receipt) = handoff {
                    receipt.asked_again.extend(asked.about.iter().cloned());
                }
            }
            _ => {}
        }
    }

    /// The receipts, oldest first.
    #[must_use]
    pub fn done(self) -> Vec<Receipt> {
        self.list
    }

    fn find(&mut self, handoff: HandoffId) -> Option<&mut Receipt> {
        self.list.iter_mut().rev().find(|one| one.is(handoff))
    }

    fn offered(&mut self, at: Timestamp, by: &Actor, made: &OfferMade) {
        let offer = &made.offer;
        if self.find(offer.handoff).is_none() {
            let (from, to) = (offer.from.clone(), offer.to.clone());
            let mut receipt = Receipt::of(offer.handoff, from, to, offer.reason.code);
            receipt.missing.clone_from(&offer.missing);
            receipt.step(Status::Requested, at, by, &[], &offer.reason.text);
            self.list.push(receipt);
        }
        if let Some(receipt) = self.find(offer.handoff) {
            receipt.offers.push(offer.id);
            receipt.step(Status::Offered, at, by, &[], "");
        }
    }

    fn offer_ended(&mut self, at: Timestamp, by: &Actor, ended: &OfferEnded) {
        let offered = |one: &Receipt| one.offers.contains(&ended.offer);
        let status = match ended.how {
            // The change of control says so, and who.
            OfferEnd::Accepted => {
                self.accepted = self.list.iter().position(offered);
                return;
            }
            OfferEnd::Rejected => Status::Rejected,
            OfferEnd::TimedOut => Status::TimedOut,
            OfferEnd::Rescinded => Status::Rescinded,
        };
        let mut receipts = self.list.iter_mut();
        if let Some(receipt) = receipts.find(|one| offered(one)) {
            receipt.step(status, at, by, &[Status::Offered], &ended.text);
        }
    }

    fn changed(&mut self, at: Timestamp, by: &Actor, changed: &ControlChanged) {
        let accepted = self.accepted.take();
        let closes = changed.state == ControlState::Closed;
        if changed.from == changed.to && !closes {
            return;
        }
        let taken = self.leave(at, by, changed);
        let Some(handoff) = changed.handoff else {
            return;
        };
        let known = accepted.or_else(|| self.list.iter().rposition(|one| one.is(handoff)));
        // What waited in the queue is had now; the take is a part of it.
        if taken && known.is_none() {
            let current = self.current.last().copied();
            if let Some(receipt) = current.and_then(|at| self.list.get_mut(at)) {
                receipt.known_as.push(handoff);
            }
            return;
        }
        let place = known.unwrap_or_else(|| {
            let to = target(&changed.to);
            let mut receipt = Receipt::of(handoff, changed.from.clone(), to, changed.reason.code);
            receipt.missing.clone_from(&changed.missing);
            receipt.step(Status::Requested, at, by, &[], &changed.reason.text);
            if changed.verb == Verb::Fail {
                receipt.step(Status::Failed, at, by, &[], &self.failed);
            }
            self.list.push(receipt);
            self.list.len().saturating_sub(1)
        });
        if let Some(receipt) = self.list.get_mut(place)
            && let Some(holder) = person_or_bot(&changed.to)
        {
            // Whoever takes what they were offered has it by another handoff.
            if !receipt.is(handoff) {
                receipt.known_as.push(handoff);
            }
            let answers = [Status::Offered, Status::Requested];
            receipt.step(Status::Accepted, at, &holder, &answers, "");
        }
        self.current.push(place);
    }

    /// Control leaves where the last handoffs brought it. Returns whether that was a person taking
    /// it from the queue in which it waited: then the handoff goes on.
    fn leave(&mut self, at: Timestamp, by: &Actor, changed: &ControlChanged) -> bool {
        let waits = matches!(changed.from, Controller::Queue(_));
        let taker = match &changed.to {
            Controller::Agent(_) if waits => person_or_bot(&changed.to),
            _ => None,
        };
        let how = word(changed.verb);
        let mut taken = false;
        for place in &self.current {
            let Some(receipt) = self.list.get_mut(*place) else {
                continue;
            };
            if receipt.last() == Some(Status::Accepted) {
                receipt.step(Status::Completed, at, by, &[Status::Accepted], how);
            } else if let Some(taker) = &taker {
                receipt.step(Status::Accepted, at, taker, &[Status::Requested], "");
                taken = true;
            } else if waits && changed.state == ControlState::Closed {
                receipt.step(Status::Completed, at, by, &[Status::Requested], how);
            } else if waits {
                receipt.step(Status::Rescinded, at, by, &[Status::Requested], how);
            }
        }
        if !taken {
            self.current.clear();
        }
        taken
    }

    fn marked(&mut self, at: Timestamp, by: &Actor, mark: &PacketMarked) {
        let Some(receipt) = self.find(mark.handoff) else {
            return;
        };
        if !receipt.readings.iter().any(|one| one.by == *by) {
            let since = receipt.requested_at();
            receipt.readings.push(Reading {
                by: by.clone(),
                at,
                waited_ms: since.map_or(0, |since| at.since(since).max(0)),
            });
        }
        if let Some(useful) = mark.useful {
            receipt.rating = Some((useful, mark.missing.clone()));
        }
    }
}

fn target(controller: &Controller) -> Target {
    match controller {
        Controller::Bot(name) => Target::Bot(name.clone()),
        Controller::Agent(name) => Target::Agent(name.clone()),
        Controller::Queue(name) => Target::Queue(name.clone()),
        Controller::Nobody => Target::AnyAvailable,
    }
}

fn person_or_bot(controller: &Controller) -> Option<Actor> {
    match controller {
        Controller::Agent(name) => Some(Actor::agent(name.as_str())),
        Controller::Bot(name) => Some(Actor::bot(name.as_str())),
        Controller::Queue(_) | Controller::Nobody => None,
    }
}

/// How control left, in the words of the verbs.
const fn word(verb: Verb) -> &'static str {
    match verb {
        Verb::Open => "open",
        Verb::Pass => "pass",
        Verb::Offer => "offer",
        Verb::Accept => "accept",
        Verb::Reject => "reject",
        Verb::Timeout => "timeout",
        Verb::Take => "take",
        Verb::Request => "request",
        Verb::Release => "release",
        Verb::ReturnToBot => "return_to_bot",
        Verb::Fail => "fail",
        Verb::Close => "close",
        Verb::Reopen => "reopen",
        Verb::Wrap => "wrap",
        Verb::Undo => "undo",
    }
}
