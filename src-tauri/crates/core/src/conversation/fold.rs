//! From events to state. The fold is total: an event that cannot be, or that this version does not
//! know, leaves the state as it is, so that every log can be replayed.

mod control;
mod sending;

use crate::control::{Control, ControlState, Controller, Verb};
use crate::conversation::{BotHealth, Conversation, Talk, UndoPoint, Whisper};
use crate::elsewhere::Moved;
use crate::event::body::{
    Alerted, BotReported, ClockChanged, ConversationMoved, ConversationOpened, DraftSettled,
    EpisodeOpened, LadderChanged, MessageRecorded,
};
use crate::event::{Actor, ActorKind, Event};
use crate::ids::{AgentName, CommandId, ConversationId};
use crate::ladder::{Ladder, LadderStep};
use crate::message::{Author, Direction, MessageKind};
use crate::packet::Transcript;
use crate::review::ReviewEnd;
use crate::sla::{Clock, ClockState};
use crate::status::{Priority, WorkStatus};
use crate::time::Timestamp;

/// So many of the newest whispers are kept at hand.
const MOST_WHISPERS: usize = 20;

impl Conversation {
    /// The state that a [`ConversationOpened`] leads to. Imported history begins closed: it is
    /// opened only when there is something left to do.
    #[must_use]
    pub fn open(id: ConversationId, opened: &ConversationOpened, at: Timestamp) -> Self {
        let (state, status) = if opened.imported {
            (ControlState::Closed, WorkStatus::Solved)
        } else {
            (ControlState::Released, WorkStatus::New)
        };
        Self {
            id,
            channel: opened.channel,
            contact: opened.contact,
            episode: 1,
            episode_at: at,
            opened_at: at,
            imported: opened.imported,
            control: Control {
                state,
                since: at,
                ..Control::default()
            },
            status,
            snoozed_until: None,
            priority: Priority::Normal,
            tags: std::collections::BTreeSet::new(),
            talk: Talk::default(),
            bot: BotHealth::default(),
            sla: None,
            clocks: std::collections::BTreeMap::new(),
            ladder: None,
            escalated: false,
            alerted: std::collections::BTreeMap::new(),
            memory: crate::rules::RuleMemory::default(),
            next_flip: None,
            telling: crate::conversation::Telling::default(),
            outbox: std::collections::BTreeMap::new(),
            drafts: std::collections::BTreeMap::new(),
            undelivered: std::collections::BTreeMap::new(),
            hands: crate::label::Hands::default(),
            kept: Vec::new(),
            labels: Vec::new(),
            undo: None,
            moved: None,
            whispers: Vec::new(),
        }
    }

