//! One pass: one event, one immutable set of facts, every rule of that event in file order, none
//! seeing another's effect.

use std::sync::Arc;

use super::{Truth, Truths, View, merge, record::DecisionRecord};
use crate::{
    hash::Hash,
    rules::{
        facts::{Fact, Facts},
        memory::{RuleMemory, Standing},
        outcome::{EventKind, LossReason, Lost, RuleId, Slot, Slots, Would},
        plan::{Rule, Ruleset, Status},
    },
    time::Timestamp,
};

/// What a pass is about.
#[derive(Debug, Clone, Copy)]
pub struct Pass<'a> {
    /// What happened.
    pub event: EventKind,
    /// What is known.
    pub facts: &'a Facts,
    /// The logical instant.
    pub now: Timestamp,
    /// What the rules remember about the conversation.
    pub memory: &'a RuleMemory,
    /// Identifies the conversation; canaries and samples are drawn by it.
    pub conversation_key: &'a [u8],
}

/// What a pass decides.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The decisions, per slot.
    pub slots: Slots,
    /// The rules that acted, in file order.
    pub fired: Vec<RuleId>,
    /// What rules wanted and did not get.
    pub lost: Vec<Lost>,
    /// What the rules remember from now on.
    pub memory_after: RuleMemory,
    /// What is stored, so that the decision can be explained at any time.
    pub record: DecisionRecord,
    /// The next instant at which a rule may change its mind, with the facts of this pass. When
    /// the decision changes facts, ask [`Ruleset::next_flip`] again.
    pub next_flip: Option<Timestamp>,
    /// Whether the change of control is to be shown to the rules that run on `control.changed`,
    /// with `conv.changed_by` set to `rule`.
    pub follow_up: bool,
}

/// How one rule did in a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) struct Mark {
    /// The rule, by its number.
    pub(in crate::rules) rule: u16,
    /// Whether it acted (or, in shadow, would have).
    pub(in crate::rules) acted: bool,
    /// Whether it was only watched.
    pub(in crate::rules) shadow: bool,
}

/// Where a conversation stands, as far as `once` counts it.
pub(super) fn standing(facts: &Facts) -> Standing {
    Standing {
        message: facts.int(Fact::CONV_MESSAGE_COUNT),
        control: facts.int(Fact::CONV_CONTROL_EPOCH),
        episode: facts.int(Fact::CONV_EPISODE),
    }
}

/// Whether a key falls into a share: the same on every machine, and a larger share holds every
/// smaller one.
pub(super) fn drawn(parts: &[&[u8]], share: f64) -> bool {
    let hash = Hash::of_parts(parts);
    let number = hash
        .0
        .iter()
        .take(4)
        .fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
    f64::from(number) < share * 4_294_967_296.0
}

pub(super) fn in_shadow(rule: &Rule, key: &[u8]) -> bool {
    match rule.status {
        Status::Live => false,
        Status::Canary(share) => !drawn(&[rule.id.as_str().as_bytes(), key], share),
        Status::Shadow | Status::Off => true,
    }
}

impl Ruleset {
    /// Decides one event.
    #[must_use]
    pub fn decide(&self, pass: &Pass<'_>) -> Verdict {
        let view = View::new(self, pass.facts);
        let truths = Truths::new(&view, pass.now);
        let plan = self.event(pass.event);
        let mut memory = pass.memory.clone();
        let changed_by = pass.facts.text(Fact::CONV_CHANGED_BY);
        let control_changed = pass.event == EventKind::ControlChanged;
        let follows_a_rule = control_changed && changed_by == Some("rule");
        memory.begin_pass(follows_a_rule);
        if pass.event == EventKind::AgentMessage || control_changed && changed_by == Some("agent") {
            memory.person_acted();
        }
        let standing = standing(pass.facts);
        let mut marks = Vec::new();
        let mut acting: Vec<&Rule> = Vec::new();
        let mut reviewing: Vec<&Rule> = Vec::new();
        let mut watched: Vec<&Rule> = Vec::new();
        let mut lost = Vec::new();
        for number in &plan.rules {
            let Some(rule) = self.rules.get(usize::from(*number)) else {
                continue;
            };
            let truth = rule.when.truth(&|atom| truths.get(atom));
            let matches = truth.matches(rule.unknown_matches);
            let mut acts = matches && memory.may_act(rule.id.as_str(), rule.once, &standing);
            let shadow = in_shadow(rule, pass.conversation_key);
            if acts && !shadow && follows_a_rule && memory.acted_in_chain(&rule.id) {
                acts = false;
                lost.extend(merge::wishes(rule).into_iter().map(|(slot, value)| Lost {
                    rule: rule.id.clone(),
                    slot,
                    value,
                    reason: LossReason::SameCause,
                    to: None,
                }));
            }
            memory.note(&rule.id.0, matches, acts.then_some(standing));
            if !matches {
                continue;
            }
            marks.push(Mark {
                rule: *number,
                acted: acts,
                shadow,
            });
            if shadow {
                if acts {
                    watched.push(rule);
                }
                continue;
            }
            if acts {
                acting.push(rule);
            }
            // A review belongs to this draft, however often the rule has matched before.
            if pass.event == EventKind::Draft && rule.effects.review.is_some() {
                reviewing.push(rule);
            }
        }
        self.rearm_timed(pass.event, &truths, &mut memory);
        let before = (!watched.is_empty()).then(|| memory.clone());
        let merged = merge::merge(self, pass, &acting, &reviewing, &mut memory, lost);
        let would = before.map_or_else(Vec::new, |memory| {
            self.would(
                pass,
                [&acting, &reviewing],
                &watched,
                &memory,
                &merged.slots,
            )
        });
        let fired: Vec<RuleId> = acting.iter().map(|rule| rule.id.clone()).collect();
        memory.note_in_chain(&fired);
        let next_flip = self.flip_after(&truths, &memory);
        let follow_up = merged.slots.control.is_some()
            && !self.event(EventKind::ControlChanged).rules.is_empty()
            && !memory.chain_is_full();
        let record = DecisionRecord {
            ruleset: self.id,
            event: pass.event,
            at: pass.now,
            facts: pass.facts.snapshot(),
            truths: plan.atoms.iter().map(|atom| truths.get(*atom)).collect(),
            marks: marks
                .into_iter()
                .map(|mark| {
                    (
                        mark.rule,
                        u8::from(mark.acted) | (u8::from(mark.shadow) << 1),
                    )
                })
                .collect(),
            slots: merged.slots.clone(),
            lost: merged.lost.clone(),
            would,
            next_flip,
        };
        Verdict {
            slots: merged.slots,
            fired,
            lost: merged.lost,
            memory_after: memory,
            record,
            next_flip,
            follow_up,
        }
    }

