//! Questions about one rule, and about two: never true, never first, contradictions, repetitions.

use std::{collections::BTreeSet, fmt::Display, sync::Arc};

use batsat::Lit;

use super::{Found, Study, Weight};
use crate::rules::{
    outcome::{EventKind, Slot},
    plan::{Cond, Effects, ReviewEffect, Rule, Status},
    text::duration::spell_duration,
};

/// The parts of the outcome that the first rule of the file decides alone.
const FIRST_WINS: [Slot; 5] = [
    Slot::Control,
    Slot::Sla,
    Slot::Macro,
    Slot::Snooze,
    Slot::Channel,
];

/// What a rule wants of each part that the first rule decides alone.
pub(in crate::rules) fn wishes(effects: &Effects) -> [Option<String>; 5] {
    FIRST_WINS.map(|slot| wish(effects, slot))
}

/// What a rule wants of a part that the first rule decides alone, as written.
fn wish(effects: &Effects, slot: Slot) -> Option<String> {
    fn text<T: Display>(value: Option<T>) -> Option<String> {
        value.map(|value| value.to_string())
    }
    match slot {
        Slot::Control => text(effects.control.as_ref()),
        Slot::Sla => text(effects.sla.as_ref()),
        Slot::Macro => text(effects.macro_.as_ref()),
        Slot::Channel => text(effects.channel.as_ref()),
        Slot::Snooze => effects.snooze.map(spell_duration),
        Slot::Review | Slot::Priority | Slot::Ladder | Slot::Tag | Slot::Notify => None,
    }
}

/// Whether a rule does something that no other rule can take from it.
fn adds(effects: &Effects) -> bool {
    effects.priority.is_some()
        || effects.ladder.is_some()
        || effects.review.is_some()
        || !effects.tag.is_empty()
        || !effects.untag.is_empty()
        || !effects.notify.is_empty()
}

fn share_event(a: &Rule, b: &Rule) -> bool {
    a.on.iter().any(|kind| b.runs_on(*kind))
}

/// Whether a rule can get into another's way: what is only watched cannot.
fn stands_before(earlier: &Rule, later: &Rule) -> bool {
    earlier.status == Status::Live || earlier.status == later.status
}

fn declared(a: &Rule, b: &Rule) -> bool {
    a.before.contains(b.acts_as()) || b.before.contains(a.acts_as())
}

