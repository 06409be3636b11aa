//! What a choice of conversations comes to on the labelled cases.

use super::{Case, Costs};
use crate::label::{Interval, wilson};

/// What rules come to on labelled cases. Counts are of labels; the cost counts a case for as many
/// as it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Outcome {
    /// Labelled cases.
    pub labelled: u32,
    /// Of them, those that needed people.
    pub needed: u32,
    /// Cases that reach people.
    pub handoffs: u32,
    /// Of them, those that did not need to.
    pub false_handoffs: u32,
    /// Cases that needed people and do not reach them, or not in time.
    pub missed: u32,
    /// What it costs.
    pub cost: f64,
    /// The share of handoffs that were not needed, with its interval; none where there is none.
    pub false_share: Option<Interval>,
    /// The share of needed cases that are missed, with its interval; none where there is none.
    pub missed_share: Option<Interval>,
}

/// Weighs which cases reach people.
pub(super) fn outcome(cases: &[Case], caught: &[bool], costs: Costs) -> Outcome {
    let mut sum = Outcome::default();
    for (case, caught) in cases.iter().zip(caught) {
        sum.labelled += 1;
        sum.needed += u32::from(case.needed);
        sum.handoffs += u32::from(*caught);
        sum.false_handoffs += u32::from(*caught && !case.needed);
        sum.missed += u32::from(!*caught && case.needed);
        sum.cost += cost(case, *caught, costs);
    }
    let share =
        |part: u32, whole: u32| wilson(f64::from(part) / f64::from(whole.max(1)), f64::from(whole));
    sum.false_share = share(sum.false_handoffs, sum.handoffs);
    sum.missed_share = share(sum.missed, sum.needed);
    sum
}

/// What a case costs.
pub(super) fn cost(case: &Case, caught: bool, costs: Costs) -> f64 {
    let one = match (caught, case.needed) {
        (true, _) => costs.handoff,
        (false, true) => costs.miss,
        (false, false) => 0.0,
    };
    one * case.weight
}

/// What going from one choice to another saves, with its interval: the cases are taken as a sample,
/// and the sum of what each saves as normal.
pub(super) fn saving(
    cases: &[Case],
    before: &[bool],
    after: &[bool],
    costs: Costs,
) -> (Interval, u32) {
    let mut changed = 0;
    let saved: Vec<f64> = cases
        .iter()
        .zip(before.iter().zip(after))
        .map(|(case, (was, is))| {
            changed += u32::from(was != is);
            cost(case, *was, costs) - cost(case, *is, costs)
        })
        .collect();
    #[allow(clippy::cast_precision_loss, reason = "labels are few")]
    let count = saved.len().max(1) as f64;
    let sum: f64 = saved.iter().sum();
    let mean = sum / count;
    let squares: f64 = saved.iter().map(|one| (one - mean) * (one - mean)).sum();
    // The sum of so many independent cases spreads with the root of their number.
    let spread = 1.96 * (squares / (count - 1.0).max(1.0) * count).sqrt();
    let interval = Interval {
        rate: sum,
        low: sum - spread,
        high: sum + spread,
    };
    (interval, changed)
}
