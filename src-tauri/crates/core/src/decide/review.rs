//! Drafts that a person reads before the customer does. While one waits its author keeps control,
//! and only the approved words go out; nobody's silence is an answer: when the time is up, people
//! have the conversation.

use crate::command::{Approval, ReplyInput};
use crate::control::{Controller, Reason, ReasonCode, Target, Verb};
use crate::conversation::OutgoingState;
use crate::decide::Refusal;
use crate::decide::alerts::Call;
use crate::decide::hand::Move;
use crate::decide::pass::target_of;
use crate::decide::work::Work;
use crate::effect::Effect;
use crate::event::body::{DraftHeld, DraftMoved, DraftSettled, SendQueued};
use crate::event::{Actor, ActorKind, Event};
use crate::hash::Hash;
use crate::ids::{AgentName, MessageId, OutboxId};
use crate::message::Author;
use crate::packet::{DRAFT_DOCUMENT, Packet};
use crate::review::{HeldDraft, RejectCode, ReviewEnd};
use crate::rules::{EventKind, RuleId};
use crate::time::{MINUTE, Timestamp};

/// The least time a reviewer has, however near a deadline of the conversation is.
const LEAST: i64 = MINUTE;
/// The least time a reviewer has for a draft that comes back.
const AGAIN: i64 = 5 * MINUTE;

