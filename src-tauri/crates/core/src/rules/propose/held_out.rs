//! What a choice is worth on cases that it was not made with.
//!
//! A limit that is chosen on some labels fits their accidents too, so on them it looks better than
//! it is. Therefore the choice is made anew several times, each time without a part of the
//! conversations, and judged on that part alone. All cases of a conversation are in the same part.

use super::{
    Case, Costs, Outcome,
    weigh::{outcome, saving},
};
use crate::label::Interval;

/// Parts that the conversations are divided into.
pub const FOLDS: u64 = 5;

/// What a choice comes to on cases held out of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldOut {
    /// Every case, judged by the choice that was made without it.
    pub outcome: Outcome,
    /// What that saves against things as they are, with its interval.
    pub saving: Interval,
    /// Of the cases that reach people, the share that needed to; none where there is none.
    pub precision: Option<Interval>,
    /// Of the cases that needed people, the share that reaches them; none where there is none.
    pub recall: Option<Interval>,
}

impl HeldOut {
    /// Judges: `now` says which cases reach people as things are, and `choose` is given which cases
    /// it may look at and says of each case whether it would reach people after that choice.
    pub(super) fn of(
        cases: &[Case],
        now: &[bool],
        costs: Costs,
        mut choose: impl FnMut(&dyn Fn(usize) -> bool) -> Vec<bool>,
    ) -> Self {
        let fold = |case: usize| cases.get(case).map(|case| case.key % FOLDS);
        let mut caught = now.to_vec();
        for part in 0..FOLDS {
            let chosen = choose(&|case| fold(case) != Some(part));
            for (case, (place, then)) in caught.iter_mut().zip(chosen).enumerate() {
                if fold(case) == Some(part) {
                    *place = then;
                }
            }
        }
        let found = outcome(cases, &caught, costs);
        Self {
            saving: saving(cases, now, &caught, costs).0,
            precision: found.false_share.map(complement),
            recall: found.missed_share.map(complement),
            outcome: found,
        }
    }
}

fn complement(share: Interval) -> Interval {
    Interval {
        rate: 1.0 - share.rate,
        low: 1.0 - share.high,
        high: 1.0 - share.low,
    }
}
