//! A checked ruleset, ready to be evaluated: atoms of one fact, one operator and one constant,
//! and rules as small trees over them.

mod gate;
mod policy;
mod says;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use regex::Regex;

use super::{
    facts::{Fact, FactType},
    memory::Once,
    outcome::{ControlTarget, EventKind, RuleId, Target},
    problem::{Problem, Span, place},
    rehearse::script::Script,
    words::Words,
};
use crate::{
    calendar::{Calendar, Zone},
    hash::Hash,
    status::Priority,
};

pub use self::gate::{ByHand, Gate, MACROS_PER_HOUR};
pub use self::policy::{
    CustomFact, Defaults, LadderPlan, NamedCalendar, QueuePolicy, ReviewDefault, SlaPolicy, Step,
};

/// What an atom reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operand {
    /// A built-in fact.
    Builtin(Fact),
    /// A custom fact, by its number in the ruleset.
    Custom(u16),
    /// Whether the message matches a word set, by its number.
    Words(u16),
    /// Whether a calendar is open, by its number.
    Open(u16),
    /// A length of time in the open time of a calendar.
    Business(u16, Fact),
    /// How long ago an instant was.
    Since(Source),
    /// How long it is until an instant.
    Until(Source),
    /// The present instant.
    Now,
    /// The hour of the local day.
    Hour,
    /// The day of the local week.
    Weekday,
}

/// A fact that holds an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A built-in one.
    Builtin(Fact),
    /// A custom one.
    Custom(u16),
}

/// How a number is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl Compare {
    /// Whether it holds between two things in an order.
    #[must_use]
    pub fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
        }
    }
}

/// What an atom asks of its operand.
#[derive(Debug, Clone)]
pub enum Test {
    /// It is true.
    IsTrue,
    /// It is known.
    Known,
    /// A whole number, length of time (in milliseconds) or instant against a limit.
    Number(Compare, i64),
    /// A whole number is one of these.
    NumberIn(Vec<i64>),
    /// A decimal against a limit.
    Decimal(Compare, f64),
    /// A text is this one, or (`false`) is not.
    Text(bool, Arc<str>),
    /// A text is one of these.
    TextIn(Vec<Arc<str>>),
    /// A text contains this one.
    Contains(Arc<str>),
    /// A text starts with this one.
    StartsWith(Arc<str>),
    /// A text matches a regular expression.
    Matches(Box<Regex>),
    /// A set has this member.
    Has(Arc<str>),
}

/// One fact, one operator, one constant.
#[derive(Debug, Clone)]
pub struct Atom {
    /// What it reads.
    pub operand: Operand,
    /// What it asks.
    pub test: Test,
    /// The name of the fact.
    pub fact: Arc<str>,
    /// The type of the fact.
    pub kind: FactType,
}

impl Atom {
    /// Whether its truth may change while nothing happens.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        if matches!(self.test, Test::Known) {
            return false;
        }
        match self.operand {
            Operand::Builtin(fact) => fact.def().kind == FactType::Duration,
            Operand::Custom(_) => self.kind == FactType::Duration,
            Operand::Words(_) => false,
            Operand::Open(_)
            | Operand::Business(..)
            | Operand::Since(_)
            | Operand::Until(_)
            | Operand::Now
            | Operand::Hour
            | Operand::Weekday => true,
        }
    }
}

/// One line of a condition as people see it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The atom, by its number in the ruleset.
    pub atom: u16,
    /// Whether the line says the opposite of the atom.
    pub negated: bool,
    /// The line in its canonical spelling.
    pub text: Arc<str>,
    /// The definition it comes from, if from one.
    pub via: Option<Arc<str>>,
}

/// A condition: a tree over rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cond {
    /// Always the same.
    Const(bool),
    /// A row, by its number in the condition.
    Row(u16),
    /// The opposite.
    Not(Box<Cond>),
    /// All of them.
    All(Vec<Cond>),
    /// Any of them.
    Any(Vec<Cond>),
}

/// A condition with its rows.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The rows, in the order they are read.
    pub rows: Vec<Row>,
    /// The tree over them.
    pub cond: Cond,
    /// The canonical text.
    pub text: Arc<str>,
}

/// Whether a rule acts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Status {
    /// It acts.
    Live,
    /// It is evaluated and recorded, and has no effect.
    Shadow,
    /// It acts for this share of conversations and is in shadow for the others.
    Canary(f64),
    /// It is not evaluated.
    Off,
}

