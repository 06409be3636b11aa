//! A test as the file holds it, checked: what is given, what happens when, what is wanted.

use std::sync::Arc;

use crate::{
    rules::{
        facts::{Fact, Facts, Value},
        outcome::{EventKind, RuleId, Slot},
        problem::Span,
    },
    time::Timestamp,
};

/// One `[[test]]`.
#[derive(Debug, Clone)]
pub struct Script {
    /// Its name.
    pub name: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// When it begins.
    pub start: Timestamp,
    /// What is known when it begins.
    pub given: Vec<Told>,
    /// What happens, by its time.
    pub moments: Vec<Moment>,
    /// What is claimed of the rules themselves.
    pub assertion: Option<Assertion>,
}

/// What a test may claim of the rules themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assertion {
    /// No rules can hand control round in a circle on one event.
    NoControlCycle,
}

impl Assertion {
    /// Every assertion with its name in rule files.
    pub const NAMES: [(&'static str, Self); 1] = [("no-control-cycle", Self::NoControlCycle)];
}

/// One step of a test.
#[derive(Debug, Clone)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// Where it stands in the file.
    pub span: Span,
    /// What becomes known.
    pub told: Vec<Told>,
    /// What happens; nothing but the passing of time when empty.
    pub event: Option<EventKind>,
    /// What is wanted then.
    pub wants: Vec<Want>,
}

/// A fact that the test tells.
#[derive(Debug, Clone)]
pub struct Told {
    /// Which.
    pub fact: ToldFact,
    /// What.
    pub value: ToldValue,
}

/// The facts that a test can tell.
#[derive(Debug, Clone)]
pub enum ToldFact {
    /// A built-in one.
    Builtin(Fact),
    /// A custom one.
    Custom(Arc<str>),
    /// Whether the message holds a word of a set, by the hash of the set's words.
    Words(u64),
}

/// What a test tells of a fact.
#[derive(Debug, Clone, PartialEq)]
pub enum ToldValue {
    /// This, or with [`Value::Unknown`] that it is missing.
    Plain(Value),
    /// A length of time that has been running for so many milliseconds.
    Running(i64),
    /// An instant so many milliseconds after the moment.
    Away(i64),
}

impl Told {
    /// Puts it into facts, as of an instant.
    pub fn put(&self, facts: &mut Facts, now: Timestamp) {
        let value = match &self.value {
            ToldValue::Plain(value) => value.clone(),
            ToldValue::Running(millis) => Value::Since(now.plus(millis.saturating_neg())),
            ToldValue::Away(millis) => Value::Time(now.plus(*millis)),
        };
        match &self.fact {
            ToldFact::Builtin(fact) => {
                facts.set(*fact, value);
            }
            ToldFact::Custom(name) => {
                facts.set_custom(Arc::clone(name), value);
            }
            ToldFact::Words(set) => {
                if let Value::Bool(found) = value {
                    facts.set_words(*set, found);
                }
            }
        }
    }
}

/// One thing that a step wants.
#[derive(Debug, Clone)]
pub struct Want {
    /// What.
    pub kind: WantKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of things that a step can want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantKind {
    /// A part of the outcome has this value, as written in `do`.
    Slot(Slot, String),
    /// These are among what was added to a part with several values.
    Among(Slot, Vec<String>),
    /// These tags were removed.
    Untagged(Vec<String>),
    /// These people are among those who may read the draft.
    Reviewers(Vec<String>),
    /// This rule decided.
    By(RuleId),
    /// Exactly these rules acted since the step before.
    Fired(Vec<RuleId>),
    /// These rules matched, whether or not they decided.
    AlsoMatched(Vec<RuleId>),
    /// These rules nearly matched.
    Nearly(Vec<RuleId>),
    /// These facts were missing and mattered.
    Unknown(Vec<String>),
}

impl WantKind {
    /// The key in rule files.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Slot(slot, _) | Self::Among(slot, _) => slot.name(),
            Self::Untagged(_) => "untag",
            Self::Reviewers(_) => "reviewers",
            Self::By(_) => "by",
            Self::Fired(_) => "fired",
            Self::AlsoMatched(_) => "also_matched",
            Self::Nearly(_) => "nearly",
            Self::Unknown(_) => "unknown",
        }
    }
}