    /// Takes one event in. `at`, `actor` and `cause` are those of its envelope.
    pub fn apply(&mut self, event: &Event, at: Timestamp, actor: &Actor, cause: CommandId) {
        let undone = self.keep_undo_point(event, at, actor, cause);
        match event {
            // The first of these made this state; a second one cannot be.
            Event::ConversationOpened(_) => {}
            Event::EpisodeOpened(opened) => self.episode_opened(opened, at),
            Event::MessageRecorded(recorded) => {
                self.message_recorded(recorded, at);
                self.answered_there(recorded);
                self.spoken_by(recorded);
                self.kept_in_history(recorded);
                self.whispered(recorded, at);
            }
            Event::ConversationMoved(moved) => self.moved_on(moved),
            Event::BotReported(report) => self.bot_reported(report),
            Event::ControlChanged(changed) => {
                self.handled(changed, at, actor, undone.as_deref());
                self.control_changed(changed, at, actor);
                if changed.rule.is_some() {
                    self.telling.moved(cause);
                    self.brought_in();
                }
                if let (Verb::Undo, Some(point)) = (changed.verb, undone) {
                    self.go_on_as_before(*point);
                }
            }
            Event::OfferMade(made) => {
                self.control.offer = Some(made.offer.clone());
                self.control.state = ControlState::Offered;
            }
            Event::OfferEnded(ended) => self.offer_ended(ended, actor),
            Event::ConversationRead(_) => self.talk.unread = 0,
            Event::StatusChanged(changed) => {
                self.status = changed.to;
                self.snoozed_until = changed.until.filter(|_| changed.to == WorkStatus::Snoozed);
                if changed.to == WorkStatus::Solved {
                    self.talk.waits_no_more();
                }
            }
            Event::PriorityChanged(changed) => self.priority = changed.to,
            Event::TagsChanged(changed) => {
                self.tags.extend(changed.add.iter().cloned());
                self.tags.retain(|tag| !changed.remove.contains(tag));
            }
            Event::DecisionMade(made) => {
                if let Some(memory) = &made.memory {
                    self.memory.clone_from(memory);
                }
                self.next_flip = made.next_flip;
                self.telling.decided(made, cause);
            }
            Event::SlaAssigned(assigned) => self.sla = Some(assigned.policy.clone()),
            Event::ClockChanged(changed) => self.clock_changed(changed, at),
            Event::LadderChanged(changed) => self.ladder_changed(changed, at),
            Event::Alerted(alerted) => self.alerted(alerted, at),
            Event::PacketMarked(mark) => self.packet_marked(mark, at, actor),
            Event::LabelSet(set) => self.labelled(set, at, actor),
            Event::DraftHeld(held) => self.draft_held(held),
            Event::DraftMoved(moved) => self.draft_moved(moved),
            Event::DraftSettled(settled) => self.draft_settled(settled, cause),
            Event::SendQueued(queued) => self.send_queued(queued, at, cause),
            Event::SendChanged(changed) => {
                self.draft_leaves(changed);
                self.send_changed(changed, at);
            }
            Event::DeliveryFailed(failed) => {
                let entry = self.undelivered.entry(failed.message).or_default();
                entry.report = Some(failed.report);
            }
            // Told for the record, or about something else than this conversation's state.
            Event::ControlRequested(_)
            | Event::AskedAgain(_)
            | Event::MoveHindered(_)
            | Event::ContactSeen(_)
            | Event::ContactChanged(_)
            | Event::ChannelChanged(_)
            | Event::RulesetActivated(_)
            | Event::RuleHeldBack(_)
            | Event::ProposalAnswered(_)
            | Event::ContactsMerged(_)
            | Event::ContactsSplit(_)
            | Event::ContactsToldApart(_) => {}
            // An undo would bring back what is no more.
            Event::ContentErased(_) => {
                self.undo = None;
                self.drafts.clear();
            }
        }
        // What is said in history or of it, or erased from it, leaves it history: also when the
        // words are a person's, of then.
        let acts_on_it = !matches!(
            event,
            Event::ConversationOpened(_)
                | Event::MessageRecorded(_)
                | Event::LabelSet(_)
                | Event::ContentErased(_)
        );
        if actor.kind == ActorKind::Agent && acts_on_it {
            self.imported = false;
        }
    }

    /// Keeps what an undo would restore, before the first change that a person's command makes,
    /// and forgets it when somebody else moves the conversation on. Gives back the point that was
    /// kept before.
    fn keep_undo_point(
        &mut self,
        event: &Event,
        at: Timestamp,
        actor: &Actor,
        cause: CommandId,
    ) -> Option<Box<UndoPoint>> {
        let moves_on = matches!(
            event,
            Event::ControlChanged(_)
                | Event::OfferMade(_)
                | Event::EpisodeOpened(_)
                | Event::ConversationMoved(_)
        );
        let undoable = moves_on
            || matches!(
                event,
                Event::StatusChanged(_)
                    | Event::PriorityChanged(_)
                    | Event::TagsChanged(_)
                    | Event::LabelSet(_)
                    | Event::DraftSettled(DraftSettled {
                        how: ReviewEnd::Rejected,
                        ..
                    })
            );
        if !undoable || self.undo.as_ref().is_some_and(|point| point.of == cause) {
            return None;
        }
        if actor.kind == ActorKind::Agent {
            self.undo.replace(Box::new(UndoPoint {
                of: cause,
                by: actor.id.clone(),
                at,
                control: self.control.clone(),
                status: self.status,
                snoozed_until: self.snoozed_until,
                priority: self.priority,
                tags: self.tags.clone(),
                clocks: self.clocks.clone(),
                ladder: self.ladder.clone(),
                waiting_since: self.talk.waiting_since,
                hands: self.hands,
                labels: self.labels.clone(),
                unread: Vec::new(),
                channel: Some(self.channel),
                moved: self.moved.clone(),
            }))
        } else if moves_on {
            self.undo.take()
        } else {
            None
        }
    }

