//! Where a test is played: the conversation as the rules see it, moved by events, by time and by
//! what the rules decide.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    coverage::Seen,
    script::{Moment, Script},
};
use crate::{
    rules::{
        eval::{
            Truths, View,
            pass::{Pass, Verdict},
        },
        explain::Explanation,
        facts::{Fact, Facts, Value},
        memory::{CHAIN_DEPTH, RuleMemory},
        outcome::{ControlTarget, EventKind, RuleId, Slots},
        plan::{ReviewDefault, Ruleset},
    },
    status::Priority,
    time::Timestamp,
};

/// Decisions by time alone that are followed between two steps.
const MOST_FLIPS: usize = 10_000;

/// One test while it is played.
pub(super) struct Stage<'a> {
    pub(super) ruleset: &'a Ruleset,
    pub(super) facts: Facts,
    pub(super) now: Timestamp,
    pub(super) scene: Scene,
    memory: RuleMemory,
    priority: Priority,
    seen: &'a mut Seen,
}

/// What has happened since the step before.
#[derive(Default)]
pub(super) struct Scene {
    /// Rules that acted, in the order in which they did.
    pub(super) fired: Vec<RuleId>,
    /// Rules that matched.
    pub(super) matched: BTreeSet<RuleId>,
    /// What was decided last, slot by slot.
    pub(super) slots: Slots,
    /// Rules that nearly matched, and did not match later.
    pub(super) near: BTreeSet<RuleId>,
    /// Facts that were missing and mattered.
    pub(super) unknown: BTreeSet<Arc<str>>,
    /// What each decision said of itself.
    pub(super) sentences: Vec<String>,
    /// Whether the priority was changed.
    pub(super) priority: Option<Priority>,
}

impl<'a> Stage<'a> {
    /// Sets the stage: a conversation as the `default` line makes it, and what is given.
    pub(super) fn set(ruleset: &'a Ruleset, script: &Script, seen: &'a mut Seen) -> Self {
        let defaults = &ruleset.defaults;
        let mut facts = Facts::new();
        facts
            .set(Fact::CHANNEL_HAS_BOT, true)
            .set(Fact::CONV_STATUS, "open")
            .set(Fact::CONV_TAGS, Value::texts::<&str>([]))
            .set(Fact::CONV_WAITING, Value::Duration(0))
            .set(Fact::CONV_SILENT, Value::Since(script.start))
            .set(Fact::CONV_AGE, Value::Since(script.start))
            .set(Fact::CONV_IN_CONTROL, Value::Since(script.start))
            .set(Fact::CONV_EPISODE, 1_i64)
            .set(Fact::CONV_CONTROL_EPOCH, 1_i64)
            .set(Fact::CONV_TURNS, 0_i64)
            .set(Fact::CONV_MESSAGE_COUNT, 0_i64)
            .set(Fact::CONV_SNOOZED, false)
            .set(Fact::CONV_ESCALATED, false)
            .set(Fact::CONV_ANSWERED, false)
            .set(Fact::CONV_RESOLVED_BY_AGENT, false)
            .set(Fact::CONV_IMPORTED, false)
            .set(Fact::CONV_SLA, defaults.sla.as_deref().unwrap_or_default())
            .set(Fact::CONV_LADDER, "");
        hold(&mut facts, &defaults.control);
        let mut stage = Self {
            ruleset,
            facts,
            now: script.start,
            scene: Scene::default(),
            memory: RuleMemory::default(),
            priority: defaults.priority,
            seen,
        };
        stage
            .facts
            .set(Fact::CONV_PRIORITY, word(defaults.priority));
        for told in &script.given {
            told.put(&mut stage.facts, stage.now);
        }
        stage.note_priority();
        stage
    }

    /// Lets time pass until a step, and plays it.
    pub(super) fn reach(&mut self, moment: &Moment) {
        self.let_pass(moment.at);
        self.now = moment.at;
        if let Some(event) = moment.event {
            self.happens(event);
        }
        for told in &moment.told {
            told.put(&mut self.facts, self.now);
        }
        self.note_priority();
        if let Some(event) = moment.event {
            self.pass(event);
        }
        // What time watches may have become true by what has happened.
        if moment.event != Some(EventKind::Time) && self.listens(EventKind::Time) {
            self.pass(EventKind::Time);
        }
    }

    /// Forgets what has happened, for the next step.
    pub(super) fn turn(&mut self) {
        self.scene = Scene::default();
    }

    /// The priority as the facts have it.
    pub(super) const fn priority(&self) -> Priority {
        self.priority
    }

    /// Whether drafts are read first when no rule says so.
    pub(super) fn reviews_by_default(&self) -> bool {
        self.ruleset.defaults.review == ReviewDefault::Required
    }

