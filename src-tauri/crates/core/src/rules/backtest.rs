//! Back-test: what other rules would have decided on the recorded history.
//!
//! Three levels are kept apart, because they are not equally true.
//!
//! 1. *Decision replay*: each recorded point is decided by both sets of rules, on the facts as they
//!    were recorded. Every count of it is a fact.
//! 2. *Trajectory replay*: what the rules themselves change of the facts (tags, priority, the
//!    service level) follows each set of rules, up to the point at which the two part: where
//!    control, a review, a text to the customer or putting aside differ, customer, bot and agents
//!    would have gone on otherwise. Up to there everything is a fact.
//! 3. *After that* nothing is known. What can be said is a bound, or an estimate from what people
//!    said of these conversations, and is called so.
//!
//! What a rule remembers (whether it has acted) evolves on each side by itself. The points come in
//! chunks, in the order of the log; conditions are evaluated in columns, and only conversations
//! that the changed rules touch are decided twice.

mod acts;
mod base;
mod change;
mod compare;
pub mod curve;
mod decide;
mod lane;
mod matching;
mod metrics;
mod moments;
mod needs;
mod others;
mod pair;
mod pairing;
mod past;
mod plain;
mod queue;
mod report;
mod slots;
pub mod stats;
mod step;
mod thread;
mod walk;
mod work;

pub use compare::Differs;
pub use curve::{Curve, CurveError, CurvePoint};
pub use metrics::{Kind, Metric, Share};
pub use pair::{Pair, pair};
pub use plain::History;
pub use report::{Known, Near, Report, RuleEffect, SlaEffect};
pub use thread::Difference;
pub use walk::{Backtest, RuleTally, Texts, WEEK_HOURS};

/// The time that counts, in milliseconds UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first instant that counts.
    pub since: i64,
    /// The first instant that no longer does.
    pub until: i64,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            since: i64::MIN,
            until: i64::MAX,
        }
    }
}

#[cfg(test)]
mod tests;
