//! One conversation under one set of rules, as far as the record can carry it: what the rules
//! themselves change of the facts is kept beside what was recorded.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    rules::{
        facts::{Fact, Facts, Value},
        memory::RuleMemory,
        outcome::{RuleId, Slot, Slots},
        plan::{Operand, Rule, Ruleset, Source, Test},
    },
    status::Priority,
};

/// Which facts that rules change are read by rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Evolving {
    /// The tags that are asked for.
    pub(super) tags: BTreeSet<Arc<str>>,
    pub(super) priority: bool,
    pub(super) sla: bool,
    /// The clocks of the service level, which hang on the policy.
    pub(super) clocks: bool,
    /// The ladder that is running, and whether anybody is alerted.
    pub(super) ladder: bool,
}

impl Evolving {
    pub(super) fn of(rulesets: [&Ruleset; 2]) -> Self {
        let reads = |facts: &[Fact]| {
            rulesets.iter().any(|ruleset| {
                ruleset.atoms.iter().any(|atom| match atom.operand {
                    Operand::Builtin(fact)
                    | Operand::Since(Source::Builtin(fact))
                    | Operand::Until(Source::Builtin(fact))
                    | Operand::Business(_, fact) => facts.contains(&fact),
                    _ => false,
                })
            })
        };
        let tags = rulesets
            .iter()
            .flat_map(|ruleset| &ruleset.atoms)
            .filter(|atom| atom.operand == Operand::Builtin(Fact::CONV_TAGS))
            .filter_map(|atom| match &atom.test {
                Test::Has(tag) => Some(Arc::clone(tag)),
                _ => None,
            });
        Self {
            tags: tags.collect(),
            priority: reads(&[Fact::CONV_PRIORITY]),
            sla: reads(&[Fact::CONV_SLA]),
            clocks: reads(&[
                Fact::SLA_FIRST_REPLY,
                Fact::SLA_NEXT_REPLY,
                Fact::SLA_RESOLVE,
                Fact::SLA_DUE,
            ]),
            ladder: reads(&[Fact::CONV_LADDER, Fact::CONV_ESCALATED]),
        }
    }

    /// Whether anything is read that rules change.
    pub(super) fn is_any(&self) -> bool {
        *self != Self::default()
    }

    /// Whether a decision changes a fact that a rule reads.
    pub(super) fn is_touched(&self, slots: &Slots) -> bool {
        let mut tags = slots.tags_add.iter().chain(&slots.tags_remove);
        tags.any(|tag| self.tags.contains(&tag.value))
            || self.priority && slots.priority.is_some()
            || self.sla && slots.sla.is_some()
    }

    /// Whether a rule that acts may change a fact that a rule reads.
    pub(super) fn is_touched_by(&self, rule: &Rule) -> bool {
        let effects = &rule.effects;
        let mut tags = effects.tag.iter().chain(&effects.untag);
        tags.any(|tag| self.tags.contains(tag))
            || self.priority && effects.priority.is_some()
            || self.sla && effects.sla.is_some()
            // The loop guard gives a tag and raises the priority.
            || effects.control.is_some()
                && (self.priority || self.tags.contains(RuleId::LOOP_GUARD))
    }

    /// Whether decisions that differ in a slot make facts differ that cannot be worked out.
    pub(super) const fn is_lost_by(&self, slot: Slot) -> bool {
        match slot {
            Slot::Sla => self.clocks,
            Slot::Ladder => self.ladder,
            _ => false,
        }
    }
}

/// A fact that is otherwise than recorded.
#[derive(Debug, Clone, PartialEq)]
struct Held<T> {
    /// What it is here.
    here: T,
    /// What the record says as long as nobody else changes it; none where the recorded decision
    /// spoke of it, so that either is possible.
    recorded: Option<T>,
}

/// One conversation under one set of rules.
#[derive(Debug, Clone, Default)]
pub(super) struct Lane {
    pub(super) memory: RuleMemory,
    tags: BTreeMap<Arc<str>, Held<bool>>,
    priority: Option<Held<Priority>>,
    sla: Option<Held<Arc<str>>>,
}

impl Lane {
    pub(super) fn after(memory: RuleMemory) -> Self {
        Self {
            memory,
            ..Self::default()
        }
    }

