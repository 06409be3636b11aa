//! Rules: what a team has written down about who holds the baton, and why.
//!
//! The file (`text`) is TOML with conditions in CEL's spelling. It is checked against the typed
//! `facts` (`check`), lowered to atoms of one fact, one operator and one constant (`plan`), and
//! evaluated in three-valued logic (`eval`) over an immutable set of facts. Because an atom
//! compares one fact with one constant, forms can edit conditions without loss, a deadline is an
//! exact instant, and every decision can be explained from the facts alone (`explain`).
//!
//! Beside deciding: the tests of a file are played (`rehearse`), what is wrong with rules although
//! each can be read is found (`analyse`), a file is edited without touching the rest (`edit`), and a
//! whole history is evaluated at once (`columns`) and decided again by other rules (`backtest`).

pub mod analyse;
pub mod backtest;
mod check;
pub mod columns;
pub mod compare;
mod copies;
pub mod edit;
pub mod eval;
pub mod explain;
pub mod facts;
pub mod memory;
pub mod outcome;
pub mod plan;
pub mod problem;
pub mod propose;
pub mod rehearse;
pub mod text;
pub mod words;

pub use analyse::{Analysis, Analyst, Finding, Weight};
pub use eval::{
    Truth,
    marks::RuleMark,
    pass::{Pass, Verdict},
    record::{Conclusion, DecisionRecord, RecordError},
};
pub use explain::Explanation;
pub use facts::{Fact, FactType, Facts, Value};
pub use memory::{Once, RuleMemory};
pub use outcome::{
    ControlTarget, Decided, EventKind, LossReason, Lost, PriorityChange, Review, RuleId, Slot,
    Slots, Target, Would,
};
pub use plan::{ByHand, Defaults, Gate, LadderPlan, Rule, Ruleset, SlaPolicy, Status, Step};
pub use problem::{Problem, Problems, Severity, Span};
pub use rehearse::Rehearsal;

#[cfg(test)]
mod handbook;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod stories;
