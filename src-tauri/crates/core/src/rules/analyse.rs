//! What is wrong with rules although each can be read: rules that never match, that are never
//! first, that contradict each other, that say nothing new, or that hand a conversation to and fro.
//!
//! Because a condition compares one fact with one constant, a ruleset sees a conversation as a
//! handful of yes and no, and every question becomes one for a SAT solver. An answer comes with a
//! conversation that shows it, checked by the evaluator that decides in life.

mod cycle;
mod gates;
mod habits;
mod line;
mod moments;
mod pairs;
mod sample;
mod space;
mod witness;

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use batsat::Lit;
use serde::Serialize;

pub(super) use self::pairs::wishes;
pub use self::witness::{Shown, Witness};
use self::{gates::Gates, moments::Moments, space::Space, witness::Stand};
use super::{
    outcome::{RuleId, Slot},
    plan::{Rule, Ruleset, Status},
    problem::{Span, place},
};
use crate::hash::Hash;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// The rules cannot mean this.
    Error,
    /// Somebody should decide whether this is meant.
    Warning,
    /// The rules would be clearer without it.
    Hint,
}

/// A rule that a finding names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The rule.
    pub rule: RuleId,
    /// Where its identifier stands in the file.
    pub span: Span,
    /// The line of that place.
    pub line: usize,
}

/// One thing that is wrong with a ruleset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// How much it weighs.
    pub weight: Weight,
    /// A stable name of the kind of finding, such as `never-true`.
    pub code: &'static str,
    /// What is wrong, in one sentence.
    pub message: String,
    /// How to repair it.
    pub repair: String,
    /// The rules it is about, the one to change first.
    pub rules: Vec<Named>,
    /// The part of the outcome it is about, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<Slot>,
    /// A conversation that shows it, where one can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
}

/// Everything that was found in one ruleset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Analysis {
    /// The name of the policy.
    pub policy: Arc<str>,
    /// The version of the rules.
    pub ruleset: Hash,
    /// How many rules were looked at.
    pub rules: usize,
    /// What was found, the weightiest first, then in the order of the file.
    pub findings: Vec<Finding>,
    /// Questions that were asked of the solver; answers that were known are not counted.
    #[serde(skip)]
    pub questions: u64,
}

impl Analysis {
    /// Findings of a weight.
    #[must_use]
    pub fn count(&self, weight: Weight) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.weight == weight)
            .count()
    }
}

impl Ruleset {
    /// Looks for what is wrong with these rules.
    #[must_use]
    pub fn analyse(&self) -> Analysis {
        Analyst::default().analyse(self)
    }
}

/// Analyses one version of a ruleset after the other and remembers what an edit leaves as it was.
#[derive(Debug, Default)]
pub struct Analyst {
    /// What the answers hang on besides the rules they are about.
    frame: Option<Hash>,
    known: BTreeMap<Key, Answer>,
}

/// A question: its kind, and the rules it is about.
///
/// Most questions are about one rule or two, and there are tens of thousands of them, so those are
/// told apart by the beginnings of what is hashed already.
type Key = (u64, u64, u64);

fn key(kind: &str, prints: &[Hash]) -> Key {
    let mut hasher = DefaultHasher::new();
    kind.hash(&mut hasher);
    prints.len().hash(&mut hasher);
    let kind = hasher.finish();
    match prints {
        [] => (kind, 0, 0),
        [one] => (kind, half(one, 0), half(one, 8)),
        [one, two] => (kind, half(one, 0), half(two, 0)),
        many => {
            let parts: Vec<&[u8]> = many.iter().map(|print| print.0.as_slice()).collect();
            let all = Hash::of_parts(&parts);
            (kind, half(&all, 0), half(&all, 8))
        }
    }
}

fn half(hash: &Hash, from: usize) -> u64 {
    let bytes = hash.0.iter().skip(from).take(8);
    bytes.fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// What is remembered of a question.
#[derive(Debug, Clone, Default)]
struct Answer {
    /// Whether it was asked in the present analysis, or a later one will forget it.
    fresh: bool,
    /// What was found; nothing when all was well.
    found: Vec<Arc<Found>>,
}

/// A finding without its places, which an edit moves.
#[derive(Debug, Clone)]
struct Found {
    weight: Weight,
    code: &'static str,
    message: String,
    repair: String,
    rules: Vec<RuleId>,
    slot: Option<Slot>,
    witness: Option<Witness>,
}

impl Analyst {
    /// Looks for what is wrong with a ruleset.
    pub fn analyse(&mut self, ruleset: &Ruleset) -> Analysis {
        let frame = frame(ruleset);
        if self.frame != Some(frame) {
            self.known.clear();
            self.frame = Some(frame);
        }
        self.known
            .values_mut()
            .for_each(|answer| answer.fresh = false);
        let (mut found, mut questions) = match ruleset.copies.is_empty() {
            true => studied(ruleset, &mut self.known),
            false => studied(&ruleset.arranged(None), &mut self.known),
        };
        // What is tried in the place of a rule is looked at there, and only what is said of it
        // is new.
        for (copy, _) in &ruleset.copies {
            let Some(copy) = ruleset.rules.get(usize::from(*copy)) else {
                continue;
            };
            let there = ruleset.arranged(Some(&copy.id));
            let (more, asked) = studied(&there, &mut self.known);
            found.extend(
                more.into_iter()
                    .filter(|found| found.rules.contains(&copy.id)),
            );
            questions += asked;
        }
        self.known.retain(|_, answer| answer.fresh);
        found.sort_by_key(|found| found.weight);
        let places = places(ruleset);
        Analysis {
            policy: Arc::clone(&ruleset.policy),
            ruleset: ruleset.id,
            rules: ruleset.rules.len(),
            findings: found.iter().map(|found| located(&places, found)).collect(),
            questions,
        }
    }
}

/// Everything that is found in one ruleset, and how many questions that took.
fn studied(ruleset: &Ruleset, known: &mut BTreeMap<Key, Answer>) -> (Vec<Arc<Found>>, u64) {
    let mut study = Study::new(ruleset, known);
    study.each_rule();
    study.pairs();
    study.uncovered();
    study.cycles();
    study.hysteresis();
    study.unused_words();
    study.too_late();
    (study.found, study.gates.questions())
}

/// Every rule with its place.
fn places(ruleset: &Ruleset) -> BTreeMap<&RuleId, Named> {
    let rules = ruleset.rules.iter().zip(&ruleset.spans);
    rules
        .map(|(rule, span)| {
            let named = Named {
                rule: rule.id.clone(),
                span: *span,
                line: place(&ruleset.source, span.start).0,
            };
            (&rule.id, named)
        })
        .collect()
}

fn located(places: &BTreeMap<&RuleId, Named>, found: &Found) -> Finding {
    Finding {
        weight: found.weight,
        code: found.code,
        message: found.message.clone(),
        repair: found.repair.clone(),
        rules: found
            .rules
            .iter()
            .filter_map(|rule| places.get(rule).cloned())
            .collect(),
        slot: found.slot,
        witness: found.witness.clone(),
    }
}

/// Everything but the rules that a condition can hang on.
fn frame(ruleset: &Ruleset) -> Hash {
    let text = format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        ruleset.custom,
        ruleset.words.sets(),
        ruleset.calendars,
        ruleset.zone,
        ruleset.defaults,
    );
    Hash::of(text.as_bytes())
}