    fn listens(&self, event: EventKind) -> bool {
        !self.ruleset.event(event).rules.is_empty()
    }

    fn let_pass(&mut self, until: Timestamp) {
        for _ in 0..MOST_FLIPS {
            let flip = self
                .ruleset
                .next_flip(&self.facts, self.now, &self.memory)
                .filter(|flip| *flip > self.now && *flip <= until);
            let Some(flip) = flip else { return };
            self.now = flip;
            self.pass(EventKind::Time);
        }
    }

    /// What an event changes by itself.
    fn happens(&mut self, event: EventKind) {
        let now = self.now;
        let facts = &mut self.facts;
        let bump = |facts: &mut Facts, fact: Fact| {
            if let Some(count) = facts.int(fact) {
                facts.set(fact, count.saturating_add(1));
            }
        };
        match event {
            EventKind::CustomerMessage => {
                if !matches!(facts.get(Fact::CONV_WAITING), Value::Since(_)) {
                    facts.set(Fact::CONV_WAITING, Value::Since(now));
                }
                bump(facts, Fact::CONV_MESSAGE_COUNT);
                bump(facts, Fact::CONV_TURNS);
                let first = facts.int(Fact::CONV_TURNS) == Some(1);
                facts
                    .set(Fact::CONV_SILENT, Value::Since(now))
                    .set(Fact::MSG_AUTHOR, "customer")
                    .set(Fact::MSG_KIND, "message")
                    .set(Fact::MSG_FIRST, first);
            }
            EventKind::BotMessage | EventKind::AgentMessage => {
                let agent = event == EventKind::AgentMessage;
                bump(facts, Fact::CONV_MESSAGE_COUNT);
                facts
                    .set(Fact::CONV_WAITING, Value::Duration(0))
                    .set(Fact::CONV_SILENT, Value::Since(now))
                    .set(Fact::MSG_AUTHOR, if agent { "agent" } else { "bot" })
                    .set(Fact::MSG_KIND, "message")
                    .set(Fact::MSG_FIRST, false);
                if !agent {
                    bump(facts, Fact::BOT_TURNS);
                    return;
                }
                facts.set(Fact::CONV_ANSWERED, true);
                // A person who answers has taken the conversation.
                if facts.text(Fact::CONV_CONTROL) != Some("agent") {
                    bump(facts, Fact::CONV_CONTROL_EPOCH);
                    facts
                        .set(Fact::CONV_CONTROL, "agent")
                        .set(Fact::CONV_CHANGED_BY, "agent")
                        .set(Fact::CONV_IN_CONTROL, Value::Since(now));
                }
            }
            EventKind::BotFailure => bump(facts, Fact::BOT_FAILURES),
            EventKind::ControlChanged => {
                bump(facts, Fact::CONV_CONTROL_EPOCH);
                facts.set(Fact::CONV_IN_CONTROL, Value::Since(now));
            }
            EventKind::ConversationOpened
            | EventKind::Draft
            | EventKind::Time
            | EventKind::StatusChanged
            | EventKind::DeliveryFailed => {}
        }
    }

    /// The rules are asked, and what they decide is done; then those that watch control.
    fn pass(&mut self, event: EventKind) {
        let mut verdict = self.decide(event);
        for _ in 0..CHAIN_DEPTH {
            let follow_up = verdict.follow_up;
            self.obey(&verdict);
            if !follow_up {
                return;
            }
            verdict = self.decide(EventKind::ControlChanged);
        }
        self.obey(&verdict);
    }

    fn decide(&mut self, event: EventKind) -> Verdict {
        let verdict = self.ruleset.decide(&Pass {
            event,
            facts: &self.facts,
            now: self.now,
            memory: &self.memory,
            conversation_key: b"rehearsal",
        });
        self.memory = verdict.memory_after.clone();
        self.look(event);
        for (rule, mark) in &verdict.record.marks {
            self.seen.matched(*rule, mark & 1 == 1);
        }
        let text = self.facts.text(Fact::MSG_TEXT).map(str::to_owned);
        if let Ok(told) = self
            .ruleset
            .explain_record(&verdict.record, text.as_deref())
        {
            self.note(event, &told, !verdict.fired.is_empty());
        }
        self.scene.fired.extend(verdict.fired.iter().cloned());
        verdict
    }

    /// Notes the truth of every line for the coverage.
    fn look(&mut self, event: EventKind) {
        let view = View::new(self.ruleset, &self.facts);
        let truths = Truths::new(&view, self.now);
        for number in &self.ruleset.event(event).rules {
            let Some(rule) = self.ruleset.rules.get(usize::from(*number)) else {
                continue;
            };
            for (index, row) in rule.when.rows.iter().enumerate() {
                self.seen
                    .row(*number, index, row.truth(truths.get(row.atom)));
            }
        }
    }