impl Status {
    /// Its name in rule files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Shadow => "shadow",
            Self::Canary(_) => "canary",
            Self::Off => "off",
        }
    }

    /// The share of conversations for which a canary acts.
    #[must_use]
    pub const fn share(self) -> Option<f64> {
        match self {
            Self::Canary(share) => Some(share),
            _ => None,
        }
    }
}

/// How a rule changes the priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriorityEffect {
    /// To at least this one.
    Set(Priority),
    /// By −1 or 1.
    Raise(i8),
}

/// How a rule wants drafts reviewed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ReviewEffect {
    /// Not.
    None,
    /// A share of them.
    Sample(f64),
    /// Each.
    Required,
}

/// What a rule does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effects {
    /// Who is to have control.
    pub control: Option<ControlTarget>,
    /// Whether drafts must be read.
    pub review: Option<ReviewEffect>,
    /// By whom.
    pub reviewers: Vec<Target>,
    /// How the priority changes.
    pub priority: Option<PriorityEffect>,
    /// The service level policy.
    pub sla: Option<Arc<str>>,
    /// The ladder to start.
    pub ladder: Option<Arc<str>>,
    /// Tags to add.
    pub tag: Vec<Arc<str>>,
    /// Tags to remove.
    pub untag: Vec<Arc<str>>,
    /// Whom to alert.
    pub notify: Vec<Target>,
    /// The prepared text to send.
    pub macro_: Option<Arc<str>>,
    /// How long to put it aside, in milliseconds.
    pub snooze: Option<i64>,
    /// The kind of channel by which it is to go on.
    pub channel: Option<Arc<str>>,
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its identifier.
    pub id: RuleId,
    /// Why the team has it.
    pub why: Arc<str>,
    /// What is said when it acts; the identifier when nothing was written.
    pub reason: Arc<str>,
    /// Who answers for it.
    pub owner: Option<Arc<str>>,
    /// What makes it run, in the order of [`EventKind::ALL`].
    pub on: Vec<EventKind>,
    /// Its condition.
    pub when: Condition,
    /// What it does.
    pub effects: Effects,
    /// Whether doubt counts as a match.
    pub unknown_matches: bool,
    /// How often it may act.
    pub once: Once,
    /// Whether it acts.
    pub status: Status,
    /// Whether it may take a conversation away from a person.
    pub take_over: bool,
    /// The rules it declares to come before on purpose.
    pub before: Vec<RuleId>,
    /// Prepared texts that it may send within an hour, where that differs from the file's ceiling.
    pub ceiling: Option<u32>,
    /// The rule in whose place it is tried: it is watched, and never acts beside that one.
    pub replaces: Option<RuleId>,
}

impl Rule {
    /// Whether an event of a kind makes it run.
    #[must_use]
    pub fn runs_on(&self, kind: EventKind) -> bool {
        self.on.contains(&kind)
    }

    /// The name under which it acts, or will.
    #[must_use]
    pub fn acts_as(&self) -> &RuleId {
        self.replaces.as_ref().unwrap_or(&self.id)
    }

    /// Whether two rules are tried for one place, so that never both act.
    #[must_use]
    pub fn stands_for(&self, other: &Self) -> bool {
        self.id != other.id && self.acts_as() == other.acts_as()
    }
}

/// The rules that an event runs, and the atoms they read.
#[derive(Debug, Clone, Default)]
pub(super) struct EventPlan {
    pub(super) rules: Vec<u16>,
    pub(super) atoms: Vec<u16>,
}

/// A checked version of the rules of a team.
#[derive(Clone)]
pub struct Ruleset {
    pub(super) id: Hash,
    pub(super) policy: Arc<str>,
    pub(super) source: Arc<str>,
    pub(super) zone: Zone,
    pub(super) defaults: Defaults,
    pub(super) gate: Gate,
    pub(super) ceiling: u32,
    /// Whether the file has a `default` line.
    pub(super) default_is_written: bool,
    pub(super) calendars: Vec<NamedCalendar>,
    pub(super) custom: Vec<CustomFact>,
    pub(super) words: Words,
    pub(super) atoms: Vec<Atom>,
    pub(super) rules: Vec<Rule>,
    /// Where the identifier of each rule stands in the file.
    pub(super) spans: Vec<Span>,
    pub(super) slas: Vec<SlaPolicy>,
    pub(super) ladders: Vec<LadderPlan>,
    pub(super) queues: Vec<QueuePolicy>,
    pub(super) scripts: Vec<Script>,
    pub(super) warnings: Vec<Problem>,
    pub(super) events: Vec<EventPlan>,
    /// Rules that are tried in the place of others: their number, and the number of that one.
    pub(super) copies: Vec<(u16, u16)>,
    /// What each rule decides, by its digest, once somebody has asked.
    pub(super) meanings: OnceLock<Vec<Hash>>,
}