    /// Takes over what somebody else has changed since the last point, and forgets what is as
    /// recorded. Says whether anything is otherwise than recorded.
    pub(super) fn meet(&mut self, recorded: &Facts) -> bool {
        let tags = tags(recorded);
        self.tags.retain(|tag, held| {
            let now = tags.iter().any(|known| known == tag);
            stays(held, now)
        });
        let priority = priority(recorded);
        self.priority = self.priority.take().filter(|_| priority.is_some());
        if let (Some(held), Some(now)) = (&mut self.priority, priority)
            && !stays(held, now)
        {
            self.priority = None;
        }
        let sla: Arc<str> = recorded.text(Fact::CONV_SLA).unwrap_or_default().into();
        if let Some(held) = &mut self.sla
            && !stays(held, sla)
        {
            self.sla = None;
        }
        !self.tags.is_empty() || self.priority.is_some() || self.sla.is_some()
    }

    /// The facts as they are here.
    pub(super) fn facts(&self, recorded: &Facts) -> Facts {
        let mut facts = recorded.clone();
        if !self.tags.is_empty() {
            let kept = tags(recorded)
                .iter()
                .filter(|tag| !self.tags.contains_key(*tag));
            let here = self.tags.iter().filter(|(_, held)| held.here);
            let all = kept.cloned().chain(here.map(|(tag, _)| Arc::clone(tag)));
            facts.set(Fact::CONV_TAGS, Value::Texts(all.collect()));
        }
        if let Some(held) = &self.priority {
            facts.set(Fact::CONV_PRIORITY, held.here.word());
        }
        if let Some(held) = &self.sla {
            facts.set(Fact::CONV_SLA, Value::Text(Arc::clone(&held.here)));
        }
        facts
    }

    /// Notes what was decided here, and what was decided when it was recorded.
    pub(super) fn decide(&mut self, facts: &Facts, recorded: &Facts, here: &Slots, then: &Slots) {
        self.note_tags(facts, recorded, here, then);
        if let (Some(now), Some(before)) = (priority(facts), priority(recorded)) {
            let change = |slots: &Slots| slots.priority.as_ref().map(|change| change.value);
            let after = change(here).map_or(now, |change| change.apply(now));
            if change(here).is_some() || change(then).is_some() || self.priority.is_some() {
                self.priority = Some(Held {
                    here: after,
                    recorded: change(then).is_none().then_some(before),
                });
            }
        }
        let text =
            |facts: &Facts| -> Arc<str> { facts.text(Fact::CONV_SLA).unwrap_or_default().into() };
        if here.sla.is_some() || then.sla.is_some() || self.sla.is_some() {
            let after = here.sla.as_ref().map(|sla| Arc::clone(&sla.value));
            self.sla = Some(Held {
                here: after.unwrap_or_else(|| text(facts)),
                recorded: then.sla.is_none().then(|| text(recorded)),
            });
        }
    }

    fn note_tags(&mut self, facts: &Facts, recorded: &Facts, here: &Slots, then: &Slots) {
        let said = |slots: &Slots, tag: &Arc<str>| {
            let in_list = |list: &[crate::rules::Decided<Arc<str>>]| {
                list.iter().any(|known| known.value == *tag)
            };
            if in_list(&slots.tags_add) {
                Some(true)
            } else {
                in_list(&slots.tags_remove).then_some(false)
            }
        };
        let touched: Vec<Arc<str>> = [here, then]
            .into_iter()
            .flat_map(|slots| slots.tags_add.iter().chain(&slots.tags_remove))
            .map(|tag| Arc::clone(&tag.value))
            .chain(self.tags.keys().cloned())
            .collect();
        let (now, before) = (tags(facts), tags(recorded));
        for tag in touched {
            let had = now.contains(&tag);
            let held = Held {
                here: said(here, &tag).unwrap_or(had),
                recorded: said(then, &tag).is_none().then(|| before.contains(&tag)),
            };
            self.tags.insert(tag, held);
        }
    }
}

/// Whether a fact stays otherwise than recorded: not when somebody else has changed it since, nor
/// when the record says the same by now.
fn stays<T: PartialEq>(held: &mut Held<T>, now: T) -> bool {
    let changed = held.recorded.as_ref().is_some_and(|before| *before != now);
    let same = held.here == now;
    held.recorded = Some(now);
    !changed && !same
}

fn tags(facts: &Facts) -> &[Arc<str>] {
    match facts.get(Fact::CONV_TAGS) {
        Value::Texts(tags) => tags,
        _ => &[],
    }
}

fn priority(facts: &Facts) -> Option<Priority> {
    let word = facts.text(Fact::CONV_PRIORITY)?;
    [
        Priority::Low,
        Priority::Normal,
        Priority::High,
        Priority::Urgent,
    ]
    .into_iter()
    .find(|level| level.word() == word)
}
