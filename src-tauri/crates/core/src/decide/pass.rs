//! The rules are asked, what they said is written down with its proof, and what they decided is
//! done in their name.

use std::collections::BTreeSet;

use crate::command::ReplyInput;
use crate::control::{Controller, Reason, ReasonCode, Target, Verb};
use crate::decide::alerts::Call;
use crate::decide::hand::Move;
use crate::decide::reply::mentions_money;
use crate::decide::work::Work;
use crate::decide::{DecisionRow, MarkedRule};
use crate::effect::Effect;
use crate::event::body::DecisionMade;
use crate::event::{Actor, ActorKind, Event};
use crate::ids::{AgentName, DecisionId, Id, QueueName};
use crate::message::Author;
use crate::rules::memory::CHAIN_DEPTH;
use crate::rules::{self, ControlTarget, EventKind, Fact, Facts, Pass, RuleId, Slots, Verdict};
use crate::status::WorkStatus;
use crate::time::Timestamp;
use crate::world::BotLink;

/// The media type of a decision record.
const RECORD_TYPE: &str = "application/vnd.baton.decision";

impl Work<'_> {
    /// Asks the rules about something that has happened, and does what they decide.
    pub(super) fn pass_rules(&mut self, kind: EventKind) {
        if !self.is_worth_asking(kind) {
            return;
        }
        let facts = self.facts();
        let slots = self.decide_by_rules(kind, &facts);
        self.obey(slots);
    }

    /// Records what the rules say of something that has happened, and does none of it.
    pub(super) fn watch_rules(&mut self, kind: EventKind) {
        let facts = self.facts();
        self.decide_by_rules(kind, &facts);
    }

    /// Asks the rules about a draft; whoever asks sees to what they decide.
    pub(super) fn pass_draft(&mut self, input: &ReplyInput, author: Author) -> Slots {
        let mut facts = self.facts();
        let text = input.document.shown_text();
        facts
            .set(
                Fact::DRAFT_AUTHOR,
                if author == Author::Bot {
                    "bot"
                } else {
                    "junior"
                },
            )
            .set(Fact::DRAFT_ID, input.message.to_string().as_str())
            .set(Fact::DRAFT_MENTIONS_MONEY, mentions_money(text))
            .set(
                Fact::DRAFT_LENGTH,
                i64::try_from(text.chars().count()).unwrap_or(i64::MAX),
            );
        // What was not held against anything is not known, and not fine.
        if let Some(grounds) = &input.document.grounds {
            let bare = i64::try_from(grounds.unsupported()).unwrap_or(i64::MAX);
            facts.set(Fact::DRAFT_UNSUPPORTED, bare);
        }
        self.decide_by_rules(EventKind::Draft, &facts)
    }

    /// Whether any rule runs on an event.
    pub(super) fn rules_listen(&self, kind: EventKind) -> bool {
        let rules = self.world.ruleset.rules();
        rules.iter().any(|rule| rule.runs_on(kind))
    }

    /// What people and bots write is always decided, so that it can always be explained. Other
    /// things are put to the rules when a rule asks for them.
    fn is_worth_asking(&self, kind: EventKind) -> bool {
        match kind {
            EventKind::CustomerMessage => true,
            EventKind::BotMessage
            | EventKind::BotFailure
            | EventKind::AgentMessage
            | EventKind::Time => !self.is_history(),
            // A person's act gives control back to rules that had lost it.
            EventKind::ControlChanged if self.state.memory.is_guarded() => !self.is_history(),
            EventKind::ControlChanged
            | EventKind::StatusChanged
            | EventKind::Draft
            | EventKind::ConversationOpened
            | EventKind::DeliveryFailed => !self.is_history() && self.rules_listen(kind),
        }
    }

    /// One pass: evaluated, recorded, listed.
    fn decide_by_rules(&mut self, kind: EventKind, facts: &Facts) -> Slots {
        let verdict = self.evaluate(kind, facts);
        self.write_down(kind, verdict, facts)
    }

    fn evaluate(&self, kind: EventKind, facts: &Facts) -> Verdict {
        self.world.ruleset.decide(&Pass {
            event: kind,
            facts,
            now: self.at,
            memory: &self.state.memory,
            conversation_key: &self.state.id.bits().to_be_bytes(),
        })
    }

    fn write_down(&mut self, kind: EventKind, verdict: Verdict, facts: &Facts) -> Slots {
        let history = self.is_history();
        let ruleset = self.world.ruleset;
        // The record holds everything the sentence is made from, so that history, which nobody
        // looks at while it pours in, can have its sentences made when somebody does.
        let text = self.message.map(|input| input.document.shown_text());
        let sentence = if history && verdict.fired.is_empty() {
            String::new()
        } else {
            ruleset
                .explain_record(&verdict.record, text)
                .map(|explanation| explanation.sentence)
                .unwrap_or_default()
        };
        let marks = if history {
            Vec::new()
        } else {
            self.marked(&verdict, facts)
        };
        let decision: DecisionId = self.mint();
        let record = self.keep(verdict.record.to_bytes(), RECORD_TYPE);
        let memory = (verdict.memory_after != self.state.memory).then_some(verdict.memory_after);
        // History wakes nobody later either.
        let next_flip = verdict
            .next_flip
            .filter(|flip| !history && !self.state.imported && *flip > self.at);
        self.list(DecisionRow {
            id: decision,
            on: kind.name().to_owned(),
            at: self.at,
            record,
            acted: verdict.fired.iter().map(ToString::to_string).collect(),
            marks,
            sentence,
        });
        let made = DecisionMade {
            decision,
            on: kind.name().to_owned(),
            ruleset: ruleset.id(),
            record,
            acted: verdict.fired.iter().map(ToString::to_string).collect(),
            memory,
            next_flip,
            imported: history,
        };
        self.by_itself(|work| work.emit(Event::DecisionMade(made)));
        verdict.slots
    }

    /// What a decision says of each rule.
    fn marked(&self, verdict: &Verdict, facts: &Facts) -> Vec<MarkedRule> {
        let ruleset = self.world.ruleset;
        let key = self.state.id.bits().to_be_bytes();
        let marks = ruleset.marks(&verdict.record, facts, &key).into_iter();
        marks
            .map(|(rule, mark)| MarkedRule {
                rule: rule.id.clone(),
                meaning: ruleset.meaning_of(rule),
                mark,
                slots: verdict.slots.by(&rule.id),
            })
            .collect()
    }

    /// Does what the rules decided, each thing in the name of its rule.
    pub(super) fn obey(&mut self, slots: Slots) {
        if let Some(sla) = &slots.sla {
            self.as_rule(&sla.by, |work| {
                if !work.is_history() {
                    work.assign_sla(&sla.value);
                }
            });
        }
        if let Some(priority) = &slots.priority {
            self.as_rule(&priority.by, |work| {
                work.become_priority(priority.value.apply(work.state.priority));
            });
        }
        for tag in &slots.tags_add {
            let tags = BTreeSet::from([tag.value.to_string()]);
            self.as_rule(&tag.by, |work| work.tag(&tags, &BTreeSet::new()));
        }
        for tag in &slots.tags_remove {
            let tags = BTreeSet::from([tag.value.to_string()]);
            self.as_rule(&tag.by, |work| work.tag(&BTreeSet::new(), &tags));
        }
        if let Some(control) = &slots.control {
            self.as_rule(&control.by, |work| {
                work.control_by_rule(&control.value, &control.by);
            });
        }
        if self.is_history() {
            return;
        }
        if let Some(ladder) = &slots.ladder {
            self.as_rule(&ladder.by, |work| {
                work.start_ladder(&ladder.value, ladder.by.as_str());
            });
        }
        if let Some(first) = slots.notify.first() {
            let targets = slots.notify.iter().map(|to| target_of(&to.value)).collect();
            let by = first.by.clone();
            self.as_rule(&by, |work| {
                work.call(Call {
                    rule: Some(by.to_string()),
                    ..Call::about(targets, work.reason_of_rule(&by))
                });
            });
        }
        if let Some(snooze) = &slots.snooze
            && !self.is_closed()
        {
            self.as_rule(&snooze.by, |work| {
                let until = work.at.plus(snooze.value.max(1));
                work.become_status(WorkStatus::Snoozed, Some(until));
            });
        }
        // Where it goes on comes before what is said there.
        if let Some(kind) = &slots.channel {
            self.as_rule(&kind.by, |work| work.move_by_rule(&kind.value, &kind.by));
        }
        if let Some(prepared) = &slots.macro_ {
            self.macro_by_rule(&prepared.value, &prepared.by);
        }
    }

    /// A rule moves control. People win: what the rules may not move stays, whatever they say.
    fn control_by_rule(&mut self, wanted: &ControlTarget, by: &RuleId) {
        if self.is_closed() {
            return;
        }
        let reason = self.reason_of_rule(by);
        let to = match wanted {
            ControlTarget::Closed if self.is_history() => return,
            ControlTarget::Closed => {
                if self.close(reason, Some(by.to_string())).is_ok() {
                    self.become_status(WorkStatus::Solved, None);
                }
                return;
            }
            ControlTarget::Bot => {
                let channel = &self.world.channel.default_controller;
                let holder = &self.state.control.controller;
                let absent = self.world.channel.bot_link == BotLink::Absent;
                let in_vain = absent || self.state.is_passed_about();
                if self.is_history()
                    || (in_vain && matches!(holder, Controller::Queue(_)))
                    || !matches!(channel, Controller::Bot(_))
                    || matches!(holder, Controller::Agent(_))
                {
                    return;
                }
                channel.clone()
            }
            ControlTarget::Agent(_) if self.is_history() => return,
            ControlTarget::Queue | ControlTarget::Team(_) | ControlTarget::Agent(_) => {
                match self.people_by_rule(wanted) {
                    Some(people) => people,
                    None => return,
                }
            }
        };
        if to == self.state.control.controller {
            return;
        }
        let people = matches!(to, Controller::Queue(_) | Controller::Agent(_));
        let moved = self.hand(Move {
            rule: Some(by.to_string()),
            ..Move::to(to, Verb::Pass, reason)
        });
        if moved.is_ok() && people {
            self.open_work();
        }
    }

    /// The people that a rule gives a conversation to; none where it wants a bot, or an end.
    pub(super) fn people_by_rule(&self, wanted: &ControlTarget) -> Option<Controller> {
        match wanted {
            ControlTarget::Bot | ControlTarget::Closed => None,
            ControlTarget::Queue => Some(self.fallback()),
            ControlTarget::Team(name) => Some(Controller::Queue(QueueName::new(&**name))),
            ControlTarget::Agent(name) => {
                let name = AgentName::new(&**name);
                let known = self.world.team.agents.get(&name);
                Some(if known.is_some_and(|agent| !agent.is_outside()) {
                    Controller::Agent(name)
                } else {
                    self.fallback()
                })
            }
        }
    }

    /// A prepared text goes out in the name of a rule, where a machine may speak at all.
    fn macro_by_rule(&mut self, name: &str, by: &RuleId) {
        let talk = &self.state.talk;
        let answers_machine = talk.last_automatic && talk.waiting_since.is_none();
        let held = matches!(self.state.control.controller, Controller::Agent(_));
        if self.state.imported || answers_machine || held {
            return;
        }
        let effect = Effect::Macro {
            name: name.to_owned(),
            rule: by.to_string(),
            epoch: self.state.control.epoch,
        };
        self.ask(effect);
    }

    fn as_rule<T>(&mut self, by: &RuleId, act: impl FnOnce(&mut Self) -> T) -> T {
        let actor = Actor {
            kind: ActorKind::Rule,
            id: by.to_string(),
        };
        self.on_behalf(actor, self.at, act)
    }

    pub(super) fn reason_of_rule(&self, by: &RuleId) -> Reason {
        let text = self
            .world
            .ruleset
            .rule(by.as_str())
            .map_or("", |rule| &rule.reason);
        let code = if by.as_str() == RuleId::LOOP_GUARD {
            ReasonCode::LoopGuard
        } else {
            ReasonCode::Rule
        };
        Reason::new(code, text)
    }

    /// What follows from what was done since `mark`: the rules see the new controller, clocks and
    /// ladder fit the state again, and the next instant at which a rule changes its mind is known.
    pub(super) fn follow_up(&mut self, mark: usize) {
        for _ in 0..CHAIN_DEPTH {
            if !std::mem::take(&mut self.control_moved) {
                break;
            }
            self.pass_rules(EventKind::ControlChanged);
        }
        self.control_moved = false;
        self.tend_clocks();
        self.tend_ladder();
        if self.mark() > mark {
            self.look_ahead(mark);
        }
    }

    /// What was done may have made true what the rules watch over time, or moved the instant at
    /// which they change their mind: both are seen to now, with the facts as they are by now.
    fn look_ahead(&mut self, mark: usize) {
        if self.is_history() || self.state.imported || !self.rules_listen(EventKind::Time) {
            return;
        }
        let facts = self.facts();
        let verdict = self.evaluate(EventKind::Time, &facts);
        let flip = verdict.next_flip.filter(|flip| *flip > self.at);
        if !verdict.fired.is_empty() {
            let slots = self.write_down(EventKind::Time, verdict, &facts);
            self.obey(slots);
            self.control_moved = false;
            self.tend_clocks();
            self.tend_ladder();
            let flip = self.next_flip();
            self.correct_flip(mark, flip);
        } else if flip != self.state.next_flip && !self.correct_flip(mark, flip) {
            self.write_down(EventKind::Time, verdict, &facts);
        }
    }

    fn next_flip(&self) -> Option<Timestamp> {
        let ruleset = self.world.ruleset;
        ruleset
            .next_flip(&self.facts(), self.at, &self.state.memory)
            .filter(|flip| *flip > self.at)
    }
}

/// A target of the rules in the words of control.
pub(super) fn target_of(target: &rules::Target) -> Target {
    match target {
        rules::Target::Team(name) => Target::Queue(QueueName::new(&**name)),
        rules::Target::Role(name) => Target::Role(name.to_string()),
        rules::Target::Agent(name) => Target::Agent(AgentName::new(&**name)),
        rules::Target::AnyAvailable => Target::AnyAvailable,
    }
}
