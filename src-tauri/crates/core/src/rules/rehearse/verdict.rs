//! Whether what was found is what was wanted.

use std::{collections::BTreeSet, fmt::Display};

use super::{
    Miss,
    script::{Script, Want, WantKind},
    stage::{Stage, word},
};
use crate::rules::{
    facts::Fact,
    outcome::{Decided, RuleId, Slot},
    plan::Ruleset,
    problem::place,
    text::duration::{parse_duration, spell_duration},
};

impl Stage<'_> {
    /// What is not as a step wants it.
    pub(super) fn judge(&self, want: &Want) -> Option<Miss> {
        let (fits, expected, found) = match &want.kind {
            WantKind::Slot(slot, wanted) => {
                let found = self.value(*slot);
                let fits = match slot {
                    Slot::Snooze => parse_duration(wanted, true) == self.snoozed(),
                    // Waiting in the queue of a team is waiting in a queue.
                    Slot::Control => {
                        found == *wanted || wanted == "queue" && found.starts_with("team:")
                    }
                    _ => found == *wanted,
                };
                (fits, wanted.clone(), found)
            }
            WantKind::Among(slot, wanted) => {
                let found = match slot {
                    Slot::Notify => texts(&self.scene.slots.notify),
                    _ => texts(&self.scene.slots.tags_add),
                };
                among(wanted, found)
            }
            WantKind::Untagged(wanted) => among(wanted, texts(&self.scene.slots.tags_remove)),
            WantKind::Reviewers(wanted) => among(wanted, texts(&self.scene.slots.reviewers)),
            WantKind::By(wanted) => {
                let found = self.decider();
                (found == *wanted, wanted.to_string(), found.to_string())
            }
            WantKind::Fired(wanted) => {
                let sorted = |list: &[RuleId]| {
                    let mut list = list.to_vec();
                    list.sort();
                    list
                };
                let fits = sorted(&self.scene.fired) == sorted(wanted);
                (fits, said(wanted), said(&self.scene.fired))
            }
            WantKind::AlsoMatched(wanted) => among(wanted, self.scene.matched.iter().collect()),
            WantKind::Nearly(wanted) => among(wanted, self.scene.near.iter().collect()),
            WantKind::Unknown(wanted) => among(wanted, self.scene.unknown.iter().collect()),
        };
        (!fits).then(|| Miss {
            line: place(&self.ruleset.source, want.span.start).0,
            at: self.now,
            what: want.kind.key(),
            expected,
            found,
            why: self.why(),
        })
    }

    /// The value of a part of the outcome: as decided, or as it stands.
    fn value(&self, slot: Slot) -> String {
        let slots = &self.scene.slots;
        let fact = |fact: Fact| self.facts.text(fact).unwrap_or_default().to_owned();
        match slot {
            Slot::Control => match &slots.control {
                Some(control) => control.value.to_string(),
                None => match (fact(Fact::CONV_CONTROL).as_str(), fact(Fact::CONV_QUEUE)) {
                    ("queue", team) if !team.is_empty() => format!("team:{team}"),
                    ("", _) => "unknown".to_owned(),
                    (holder, _) => holder.to_owned(),
                },
            },
            Slot::Review => {
                let required = slots
                    .review
                    .as_ref()
                    .map_or_else(|| self.reviews_by_default(), |review| review.value.required);
                (if required { "required" } else { "none" }).to_owned()
            }
            Slot::Priority => word(self.priority()).to_owned(),
            Slot::Sla => fact(Fact::CONV_SLA),
            Slot::Ladder => fact(Fact::CONV_LADDER),
            Slot::Macro => slots
                .macro_
                .as_ref()
                .map_or_else(|| "none".to_owned(), |prepared| prepared.value.to_string()),
            Slot::Channel => slots
                .channel
                .as_ref()
                .map_or_else(|| "none".to_owned(), |kind| kind.value.to_string()),
            Slot::Snooze => self
                .snoozed()
                .map_or_else(|| "none".to_owned(), spell_duration),
            Slot::Tag => said(&texts(&slots.tags_add)),
            Slot::Notify => said(&texts(&slots.notify)),
        }
    }

    fn snoozed(&self) -> Option<i64> {
        self.scene.slots.snooze.as_ref().map(|snooze| snooze.value)
    }

    /// The rule that decided the weightiest part of the outcome.
    fn decider(&self) -> RuleId {
        let slots = &self.scene.slots;
        slots
            .decider()
            .or_else(|| self.scene.fired.first())
            .cloned()
            .unwrap_or_else(|| RuleId::from(RuleId::DEFAULT))
    }

    fn why(&self) -> String {
        match self.scene.sentences.as_slice() {
            [] => "No rule was asked.".to_owned(),
            sentences => sentences.join(" Then: "),
        }
    }
}

impl Ruleset {
    /// What speaks against the claim that no rules hand control round in a circle.
    pub(super) fn control_cycles(&self, script: &Script) -> Vec<Miss> {
        let analysis = self.analyse();
        let cycles = analysis
            .findings
            .iter()
            .filter(|finding| finding.code == "control-cycle");
        cycles
            .map(|cycle| Miss {
                line: place(&self.source, script.span.start).0,
                at: script.start,
                what: "assert",
                expected: "no-control-cycle".to_owned(),
                found: cycle.message.clone(),
                why: cycle.witness.as_ref().map_or_else(String::new, |witness| {
                    format!("It begins with: {}", witness.sentence)
                }),
            })
            .collect()
    }
}

/// Whether everything wanted is among what was found.
fn among<T: Display, F: Display>(wanted: &[T], found: Vec<F>) -> (bool, String, String) {
    let names: BTreeSet<String> = found.iter().map(ToString::to_string).collect();
    let fits = wanted.iter().all(|one| names.contains(&one.to_string()));
    (fits, said(wanted), said(&found))
}

fn texts<T: Display>(list: &[Decided<T>]) -> Vec<String> {
    list.iter()
        .map(|decided| decided.value.to_string())
        .collect()
}

/// A list as people say it.
fn said<T: Display>(list: &[T]) -> String {
    if list.is_empty() {
        return "none".to_owned();
    }
    list.iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