    /// It goes on by another channel, or is back where it was.
    fn moved_on(&mut self, moved: &ConversationMoved) {
        let before = self.moved.take();
        let home = before.map_or(moved.from, |before| before.home);
        self.moved = (moved.to != home).then_some(Moved {
            home,
            address: moved.address,
            answered: false,
        });
        self.channel = moved.to;
    }

    /// The customer has written where the conversation went on.
    fn answered_there(&mut self, recorded: &MessageRecorded) {
        let theirs = recorded.direction == Direction::Inbound
            && recorded.author == Author::Customer
            && recorded.kind == MessageKind::Message;
        let here = recorded
            .channel
            .is_none_or(|channel| channel == self.channel);
        if let Some(moved) = self.moved.as_mut().filter(|_| theirs && here) {
            moved.answered = true;
        }
    }

    /// What an act had stopped goes on as if it had not been done.
    fn go_on_as_before(&mut self, point: UndoPoint) {
        let wrote = self.talk.last_customer_at.is_some_and(|at| at > point.at);
        self.talk.waiting_since = match point.waiting_since {
            // They waited for whom the act gave them to, and for nobody before.
            None if !wrote => None,
            since => self.talk.waiting_since.or(since),
        };
        self.ladder = self.ladder.take().or(point.ladder);
        if self.control.handoff == point.control.handoff {
            self.control.mark = self.control.mark.take().or(point.control.mark);
        }
        for (kind, clock) in point.clocks {
            let settled = self.clocks.get(&kind).is_none_or(|now| !now.is_live());
            if settled && clock.is_live() {
                self.clocks.insert(kind, clock);
            }
        }
    }

    fn episode_opened(&mut self, opened: &EpisodeOpened, at: Timestamp) {
        self.episode = opened.episode.max(self.episode);
        self.episode_at = at;
        self.hands = crate::label::Hands::default();
        self.talk.first_reply_at = None;
        self.talk.episode_first = None;
        self.talk.episode_messages = 0;
        self.talk.episode_digest = None;
        self.talk.episode_turns = 0;
        self.talk.waiting_since = self.talk.waiting_since.or(opened.waiting_since);
        self.talk.left_waiting = None;
        self.clocks.clear();
        self.ladder = None;
    }

    fn message_recorded(&mut self, recorded: &MessageRecorded, at: Timestamp) {
        let closed = self.control.state == ControlState::Closed;
        let bot_speaks = matches!(self.control.controller, Controller::Bot(_));
        let talk = &mut self.talk;
        talk.messages = talk.messages.saturating_add(1);
        talk.episode_messages = talk.episode_messages.saturating_add(1);
        talk.episode_first.get_or_insert(recorded.message);
        talk.episode_digest = match (talk.episode_messages, talk.episode_digest) {
            // History that was imported is no transcript of a handoff.
            _ if recorded.imported => None,
            (1, _) => Some(Transcript::with(None, recorded.document)),
            // One whose beginning was not seen has none.
            (_, before) => before.map(|before| Transcript::with(Some(before), recorded.document)),
        };
        let newest = at >= talk.last_at;
        if newest {
            talk.last_at = at;
            talk.last_message = Some(recorded.message);
            if recorded.direction != Direction::Internal {
                talk.last_author = Some(recorded.author);
                talk.last_automatic = recorded.kind != MessageKind::Message;
            }
        }
        if recorded.direction == Direction::Inbound && !recorded.imported {
            talk.unread = talk.unread.saturating_add(1);
        }
        let spoken =
            recorded.kind == MessageKind::Message && recorded.direction != Direction::Internal;
        if recorded.imported && newest && spoken {
            let history = talk.history.get_or_insert_default();
            history.said(recorded.author, at);
        }
        if recorded.kind == MessageKind::Message {
            match (recorded.direction, recorded.author) {
                (Direction::Inbound, Author::Customer) => {
                    talk.from_customer = talk.from_customer.saturating_add(1);
                    talk.handed_on = 0;
                    talk.episode_turns = talk.episode_turns.saturating_add(1);
                    if !recorded.imported {
                        talk.live_since.get_or_insert(at);
                    }
                    talk.last_customer_at = talk.last_customer_at.max(Some(at));
                    if newest {
                        talk.last_customer_message = Some(recorded.message);
                    }
                    // Imported history is closed until something opens it, and then says so.
                    if !(recorded.imported && (closed || !newest)) {
                        talk.waiting_since.get_or_insert(at);
                    }
                }
                (Direction::Outbound, Author::Agent) => {
                    talk.from_agents = talk.from_agents.saturating_add(1);
                    talk.last_agent_at = talk.last_agent_at.max(Some(at));
                    talk.first_reply_at.get_or_insert(at);
                    self.escalated = false;
                    match talk.last_customer_at {
                        // They wrote again meanwhile, and wait for an answer to that.
                        Some(later) if later > at => {
                            talk.waiting_since = talk.waiting_since.map(|since| since.max(later));
                            talk.left_waiting = talk.left_waiting.map(|since| since.max(later));
                        }
                        _ => {
                            talk.waiting_since = None;
                            talk.left_waiting = None;
                            talk.unread = 0;
                        }
                    }
                }
                (Direction::Outbound, Author::Bot) => {
                    talk.from_bots = talk.from_bots.saturating_add(1);
                    talk.last_bot_at = talk.last_bot_at.max(Some(at));
                    self.bot.turns = self.bot.turns.saturating_add(1);
                    // What a bot says after people have it is no answer to the customer.
                    if newest && bot_speaks {
                        talk.waiting_since = None;
                    }
                }
                _ => {}
            }
        }
        if !recorded.imported {
            self.imported = false;
        }
    }