impl Study<'_> {
    /// Questions about each rule by itself, and with all before it.
    pub(super) fn each_rule(&mut self) {
        for index in 0..self.subjects.len() {
            let Some(subject) = self.subjects.get(index) else {
                continue;
            };
            let (rule, print) = (subject.rule, subject.print);
            let (matches, controls) = (subject.matches, subject.controls);
            let never = self.ask("never-true", &[print], |study| {
                (!study.gates.can(&[matches])).then(|| study.never_true(rule))
            });
            if never {
                continue;
            }
            let refused = rule.effects.control.is_some()
                && self.ask("never-allowed", &[print], |study| {
                    if study.gates.can(&[controls]) {
                        return None;
                    }
                    study.prefer(&[matches]);
                    Some(never_allowed(rule, study.witness(&[(rule, true)])))
                });
            if !refused {
                self.shadowed(index);
            }
        }
    }

    fn never_true(&mut self, rule: &Rule) -> Found {
        let single = std::slice::from_ref(&rule.when.cond);
        let parts = match &rule.when.cond {
            Cond::All(parts) => parts.as_slice(),
            _ => single,
        };
        let lits: Vec<Lit> = parts
            .iter()
            .map(|part| {
                let (yes, no) = self
                    .space
                    .cond(self.ruleset, &rule.when, part, &mut self.gates);
                if rule.unknown_matches { !no } else { yes }
            })
            .collect();
        let count = lits.len();
        let alone = (0..count).map(|index| (index, index));
        let pairs = (0..count).flat_map(|one| (one + 1..count).map(move |two| (one, two)));
        let clash = alone.chain(pairs).find(|(one, two)| {
            let both: Vec<Lit> = [one, two]
                .into_iter()
                .filter_map(|index| lits.get(*index).copied())
                .collect();
            !self.gates.can(&both)
        });
        let said = |index: usize| parts.get(index).map(|part| spelled(rule, part));
        let why = match clash {
            Some((one, two)) if one == two => said(one).map(|part| format!("{part} is never so")),
            Some((one, two)) => said(one)
                .zip(said(two))
                .map(|(one, two)| format!("{one} and {two} are never so at once")),
            None => None,
        };
        Found {
            weight: Weight::Error,
            code: "never-true",
            message: format!(
                "`{}` can never match{}",
                rule.id,
                why.map_or_else(String::new, |why| format!(": {why}"))
            ),
            repair: "change its condition, or remove the rule".to_owned(),
            rules: vec![rule.id.clone()],
            slot: None,
            witness: None,
        }
    }

    /// Whether what a rule decides alone is decided by the rules before it, whenever it matches.
    fn shadowed(&mut self, index: usize) {
        let Some(subject) = self.subjects.get(index) else {
            return;
        };
        let (rule, print) = (subject.rule, subject.print);
        let wished = FIRST_WINS
            .into_iter()
            .filter(|slot| wish(&rule.effects, *slot).is_some());
        let alone = !adds(&rule.effects) && wished.clone().count() == 1;
        for slot in wished {
            let before: Vec<usize> = (0..index)
                .filter(|earlier| {
                    self.subjects.get(*earlier).is_some_and(|earlier| {
                        wish(&earlier.rule.effects, slot).is_some()
                            && share_event(earlier.rule, rule)
                            && stands_before(earlier.rule, rule)
                    })
                })
                .collect();
            if before.is_empty() {
                continue;
            }
            let mut prints = vec![print];
            let earlier = before.iter().filter_map(|index| self.subjects.get(*index));
            prints.extend(earlier.map(|earlier| earlier.print));
            self.ask(&format!("shadowed {}", slot.name()), &prints, |study| {
                study.hidden(index, slot, &before, alone)
            });
        }
    }

    fn hidden(&mut self, index: usize, slot: Slot, before: &[usize], alone: bool) -> Option<Found> {
        let rule = self.subjects.get(index)?.rule;
        let me = self.deciding(index, slot, false)?;
        let mut by: Vec<usize> = Vec::new();
        for kind in &rule.on {
            let others: Vec<(usize, Lit)> = before
                .iter()
                .filter(|earlier| {
                    self.subjects
                        .get(**earlier)
                        .is_some_and(|earlier| earlier.rule.runs_on(*kind))
                })
                .filter_map(|earlier| Some((*earlier, self.deciding(*earlier, slot, true)?)))
                .collect();
            let mut question = vec![me];
            question.extend(others.iter().map(|(_, lit)| !*lit));
            if others.is_empty() || self.gates.can(&question) {
                return None;
            }
            // Only those that have a part in it are named.
            let blamed = others
                .iter()
                .filter(|(_, lit)| self.gates.is_to_blame(!*lit));
            by.extend(blamed.map(|(earlier, _)| *earlier));
        }
        by.sort_unstable();
        by.dedup();
        self.prefer(&[me]);
        let others: Vec<(&Rule, bool)> = by
            .iter()
            .filter_map(|earlier| self.subjects.get(*earlier))
            .map(|earlier| (earlier.rule, self.gates.value(earlier.matches)))
            .collect();
        let names: Vec<String> = others
            .iter()
            .map(|(rule, _)| format!("`{}`", rule.id))
            .collect();
        let mut shown = vec![(rule, true)];
        shown.extend(&others);
        let (matches, stands) = match names.len() {
            1 => ("matches", "stands"),
            _ => ("match", "stand"),
        };
        Some(Found {
            weight: if alone {
                Weight::Error
            } else {
                Weight::Warning
            },
            code: "shadowed",
            message: format!(
                "`{}` never decides {} first: whenever it matches, {} {matches} too, and {stands} earlier in the file",
                rule.id,
                slot.name(),
                names.join(" or "),
            ),
            repair: format!(
                "move `{}` up, narrow what stands before it, or remove it",
                rule.id
            ),
            rules: shown.iter().map(|(rule, _)| rule.id.clone()).collect(),
            slot: Some(slot),
            witness: self.witness(&shown),
        })
    }

    /// Whether a rule decides a part of the outcome, as far as it hangs on itself; `surely` on each
    /// of its events.
    fn deciding(&self, index: usize, slot: Slot, surely: bool) -> Option<Lit> {
        self.subjects.get(index).map(|subject| match slot {
            Slot::Control if surely => subject.surely,
            Slot::Control => subject.controls,
            _ => subject.matches,
        })
    }

    /// Questions about two rules at once.
    pub(super) fn pairs(&mut self) {
        let mut hidden = BTreeSet::new();
        for found in self.found.iter().filter(|found| found.code == "shadowed") {
            let index = self
                .subjects
                .iter()
                .position(|subject| found.rules.first() == Some(&subject.rule.id));
            hidden.extend(index.zip(found.slot));
        }
        for later in 0..self.subjects.len() {
            for earlier in 0..later {
                self.pair(earlier, later, &hidden);
            }
        }
    }

    fn pair(&mut self, earlier: usize, later: usize, hidden: &BTreeSet<(usize, Slot)>) {
        let (Some(one), Some(two)) = (self.subjects.get(earlier), self.subjects.get(later)) else {
            return;
        };
        let (a, b) = (one.rule, two.rule);
        if !share_event(a, b) {
            return;
        }
        let prints = [one.print, two.print];
        let (a_matches, b_matches) = (one.matches, two.matches);
        let (a_controls, b_controls) = (one.controls, two.controls);
        let differing: Vec<Slot> = FIRST_WINS
            .into_iter()
            .zip(one.wishes.iter().zip(&two.wishes))
            .filter(|(_, (first, second))| first.is_some() && second.is_some() && first != second)
            .map(|(slot, _)| slot)
            // What is never first has nothing to contradict.
            .filter(|slot| !hidden.contains(&(later, *slot)))
            .collect();
        if !declared(a, b) && stands_before(a, b) {
            for slot in differing {
                let both = match slot {
                    Slot::Control => [a_controls, b_controls],
                    _ => [a_matches, b_matches],
                };
                let found = self.ask(&format!("conflict {}", slot.name()), &prints, |study| {
                    if !study.gates.can(&both) {
                        return None;
                    }
                    study.prefer(&both);
                    let witness = study.witness(&[(a, true), (b, true)])?;
                    Some(conflict(a, b, slot, witness))
                });
                if found {
                    break;
                }
            }
        }
        for (adds, removes) in [(a, b), (b, a)] {
            let tag = adds
                .effects
                .tag
                .iter()
                .find(|tag| removes.effects.untag.contains(tag));
            let Some(tag) = tag else { continue };
            self.ask(&format!("tag-conflict {}", adds.id), &prints, |study| {
                if !study.gates.can(&[a_matches, b_matches]) {
                    return None;
                }
                let witness = study.witness(&[(a, true), (b, true)])?;
                Some(Found {
                    weight: Weight::Error,
                    code: "tag-conflict",
                    message: format!(
                        "`{}` adds the tag \"{tag}\" and `{}` removes it, on one conversation at once",
                        adds.id, removes.id
                    ),
                    repair: "let their conditions exclude each other".to_owned(),
                    rules: vec![adds.id.clone(), removes.id.clone()],
                    slot: Some(Slot::Tag),
                    witness: Some(witness),
                })
            });
        }
        for (inner, outer, inner_lit, outer_lit) in
            [(b, a, b_matches, a_matches), (a, b, a_matches, b_matches)]
        {
            if says_no_more(inner, outer) {
                let never = self.found.iter().any(|found| {
                    found.code == "never-true" && found.rules.first() == Some(&inner.id)
                        || found.code == "implied"
                            && found.rules.first() == Some(&outer.id)
                            && found.rules.get(1) == Some(&inner.id)
                });
                if never {
                    continue;
                }
                self.ask(&format!("implied {}", inner.id), &prints, |study| {
                    if study.gates.can(&[inner_lit, !outer_lit]) {
                        return None;
                    }
                    study.prefer(&[inner_lit]);
                    let witness = study.witness(&[(inner, true), (outer, true)]);
                    Some(implied(inner, outer, witness))
                });
            }
        }
    }

    /// Who has control when no rule and no `default` line says what is to become of a message.
    pub(super) fn uncovered(&mut self) {
        if self.ruleset.default_is_written {
            return;
        }
        let prints: Vec<_> = self.subjects.iter().map(|subject| subject.print).collect();
        let live = |study: &Self| -> Vec<Lit> {
            let lits = study.subjects.iter().filter(|subject| {
                subject.rule.status == Status::Live
                    && subject.rule.effects.control.is_some()
                    && subject.rule.runs_on(EventKind::CustomerMessage)
            });
            lits.map(|subject| !subject.matches).collect()
        };
        self.ask("uncovered", &prints, |study| {
            let mut holders = Vec::new();
            let mut witness = None;
            for (holder, said) in HOLDERS {
                let mut question = live(study);
                question.push(study.space.control(holder, &study.gates));
                if !study.gates.can(&question) {
                    continue;
                }
                let rules: Vec<(&Rule, bool)> = study
                    .subjects
                    .iter()
                    .filter(|subject| {
                        subject.rule.effects.control.is_some()
                            && subject.rule.runs_on(EventKind::CustomerMessage)
                    })
                    .map(|subject| (subject.rule, study.gates.value(subject.matches)))
                    .collect();
                if let Some(shown) = study.witness(&rules) {
                    holders.push(said);
                    witness.get_or_insert(shown);
                }
            }
            Some(Found {
                weight: Weight::Warning,
                code: "uncovered",
                message: format!(
                    "no rule and no default says who answers a message when {}",
                    holders.join(", or ")
                ),
                repair: "write default = { control = \"queue\" }, or a rule that matches it"
                    .to_owned(),
                rules: Vec::new(),
                slot: Some(Slot::Control),
                witness: Some(witness?),
            })
        });
    }
}

