//! Proposals: what edits of limits and word sets would have brought more of the right
//! conversations to people, judged by what people said afterwards.
//!
//! Nothing is ever applied from here. A proposal is an edit of the rule file with what speaks for
//! it: the labels it rests on, what it would have cost and saved on them, and the curve of all other
//! limits. The cost is `handoff × handoffs + miss × misses`: a handoff takes somebody's time, a miss
//! leaves a customer alone. A case is judged by its recorded points alone: what bot and customer
//! would have said after another decision nobody knows.

mod held_out;
mod judge;
mod limits;
mod round;
mod terms;
mod weigh;

use crate::{
    hash::Hash,
    label::Interval,
    rules::{
        EventKind, Facts, Ruleset,
        edit::{Conditioned, Edit, edit},
    },
    time::Timestamp,
};

pub use held_out::{FOLDS, HeldOut};
use judge::Judge;
pub use weigh::Outcome;

/// What a handoff and a miss cost, in the same unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    /// A conversation that reaches people.
    pub handoff: f64,
    /// One that should have and did not, or not in time.
    pub miss: f64,
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            handoff: 1.0,
            miss: 5.0,
        }
    }
}

/// One decision of a case, with what was known then.
#[derive(Debug, Clone)]
pub struct CasePoint {
    /// What happened.
    pub event: EventKind,
    /// When.
    pub at: Timestamp,
    /// The facts as of then, with the customer's words where they are at hand.
    pub facts: Facts,
}

/// An episode of which somebody said whether people were needed.
#[derive(Debug, Clone)]
pub struct Case {
    /// Of which conversation, as a number that says nothing else: cases with the same one are held
    /// out together.
    pub key: u64,
    /// Whether people were needed.
    pub needed: bool,
    /// For how many episodes it stands: more than one where it was drawn by lot.
    pub weight: f64,
    /// The points at which a handoff would have been in time.
    pub points: Vec<CasePoint>,
}

/// A part of a rule file that a proposal changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The limit of one line of a condition.
    Limit {
        /// The line as it is.
        line: String,
        /// The fact it reads.
        fact: String,
        /// The limit as it is.
        from: String,
        /// The limit as it would be.
        to: String,
    },
    /// Words for a word set.
    Words {
        /// The set.
        set: String,
        /// What is to be added, with what speaks for each.
        add: Vec<Term>,
    },
}

/// A word or two that tell conversations which needed people from those that did not.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The words, in lower case.
    pub text: String,
    /// In how many labelled cases that needed people a customer said it.
    pub needed: u32,
    /// In how many others.
    pub others: u32,
    /// The log odds of being needed with it against without it, with its interval (95 %).
    pub log_odds: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// One point of a trade-off.
#[derive(Debug, Clone, PartialEq)]
pub struct CurvePoint {
    /// The limit, as a number (milliseconds for lengths of time).
    pub limit: f64,
    /// The limit, as it would be written.
    pub written: String,
    /// What it would come to.
    pub outcome: Outcome,
}

/// An edit of the rules with what speaks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Follows from the rules and the edit: the same edit of the same rules is the same proposal.
    pub id: Hash,
    /// The rules it touches, in the order of the file.
    pub rules: Vec<String>,
    /// What it changes.
    pub change: Change,
    /// The whole file as it would be.
    pub text: String,
    /// As things are.
    pub before: Outcome,
    /// As they would be.
    pub after: Outcome,
    /// What it saves on the labelled cases, with its interval; negative would be a loss.
    pub saving: Interval,
    /// The same choice made without the cases that it is judged by.
    pub held_out: HeldOut,
    /// The trade-off along the limit, in order; empty for words.
    pub curve: Vec<CurvePoint>,
    /// Labelled cases that were looked at.
    pub labels: u32,
    /// Of them, those that would go another way.
    pub changed: u32,
}

/// Labels below which nothing is proposed.
pub const FEWEST_LABELS: usize = 10;

/// Cases that must go another way for a proposal.
pub const FEWEST_CHANGED: u32 = 3;

/// Proposals made at once.
const MOST: usize = 8;

/// A proposal, its edit, and which cases would reach people.
struct Draft {
    proposal: Proposal,
    edit: Edit,
    caught: Vec<bool>,
}

/// Proposes edits of a ruleset, the one that saves most first; each other one is for what those
/// before it leave. The same rules and cases always give the same proposals; without enough labels,
/// where the interval of what is saved holds nothing, or where nothing is saved on cases that were
/// held out of the choice, there is none.
#[must_use]
pub fn propose(ruleset: &Ruleset, cases: &[Case], costs: Costs) -> Vec<Proposal> {
    if cases.len() < FEWEST_LABELS {
        return Vec::new();
    }
    let judge = Judge::new(ruleset, cases);
    let mut found = limits::propose(&judge, costs);
    found.extend(terms::propose(&judge, costs));
    found.sort_by(|a, b| {
        let (a, b) = (&a.proposal, &b.proposal);
        let most = b.saving.rate.total_cmp(&a.saving.rate);
        most.then_with(|| a.id.cmp(&b.id))
    });
    let mut text = ruleset.source().to_owned();
    let mut caught = judge.caught();
    let mut out = Vec::new();
    for draft in found {
        if out.len() >= MOST {
            break;
        }
        let together = edit(&text, std::slice::from_ref(&draft.edit)).ok();
        let parsed = together.and_then(|text| Some((Ruleset::parse(&text).ok()?, text)));
        let Some((with, edited)) = parsed else {
            continue;
        };
        let then = match out.is_empty() {
            true => draft.caught,
            false => Judge::new(&with, cases).caught(),
        };
        let (more, changed) = weigh::saving(cases, &caught, &then, costs);
        if more.low > 0.0 && changed >= FEWEST_CHANGED {
            (text, caught) = (edited, then);
            out.push(draft.proposal);
        }
    }
    out
}

/// Makes the edit and judges the file that comes of it; none where it cannot be made, or where the
/// file does not do what was expected of it.
fn made(judge: &Judge<'_>, change: &Edit, expected: &[bool]) -> Option<(Hash, String)> {
    let text = edit(judge.ruleset.source(), std::slice::from_ref(change)).ok()?;
    let ruleset = Ruleset::parse(&text).ok()?;
    let after = Judge::new(&ruleset, judge.cases);
    if after.caught() != expected {
        return None;
    }
    let id = Hash::of_parts(&[
        b"proposal",
        judge.ruleset.source().as_bytes(),
        text.as_bytes(),
    ]);
    Some((id, text))
}

/// What a place is called for people: the rule, or the name of the definition.
fn owner(of: &Conditioned) -> &str {
    let (Conditioned::Rule(name) | Conditioned::Define(name)) = of;
    name
}

impl Proposal {
    /// What it proposes, in one sentence for people.
    #[must_use]
    pub fn says(&self) -> String {
        let rules = self.rules.join(", ");
        match &self.change {
            Change::Limit { line, from, to, .. } => {
                format!("{rules}: in `{line}`, {to} in place of {from}")
            }
            Change::Words { set, add } => {
                let words: Vec<String> =
                    add.iter().map(|term| format!("“{}”", term.text)).collect();
                format!("{rules}: the word set {set} also with {}", words.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests;
