//! What a rule must have shown before it acts, and how much it may do when it does.

use crate::{rules::outcome::Target, time::DAY};

/// What must be met before a rule goes live.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// Decisions that it must have looked at in shadow, or …
    pub decisions: u64,
    /// … how long it must have been in shadow, in milliseconds.
    pub watch: i64,
    /// By how much it may change the number of handoffs to people, as a share of the decisions
    /// that it looked at.
    pub handoffs: f64,
    /// Who may approve it; anybody of the team when empty.
    pub approvers: Vec<Target>,
    /// What becomes of an edit of the file by hand that lets a rule act as it never did.
    pub by_hand: ByHand,
}

/// What becomes of an edit of the file by hand that lets a rule act as it never did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ByHand {
    /// It waits until somebody puts it in force with a reason; the last good rules stay.
    #[default]
    Hold,
    /// It is put in force, and each such rule is named until somebody approves it.
    Obey,
}

impl ByHand {
    /// The words of rule files.
    pub const NAMES: [(&'static str, Self); 2] = [("hold", Self::Hold), ("obey", Self::Obey)];
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            decisions: 200,
            watch: 7 * DAY,
            handoffs: 0.1,
            approvers: vec![Target::Role("lead".into()), Target::Role("owner".into())],
            by_hand: ByHand::Hold,
        }
    }
}

/// Prepared texts that one rule may send within an hour, where the file says nothing else.
pub const MACROS_PER_HOUR: u32 = 60;