/// Who can have control when a customer writes and no person has it.
const HOLDERS: [(&str, &str); 3] = [
    ("bot", "the bot has control"),
    ("queue", "it waits in a queue"),
    ("nobody", "nobody has control"),
];

fn never_allowed(rule: &Rule, witness: Option<super::Witness>) -> Found {
    let to = rule
        .effects
        .control
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    Found {
        weight: Weight::Error,
        code: "never-allowed",
        message: format!(
            "`{}` may never give control to {to}: whenever it matches, a person has it, or nobody is there to take it",
            rule.id
        ),
        repair: "only an agent's own release gives a conversation back to a bot; taking one from an agent needs take_over = true".to_owned(),
        rules: vec![rule.id.clone()],
        slot: Some(Slot::Control),
        witness,
    }
}

fn conflict(a: &Rule, b: &Rule, slot: Slot, witness: super::Witness) -> Found {
    let said = |rule: &Rule| wish(&rule.effects, slot).unwrap_or_default();
    Found {
        weight: Weight::Warning,
        code: "conflict",
        message: format!(
            "`{}` and `{}` can match at once, and want different things of {}: {} and {}; `{}` stands first and decides",
            a.id,
            b.id,
            slot.name(),
            said(a),
            said(b),
            a.id
        ),
        repair: format!(
            "if that is meant, write before = [\"{}\"] in `{}`; if not, let their conditions exclude each other",
            b.id, a.id
        ),
        rules: vec![a.id.clone(), b.id.clone()],
        slot: Some(slot),
        witness: Some(witness),
    }
}