impl fmt::Debug for Ruleset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Ruleset({} {}, {} rules)",
            self.policy,
            self.id,
            self.rules.len()
        )
    }
}

impl Ruleset {
    /// The hash of the file: the version that decisions are recorded with.
    #[must_use]
    pub const fn id(&self) -> Hash {
        self.id
    }

    /// The name of the policy.
    #[must_use]
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// The file, as it was given.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The rules, in the order of the file.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with an identifier.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id.as_str() == id)
    }

    /// The number of a rule in the order of the file, by its identifier.
    pub(in crate::rules) fn number(&self, id: &str) -> Option<u16> {
        let place = self.rules.iter().position(|rule| rule.id.as_str() == id)?;
        u16::try_from(place).ok()
    }

    /// The line of the file on which the identifier of a rule stands, from 1.
    #[must_use]
    pub fn line_of(&self, rule: &RuleId) -> Option<usize> {
        let number = self.rules.iter().position(|known| known.id == *rule)?;
        let span = self.spans.get(number)?;
        Some(place(&self.source, span.start).0)
    }

    /// What somebody should look at although the file was loaded.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// The service level policy of a name.
    #[must_use]
    pub fn sla(&self, name: &str) -> Option<&SlaPolicy> {
        self.slas.iter().find(|sla| &*sla.name == name)
    }

    /// What a queue asks of conversations that come to it; none where the file says nothing.
    #[must_use]
    pub fn queue(&self, name: &str) -> Option<&QueuePolicy> {
        self.queues.iter().find(|queue| &*queue.name == name)
    }

    /// The ladders, from the calmest to the most urgent.
    #[must_use]
    pub fn ladders(&self) -> &[LadderPlan] {
        &self.ladders
    }

    /// The ladder of a name.
    #[must_use]
    pub fn ladder(&self, name: &str) -> Option<&LadderPlan> {
        self.ladders.iter().find(|ladder| &*ladder.name == name)
    }

    /// The calendars of the file; `always` is known without being written.
    #[must_use]
    pub fn calendars(&self) -> &[NamedCalendar] {
        &self.calendars
    }

    /// The calendar of a name; `always` never closes.
    #[must_use]
    pub fn calendar(&self, name: &str) -> Option<Calendar> {
        if name == "always" {
            return Some(Calendar::always());
        }
        self.calendars
            .iter()
            .find(|named| &*named.name == name)
            .map(|named| named.calendar.clone())
    }

    /// The zone of local times.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The word sets.
    #[must_use]
    pub const fn words(&self) -> &Words {
        &self.words
    }

    /// The custom facts.
    #[must_use]
    pub fn custom_facts(&self) -> &[CustomFact] {
        &self.custom
    }

    /// The `[[test]]` sections.
    #[must_use]
    pub fn tests(&self) -> &[Script] {
        &self.scripts
    }

    /// What the `default` line says.
    #[must_use]
    pub const fn defaults(&self) -> &Defaults {
        &self.defaults
    }

    /// What a rule must have shown before it acts.
    #[must_use]
    pub const fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Prepared texts that a rule may send within an hour.
    #[must_use]
    pub fn ceiling_of(&self, rule: &Rule) -> u32 {
        rule.ceiling.unwrap_or(self.ceiling)
    }

    /// Distinct atoms over all rules.
    #[must_use]
    pub fn atoms(&self) -> &[Atom] {
        &self.atoms
    }

    pub(super) fn event(&self, kind: EventKind) -> &EventPlan {
        static NOTHING: EventPlan = EventPlan {
            rules: Vec::new(),
            atoms: Vec::new(),
        };
        self.events
            .get(usize::from(kind.number()))
            .unwrap_or(&NOTHING)
    }
}