    /// What would have been decided with each of the watched rules live, where that differs: every
    /// rule alone, as it would be put live.
    fn would(
        &self,
        pass: &Pass<'_>,
        [acting, reviewing]: [&[&Rule]; 2],
        watched: &[&Rule],
        memory: &RuleMemory,
        decided: &Slots,
    ) -> Vec<Would> {
        let with = |list: &[&Rule], extra: &Rule| -> Vec<RuleId> {
            let ids = list.iter().map(|rule| rule.id.clone());
            ids.chain([extra.id.clone()]).collect()
        };
        let in_order = |ids: &[RuleId]| -> Vec<&Rule> {
            let rules = self.rules.iter();
            rules.filter(|rule| ids.contains(&rule.id)).collect()
        };
        let mut out = Vec::new();
        for rule in watched {
            let acting = with(acting, rule);
            let reviews = pass.event == EventKind::Draft && rule.effects.review.is_some();
            let reviewing: Vec<RuleId> = match reviews {
                true => with(reviewing, rule),
                false => reviewing.iter().map(|rule| rule.id.clone()).collect(),
            };
            let mut memory = memory.clone();
            let (acting, reviewing) = (in_order(&acting), in_order(&reviewing));
            let merged = merge::merge(self, pass, &acting, &reviewing, &mut memory, Vec::new());
            if merged.slots != *decided {
                out.push(Would {
                    rule: rule.id.clone(),
                    slots: merged.slots,
                });
            }
        }
        out
    }

    /// A rule that runs on time is armed again by whatever makes its condition false: otherwise
    /// time would find it true, and remembered as true, and say nothing.
    fn rearm_timed(&self, event: EventKind, truths: &Truths<'_, '_>, memory: &mut RuleMemory) {
        if event == EventKind::Time {
            return;
        }
        for number in &self.event(EventKind::Time).rules {
            let Some(rule) = self.rules.get(usize::from(*number)) else {
                continue;
            };
            if rule.runs_on(event) || !memory.held(rule.id.as_str()) {
                continue;
            }
            let truth: Truth = rule.when.truth(&|atom| truths.get(atom));
            if !truth.matches(rule.unknown_matches) {
                memory.note(&rule.id.0, false, None);
            }
        }
    }
}

/// What merging yields.
pub(super) struct Merged {
    pub(super) slots: Slots,
    pub(super) lost: Vec<Lost>,
}

impl Merged {
    pub(super) fn lose(
        &mut self,
        rule: &Rule,
        slot: Slot,
        value: impl ToString,
        reason: LossReason,
        to: Option<&RuleId>,
    ) {
        self.lost.push(Lost {
            rule: rule.id.clone(),
            slot,
            value: value.to_string(),
            reason,
            to: to.cloned(),
        });
    }

    pub(super) fn tag(&mut self, tag: &Arc<str>, by: &RuleId) {
        if !self.slots.tags_add.iter().any(|known| known.value == *tag) {
            let value = Arc::clone(tag);
            self.slots.tags_add.push(crate::rules::Decided {
                value,
                by: by.clone(),
            });
        }
    }
}