    fn note(&mut self, event: EventKind, told: &Explanation, acted: bool) {
        let scene = &mut self.scene;
        for matched in told.matched.iter().chain(&told.shadow) {
            scene.near.remove(&matched.rule);
            scene.matched.insert(matched.rule.clone());
        }
        for near in &told.near {
            if !scene.matched.contains(&near.rule) {
                scene.near.insert(near.rule.clone());
            }
        }
        scene
            .unknown
            .extend(told.unknown.iter().map(|missing| Arc::clone(&missing.fact)));
        if acted || event != EventKind::Time {
            scene.sentences.push(told.sentence.clone());
        }
    }

    fn obey(&mut self, verdict: &Verdict) {
        let slots = &verdict.slots;
        let facts = &mut self.facts;
        if let Some(control) = &slots.control {
            hold(facts, &control.value);
            if let Some(epoch) = facts.int(Fact::CONV_CONTROL_EPOCH) {
                facts.set(Fact::CONV_CONTROL_EPOCH, epoch.saturating_add(1));
            }
            facts
                .set(Fact::CONV_CHANGED_BY, "rule")
                .set(Fact::CONV_IN_CONTROL, Value::Since(self.now));
            if control.value == ControlTarget::Closed {
                facts.set(Fact::CONV_STATUS, "solved");
            }
        }
        if let Some(change) = &slots.priority {
            self.priority = change.value.apply(self.priority);
            self.scene.priority = Some(self.priority);
            facts.set(Fact::CONV_PRIORITY, word(self.priority));
        }
        if !slots.tags_add.is_empty() || !slots.tags_remove.is_empty() {
            let mut tags: BTreeSet<Arc<str>> = match facts.get(Fact::CONV_TAGS) {
                Value::Texts(tags) => tags.iter().cloned().collect(),
                _ => BTreeSet::new(),
            };
            tags.extend(slots.tags_add.iter().map(|tag| Arc::clone(&tag.value)));
            for tag in &slots.tags_remove {
                tags.remove(&tag.value);
            }
            facts.set(Fact::CONV_TAGS, Value::texts(tags));
        }
        if let Some(sla) = &slots.sla {
            facts.set(Fact::CONV_SLA, Value::Text(Arc::clone(&sla.value)));
        }
        if let Some(ladder) = &slots.ladder {
            facts
                .set(Fact::CONV_LADDER, Value::Text(Arc::clone(&ladder.value)))
                .set(Fact::CONV_ESCALATED, true);
        }
        if slots.snooze.is_some() {
            facts
                .set(Fact::CONV_SNOOZED, true)
                .set(Fact::CONV_STATUS, "snoozed");
        }
        keep(&mut self.scene.slots, slots);
    }

    /// The priority that the facts were told, where they were.
    fn note_priority(&mut self) {
        let told = self.facts.text(Fact::CONV_PRIORITY);
        if let Some(level) = LEVELS.into_iter().find(|level| Some(word(*level)) == told) {
            self.priority = level;
        }
    }
}

const LEVELS: [Priority; 4] = [
    Priority::Low,
    Priority::Normal,
    Priority::High,
    Priority::Urgent,
];

/// The word of rules for a priority.
pub(super) const fn word(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "low",
        Priority::Normal => "normal",
        Priority::High => "high",
        Priority::Urgent => "urgent",
    }
}

/// Gives control, in the facts.
fn hold(facts: &mut Facts, to: &ControlTarget) {
    let (holder, queue) = match to {
        ControlTarget::Bot => ("bot", ""),
        ControlTarget::Queue => ("queue", ""),
        ControlTarget::Team(name) => ("queue", &**name),
        ControlTarget::Agent(_) => ("agent", ""),
        ControlTarget::Closed => ("closed", ""),
    };
    facts
        .set(Fact::CONV_CONTROL, holder)
        .set(Fact::CONV_QUEUE, queue);
}

/// Adds what was decided to what was decided before.
fn keep(all: &mut Slots, new: &Slots) {
    fn latest<T: Clone>(place: &mut Option<T>, new: &Option<T>) {
        if new.is_some() {
            place.clone_from(new);
        }
    }
    latest(&mut all.control, &new.control);
    latest(&mut all.review, &new.review);
    latest(&mut all.priority, &new.priority);
    latest(&mut all.sla, &new.sla);
    latest(&mut all.ladder, &new.ladder);
    latest(&mut all.macro_, &new.macro_);
    latest(&mut all.snooze, &new.snooze);
    latest(&mut all.channel, &new.channel);
    all.reviewers.extend(new.reviewers.iter().cloned());
    all.tags_add.extend(new.tags_add.iter().cloned());
    all.tags_remove.extend(new.tags_remove.iter().cloned());
    all.notify.extend(new.notify.iter().cloned());
}