    /// A whisper is kept at hand for the bot for as long as it has control.
    fn whispered(&mut self, recorded: &MessageRecorded, at: Timestamp) {
        if recorded.whispered.is_none() {
            return;
        }
        if self.whispers.len() >= MOST_WHISPERS {
            self.whispers.remove(0);
        }
        self.whispers.push(Whisper {
            message: recorded.message,
            document: recorded.document,
            by: recorded.author_name.clone(),
            at,
        });
    }

    fn bot_reported(&mut self, report: &BotReported) {
        self.bot.failures = match report.failure {
            Some(_) => self.bot.failures.saturating_add(1),
            None => 0,
        };
        self.bot.same_answer = report.same_answer;
        if report.intent.is_some() {
            self.bot.intent.clone_from(&report.intent);
        }
        // A confidence that is no number would not survive the round trip through JSON.
        self.bot.confidence = report.confidence.filter(|value| value.is_finite());
    }

    fn clock_changed(&mut self, changed: &ClockChanged, at: Timestamp) {
        let runs_on = self
            .clocks
            .get(&changed.clock)
            .filter(|clock| clock.is_live());
        let started_at = runs_on.map_or(at, |clock| clock.started_at);
        let was_due = self
            .clocks
            .get(&changed.clock)
            .and_then(|clock| clock.due_at);
        let due_at = match changed.state {
            ClockState::Missed => changed.due_at.or(was_due),
            _ => changed.due_at,
        };
        self.clocks.insert(
            changed.clock,
            Clock {
                kind: changed.clock,
                state: changed.state,
                started_at,
                due_at,
                warn_at: changed.warn_at,
                left_ms: changed.left_ms,
            },
        );
    }

    fn ladder_changed(&mut self, changed: &LadderChanged, at: Timestamp) {
        match &changed.step {
            LadderStep::Started => {
                self.ladder = Some(Ladder {
                    name: changed.ladder.clone(),
                    rule: changed.rule.clone(),
                    started_at: at,
                    next_rung: 0,
                    repeat: 0,
                    next_at: changed.next_at,
                });
            }
            LadderStep::Reached { rung, repeat } => {
                if let Some(ladder) = &mut self.ladder {
                    (ladder.next_rung, ladder.repeat) = match changed.repeats {
                        true => (*rung, repeat.saturating_add(1)),
                        false => (rung.saturating_add(1), 0),
                    };
                    ladder.next_at = changed.next_at;
                }
            }
            LadderStep::Stopped { .. } => self.ladder = None,
        }
    }

    fn alerted(&mut self, alerted: &Alerted, at: Timestamp) {
        for name in &alerted.agents {
            let last = self
                .alerted
                .entry(AgentName::new(name.clone()))
                .or_insert(at);
            *last = at.max(*last);
        }
        let held = matches!(self.control.controller, Controller::Agent(_));
        if alerted.urgent || !held {
            self.escalated = true;
        }
    }
}

impl Clock {
    /// Whether it is started and not settled.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(
            self.state,
            ClockState::Running | ClockState::Warned | ClockState::Paused
        )
    }
}