impl Work<'_> {
    /// Shows a draft to the rules; whether it is kept from the customer. Then it waits for a person,
    /// or goes along where a rule sends the whole conversation: with control its author has lost the
    /// say.
    pub(super) fn draft_is_held(
        &mut self,
        input: &ReplyInput,
        author: Author,
    ) -> Result<bool, Refusal> {
        let listens = self.rules_listen(EventKind::Draft);
        let before = self.waits_before(author);
        if !listens && before.is_none() {
            return Ok(false);
        }
        let mut slots = if listens {
            self.pass_draft(input, author)
        } else {
            crate::rules::Slots::default()
        };
        let review = slots.review.take().filter(|review| review.value.required);
        let named = std::mem::take(&mut slots.reviewers);
        let mut reviewers: Vec<Target> = named.iter().map(|to| target_of(&to.value)).collect();
        let rule = match (review, before) {
            (Some(review), _) => Some(review.by),
            // What is said after words that wait, waits behind them.
            (None, Some(earlier)) => {
                reviewers.clone_from(&earlier.reviewers);
                Some(RuleId::from(earlier.rule.as_str()))
            }
            (None, None) => None,
        };
        let of_bot = author == Author::Bot;
        let people = slots
            .control
            .as_ref()
            .filter(|_| of_bot)
            .and_then(|control| Some((self.people_by_rule(&control.value)?, control.by.clone())));
        let goes_along = people.is_some();
        if of_bot && (goes_along || rule.is_some()) {
            slots.control = None;
        }
        if let Some((to, by)) = people {
            self.goes_along(input, to, &by, reviewers)?;
        } else if let Some(rule) = &rule {
            self.hold(input, author, rule, reviewers);
        }
        let epoch = self.state.control.epoch;
        self.obey(slots);
        let lost_the_say = of_bot && self.state.control.epoch != epoch;
        Ok(goes_along || rule.is_some() || lost_the_say)
    }

    /// The newest draft of the same kind of author that waits.
    fn waits_before(&self, author: Author) -> Option<HeldDraft> {
        let waiting = self.state.drafts.values().filter(|draft| draft.waits());
        waiting
            .filter(|draft| draft.author == author)
            .max_by_key(|draft| draft.held_at)
            .cloned()
    }

    /// A rule sends the conversation to people: the draft goes along in the packet.
    fn goes_along(
        &mut self,
        input: &ReplyInput,
        to: Controller,
        by: &RuleId,
        reviewers: Vec<Target>,
    ) -> Result<(), Refusal> {
        let mut given = self.known_so_far("Read the bot's draft before it is sent.");
        given.attributes.insert(
            DRAFT_DOCUMENT.to_owned(),
            input.document_hash.to_string().into(),
        );
        let reason = Reason::code(ReasonCode::PolicyRestriction);
        self.by_itself(|work| {
            work.hand(Move {
                given: Some(&given),
                rule: Some(by.to_string()),
                ..Move::to(to, Verb::Pass, reason)
            })
        })?;
        if let Some(owed) = &mut self.owed {
            owed.targets.extend(reviewers);
        }
        self.open_work();
        Ok(())
    }

    fn hold(
        &mut self,
        input: &ReplyInput,
        author: Author,
        rule: &RuleId,
        mut reviewers: Vec<Target>,
    ) {
        if reviewers.is_empty() {
            reviewers.push(Target::Queue(self.world.channel.fallback_queue.clone()));
        }
        let draft = HeldDraft {
            id: input.message,
            outbox: input.outbox,
            document: input.document_hash,
            author,
            author_name: self.actor.id.clone(),
            rule: rule.to_string(),
            decision: self.decided_last(),
            packet: self.packet_for_readers(&reviewers, rule),
            reviewers: reviewers.clone(),
            held_at: self.at,
            due_at: self.to_be_read_by(&reviewers),
            epoch: self.state.control.epoch,
            resolves: input.resolve && !self.is_closed(),
            leaving: None,
        };
        self.emit(Event::DraftHeld(DraftHeld { draft }));
        self.call_readers(reviewers, rule.as_str());
    }

    /// What is known now, for whoever reads the draft; none where it is too much for a packet.
    fn packet_for_readers(&mut self, reviewers: &[Target], rule: &RuleId) -> Option<Hash> {
        let to = reviewers.iter().find_map(|target| match target {
            Target::Agent(name) => Some(Controller::Agent(name.clone())),
            Target::Queue(name) => Some(Controller::Queue(name.clone())),
            Target::Role(_) | Target::AnyAvailable | Target::Bot(_) => None,
        });
        let from = self.state.control.controller.clone();
        let given = self.known_so_far("Read the draft before it is sent.");
        let text = self
            .world
            .ruleset
            .rule(rule.as_str())
            .map_or("", |rule| &rule.reason);
        let wanted = Move {
            given: Some(&given),
            rule: Some(rule.to_string()),
            ..Move::to(
                to.unwrap_or_else(|| self.fallback()),
                Verb::Request,
                Reason::new(ReasonCode::DraftHeld, text),
            )
        };
        let handoff = self.mint();
        let epoch = self.state.control.epoch;
        let packed = self.packet_for(&wanted, &from, handoff, epoch).ok()?;
        Some(packed.hash)
    }

    /// When people must answer instead: after the time of the reviewers' team or else of the
    /// workspace, and never later than what was promised to the customer.
    fn to_be_read_by(&self, reviewers: &[Target]) -> Timestamp {
        let team = reviewers.iter().find_map(|target| match target {
            Target::Queue(name) => self.world.ruleset.queue(name.as_str())?.review_within,
            _ => None,
        });
        let within = team.unwrap_or(self.world.settings.review_within_ms);
        let latest = self.at.plus(within.max(LEAST));
        let promised = self
            .state
            .clocks
            .values()
            .filter(|clock| clock.is_live())
            .filter_map(|clock| clock.due_at)
            .filter(|due| *due > self.at)
            .min();
        promised.map_or(latest, |due| latest.min(due.max(self.at.plus(LEAST))))
    }

    fn call_readers(&mut self, reviewers: Vec<Target>, rule: &str) {
        let text = self
            .world
            .ruleset
            .rule(rule)
            .map_or("", |rule| &rule.reason);
        let reason = Reason::new(ReasonCode::DraftHeld, text);
        let call = Call {
            rule: Some(rule.to_owned()),
            ..Call::about(reviewers, reason).afresh()
        };
        self.by_itself(|work| work.call(call));
    }

    /// A person has read a draft and lets it go, as it is or in other words.
    pub(super) fn approve_draft(&mut self, approval: &Approval) -> Result<(), Refusal> {
        let draft = self.draft_to_read(approval.draft)?;
        let control = &self.state.control;
        let speaks = control.speaker().is_some_and(|speaker| {
            speaker.name() == draft.author_name && control.epoch == draft.epoch
        });
        if !speaks {
            return Err(Refusal::NotInControl {
                holder: control.controller.clone(),
                epoch: control.epoch,
            });
        }
        if self.says_more_first(&draft) {
            return Err(Refusal::EarlierDraftWaits);
        }
        let (outbox, document, how) = match &approval.edited {
            Some(edited) if edited.document_hash != draft.document => {
                (edited.outbox, edited.document_hash, ReviewEnd::Edited)
            }
            _ => (draft.outbox, draft.document, ReviewEnd::Approved),
        };
        self.emit(Event::DraftSettled(DraftSettled {
            sent: Some(document),
            outbox: Some(outbox),
            ..self.settled(&draft, how)
        }));
        let undo_until = self.at.plus(approval.undo_ms.max(0));
        let undo_until = self.behind_drafts(draft.author, &draft.author_name, undo_until);
        self.emit(Event::SendQueued(SendQueued {
            outbox,
            message: draft.id,
            document,
            author: draft.author,
            author_name: draft.author_name.clone(),
            undo_until,
            epoch: self.state.control.epoch,
            resolves: draft.resolves,
        }));
        self.ask(Effect::Send {
            outbox,
            not_before: undo_until,
        });
        self.quiet_when_all_are_read();
        if draft.author == Author::Bot {
            self.pass_rules(EventKind::BotMessage);
        }
        if draft.resolves && !self.is_closed() {
            let author = Actor::agent(draft.author_name);
            let at = self.at;
            self.on_behalf(author, at, |work| {
                work.resolve(&Reason::code(ReasonCode::Resolved))
            })?;
        }
        Ok(())
    }

    /// Whether its author has said something before that waits still: it is read and said first.
    fn says_more_first(&self, draft: &HeldDraft) -> bool {
        self.state.drafts.values().any(|other| {
            other.waits()
                && (other.author, &other.author_name) == (draft.author, &draft.author_name)
                && (other.held_at, other.id) < (draft.held_at, draft.id)
        })
    }

    /// When words can leave, or later: what their author said before, and can be taken back for a
    /// moment, leaves before them.
    pub(super) fn behind_drafts(&self, author: Author, name: &str, at: Timestamp) -> Timestamp {
        let drafts = self.state.drafts.values();
        let own = drafts.filter(|draft| draft.author == author && draft.author_name == name);
        own.filter_map(|draft| self.state.outbox.get(&draft.leaving?))
            .filter_map(|entry| match entry.state {
                OutgoingState::Queued { not_before } => Some(not_before),
                _ => None,
            })
            .fold(at, Timestamp::max)
    }

    /// A person has read a draft and says no. A bot tries again or people answer; a person gets
    /// it back.
    pub(super) fn reject_draft(
        &mut self,
        draft: MessageId,
        code: RejectCode,
        text: &str,
        again: bool,
    ) -> Result<(), Refusal> {
        let draft = self.draft_to_read(draft)?;
        let again = again && draft.author == Author::Bot;
        self.emit(Event::DraftSettled(DraftSettled {
            code: Some(code),
            text: text.to_owned(),
            again,
            ..self.settled(&draft, ReviewEnd::Rejected)
        }));
        self.quiet_when_all_are_read();
        let reason = Reason::new(ReasonCode::DraftRejected, text);
        if draft.author != Author::Bot {
            let author = Target::Agent(AgentName::new(draft.author_name));
            self.call(Call::about(vec![author], reason).afresh());
            return Ok(());
        }
        if again {
            // It answers anew: what it had said after the draft belonged to that.
            self.withdraw_what_followed(&draft);
            self.quiet_when_all_are_read();
            return Ok(());
        }
        let mut given = self.known_so_far("Answer in place of the bot: its draft was rejected.");
        given
            .attributes
            .insert(DRAFT_DOCUMENT.to_owned(), draft.document.to_string().into());
        given
            .attributes
            .insert("draft_rejected".to_owned(), code.word().into());
        let to = self.fallback();
        self.hand(Move {
            given: Some(&given),
            rule: Some(draft.rule),
            ..Move::to(to, Verb::Pass, reason)
        })?;
        self.open_work();
        Ok(())
    }

    /// A person has others read a draft.
    pub(super) fn move_draft(&mut self, draft: MessageId, to: &Target) -> Result<(), Refusal> {
        let draft = self.draft_to_read(draft)?;
        if matches!(to, Target::Bot(_)) || self.world.team.people(to).is_empty() {
            return Err(Refusal::NobodyToTake);
        }
        let reviewers = vec![to.clone()];
        if draft.reviewers == reviewers {
            return Ok(());
        }
        self.emit(Event::DraftMoved(DraftMoved {
            draft: draft.id,
            reviewers: reviewers.clone(),
        }));
        self.call_readers(reviewers, &draft.rule);
        Ok(())
    }

    /// Nobody has read a draft in time: the conversation goes to people, loudly.
    pub(super) fn draft_is_due(&mut self, draft: MessageId) {
        let Some(draft) = self.state.drafts.get(&draft).cloned() else {
            return;
        };
        let settled = self.settled(&draft, ReviewEnd::Expired);
        self.emit(Event::DraftSettled(settled));
        let mut given = self.known_so_far("Answer: nobody read the draft in time.");
        given
            .attributes
            .insert(DRAFT_DOCUMENT.to_owned(), draft.document.to_string().into());
        let text = "nobody read a draft in time";
        let reason = Reason::new(ReasonCode::ReviewExpired, text);
        let to = self.fallback();
        let rule = Some(draft.rule.clone());
        let handed = self.hand(Move {
            given: Some(&given),
            rule: rule.clone(),
            ..Move::to(to.clone(), Verb::Timeout, reason.clone())
        });
        if handed.is_err() {
            // A packet made from the state alone is never refused.
            let _ = self.hand(Move {
                rule: rule.clone(),
                ..Move::to(to, Verb::Timeout, reason.clone())
            });
        }
        self.open_work();
        let mut people = self.responsible();
        people.extend(draft.reviewers);
        self.call(Call {
            rule,
            ..Call::about(people, reason).urgently()
        });
    }

    /// Control has changed: what waited to be read was for its old holder to say.
    pub(super) fn withdraw_drafts(&mut self) {
        self.withdraw_those(|_| true);
    }

    /// What the author of a draft said after it, and what waits as well, is not sent either.
    fn withdraw_what_followed(&mut self, draft: &HeldDraft) {
        self.withdraw_those(|other| {
            (other.author, &other.author_name) == (draft.author, &draft.author_name)
                && (other.held_at, other.id) > (draft.held_at, draft.id)
        });
    }

    fn withdraw_those(&mut self, which: impl Fn(&HeldDraft) -> bool) {
        let waiting: Vec<HeldDraft> = self
            .state
            .drafts
            .values()
            .filter(|draft| draft.waits() && which(draft))
            .cloned()
            .collect();
        for draft in waiting {
            let settled = self.settled(&draft, ReviewEnd::Withdrawn);
            self.emit(Event::DraftSettled(settled));
        }
    }

    /// Drafts that an act took out of review wait again, where their author has control again.
    pub(super) fn hold_again(&mut self, unread: &[HeldDraft]) {
        for draft in unread {
            let control = &self.state.control;
            let holds = control.controller.name() == draft.author_name;
            if !holds || self.state.drafts.contains_key(&draft.id) {
                continue;
            }
            let reviewers = draft.reviewers.clone();
            let rule = draft.rule.clone();
            let draft = HeldDraft {
                due_at: draft.due_at.max(self.at.plus(AGAIN)),
                epoch: control.epoch,
                leaving: None,
                ..draft.clone()
            };
            self.emit(Event::DraftHeld(DraftHeld { draft }));
            self.call_readers(reviewers, &rule);
        }
    }

    /// The draft that was to leave by an outbox entry.
    pub(super) fn draft_leaving_by(&self, outbox: OutboxId) -> Option<HeldDraft> {
        let mut drafts = self.state.drafts.values();
        drafts.find(|draft| draft.leaving == Some(outbox)).cloned()
    }

    /// A draft that waits, for somebody who may read it: those it was put before and whoever
    /// leads, but never its author.
    fn draft_to_read(&self, draft: MessageId) -> Result<HeldDraft, Refusal> {
        let draft = self
            .state
            .drafts
            .get(&draft)
            .filter(|draft| draft.waits())
            .cloned()
            .ok_or(Refusal::DraftGone)?;
        if self.actor.kind == ActorKind::Agent
            && draft.may_be_read_by(self.world.team, &self.actor.id)
        {
            return Ok(draft);
        }
        Err(Refusal::NotYourReview)
    }

    fn settled(&self, draft: &HeldDraft, how: ReviewEnd) -> DraftSettled {
        DraftSettled {
            draft: draft.id,
            how,
            code: None,
            text: String::new(),
            words: None,
            again: false,
            sent: None,
            outbox: None,
            waited_ms: self.at.since(draft.held_at).max(0),
        }
    }

    fn quiet_when_all_are_read(&mut self) {
        if !self.state.drafts.values().any(HeldDraft::waits) {
            self.withdraw();
        }
    }

    /// A packet with what the bot said it knows, when it has control, and what is to be done.
    fn known_so_far(&self, next_step: &str) -> Packet {
        let told = self.world.briefing.and_then(|known| known.told.clone());
        Packet {
            next_step: next_step.to_owned(),
            ..told.unwrap_or_default()
        }
    }
}

impl HeldDraft {
    /// Whether a person may let it go or reject it.
    #[must_use]
    pub fn may_be_read_by(&self, team: &crate::team::Team, person: &str) -> bool {
        let name = AgentName::new(person);
        let Some(known) = team.agents.get(&name) else {
            return false;
        };
        let own = self.author == Author::Agent && self.author_name == person;
        if own || known.is_junior() {
            return false;
        }
        let asked = self.reviewers.iter().any(|target| match target {
            Target::Agent(wanted) => *wanted == name,
            Target::Queue(queue) => known.teams.contains(queue.as_str()),
            Target::Role(role) => known.roles.contains(role),
            Target::AnyAvailable => !known.is_outside(),
            Target::Bot(_) => false,
        });
        let nobody_is = || {
            let mut targets = self.reviewers.iter();
            targets.all(|target| team.people(target).is_empty())
        };
        asked || known.leads() || (!known.is_outside() && nobody_is())
    }
}