/// One rule as it is looked at.
struct Subject<'a> {
    rule: &'a Rule,
    /// Identifies everything about it that an answer can hang on.
    print: Hash,
    /// What it wants of the parts that the first rule decides alone.
    wishes: [Option<String>; 5],
    /// Whether it matches.
    matches: Lit,
    /// Whether it matches and may give control as it wants, on one of its events at least.
    controls: Lit,
    /// The same, on each of them.
    surely: Lit,
}

/// One analysis while it goes on.
struct Study<'a> {
    ruleset: &'a Ruleset,
    gates: Gates,
    moments: Moments,
    space: Space,
    subjects: Vec<Subject<'a>>,
    known: &'a mut BTreeMap<Key, Answer>,
    found: Vec<Arc<Found>>,
}

impl<'a> Study<'a> {
    fn new(ruleset: &'a Ruleset, known: &'a mut BTreeMap<Key, Answer>) -> Self {
        let moments = Moments::of(ruleset);
        let mut gates = Gates::new();
        let space = Space::of(ruleset, &moments, &mut gates);
        let subjects = ruleset
            .rules
            .iter()
            .filter(|rule| rule.status != Status::Off)
            .map(|rule| {
                let matches = space.matches(ruleset, rule, &mut gates);
                let refused = cycle::refused(rule, &space, &mut gates, false);
                let in_doubt = cycle::refused(rule, &space, &mut gates, true);
                Subject {
                    rule,
                    print: print(rule),
                    wishes: wishes(&rule.effects),
                    matches,
                    controls: gates.all([matches, !refused]),
                    surely: gates.all([matches, !in_doubt]),
                }
            })
            .collect();
        Self {
            ruleset,
            gates,
            moments,
            space,
            subjects,
            known,
            found: Vec::new(),
        }
    }

    /// Asks what has not been asked before.
    fn ask<I: IntoIterator<Item = Found>>(
        &mut self,
        kind: &str,
        prints: &[Hash],
        answer: impl FnOnce(&mut Self) -> I,
    ) -> bool {
        let key = key(kind, prints);
        let found = match self.known.get_mut(&key) {
            Some(known) => {
                known.fresh = true;
                known.found.clone()
            }
            None => {
                let found: Vec<Arc<Found>> = answer(self).into_iter().map(Arc::new).collect();
                let known = Answer {
                    fresh: true,
                    found: found.clone(),
                };
                self.known.insert(key, known);
                found
            }
        };
        let is_found = !found.is_empty();
        self.found.extend(found);
        is_found
    }

    /// Asks for an answer in which everything is known, and is content with another.
    fn prefer(&mut self, question: &[Lit]) {
        let mut known = question.to_vec();
        known.extend(self.space.missing.values().map(|missing| !*missing));
        if !self.gates.can(&known) {
            self.gates.can(question);
        }
    }

    /// The conversation of the last answer, as far as these rules look at it.
    fn witness(&self, rules: &[(&Rule, bool)]) -> Option<Witness> {
        let stand = Stand {
            ruleset: self.ruleset,
            moments: &self.moments,
        };
        let (rules, matching): (Vec<&Rule>, Vec<bool>) = rules.iter().copied().unzip();
        stand.witness(&self.space, &self.gates, &rules, &matching)
    }
}

/// Identifies everything about a rule that an answer can hang on, wherever it stands in the file.
fn print(rule: &Rule) -> Hash {
    let rows: Vec<(&str, bool)> = rule
        .when
        .rows
        .iter()
        .map(|row| (&*row.text, row.negated))
        .collect();
    let text = format!(
        "{}\n{rows:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        rule.id,
        rule.when.cond,
        rule.effects,
        rule.on,
        rule.unknown_matches,
        rule.once,
        rule.status,
        rule.take_over,
        rule.before,
        rule.replaces,
    );
    Hash::of(text.as_bytes())
}

#[cfg(test)]
mod tests;