fn implied(inner: &Rule, outer: &Rule, witness: Option<super::Witness>) -> Found {
    Found {
        weight: Weight::Hint,
        code: "implied",
        message: format!(
            "`{}` says nothing new: whenever it matches, `{}` matches too and does all that it does",
            inner.id, outer.id
        ),
        repair: format!("remove `{}`, or let it do something else", inner.id),
        rules: vec![inner.id.clone(), outer.id.clone()],
        slot: None,
        witness,
    }
}

/// Whether everything a rule does is also done by another that runs whenever it runs.
fn says_no_more(inner: &Rule, outer: &Rule) -> bool {
    fn within<T: PartialEq>(inner: Option<&T>, outer: Option<&T>) -> bool {
        inner.is_none() || inner == outer
    }
    fn among<T: PartialEq>(inner: &[T], outer: &[T]) -> bool {
        inner.iter().all(|one| outer.contains(one))
    }
    let (a, b) = (&inner.effects, &outer.effects);
    let sampled = matches!(a.review, Some(ReviewEffect::Sample(_)));
    inner.on.iter().all(|kind| outer.runs_on(*kind))
        && (outer.status == Status::Live || outer.status == inner.status)
        && (inner.once == outer.once)
        && (!inner.take_over || outer.take_over)
        && !sampled
        && within(a.control.as_ref(), b.control.as_ref())
        && within(a.review.as_ref(), b.review.as_ref())
        && within(a.priority.as_ref(), b.priority.as_ref())
        && within(a.sla.as_ref(), b.sla.as_ref())
        && within(a.ladder.as_ref(), b.ladder.as_ref())
        && within(a.macro_.as_ref(), b.macro_.as_ref())
        && within(a.snooze.as_ref(), b.snooze.as_ref())
        && within(a.channel.as_ref(), b.channel.as_ref())
        && among::<Arc<str>>(&a.tag, &b.tag)
        && among::<Arc<str>>(&a.untag, &b.untag)
        && among(&a.notify, &b.notify)
        && among(&a.reviewers, &b.reviewers)
}

/// A part of a condition as people see it.
fn spelled(rule: &Rule, cond: &Cond) -> String {
    match cond {
        Cond::Const(value) => format!("`{value}`"),
        Cond::Row(number) => rule
            .when
            .rows
            .get(usize::from(*number))
            .map_or_else(String::new, |row| format!("`{}`", row.text)),
        Cond::Not(inner) => format!("not {}", spelled(rule, inner)),
        Cond::All(parts) | Cond::Any(parts) => {
            let with = if matches!(cond, Cond::All(_)) {
                " and "
            } else {
                " or "
            };
            let parts: Vec<String> = parts.iter().map(|part| spelled(rule, part)).collect();
            format!("({})", parts.join(with))
        }
    }
}
