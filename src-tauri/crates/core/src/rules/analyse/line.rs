//! Numbers on a line: where limits cut it, and a number that a person would choose between two cuts.

use std::collections::BTreeMap;

use batsat::Lit;

use super::gates::Gates;
use crate::{
    rules::plan::{Compare, Operand, Source},
    time::{DAY, HOUR, MINUTE, SECOND},
};

/// What lies on one line: readings that rise and fall together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LineKey {
    /// An operand of its own.
    Operand(Operand),
    /// How long ago an instant was; how long until it is the same line turned round.
    Since(Source),
}

/// One line with its cuts: each says whether the number is less than it.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// The cuts, from the least.
    pub(super) cuts: BTreeMap<i64, Lit>,
    /// The least and the largest number there is.
    pub(super) range: (i64, i64),
}

impl Line {
    /// Turns the cuts that were noted into literals in their order.
    pub(super) fn draw(&mut self, gates: &mut Gates) {
        let (least, most) = self.range;
        let mut before: Option<Lit> = None;
        for (cut, lit) in &mut self.cuts {
            *lit = if *cut <= least {
                gates.no()
            } else if *cut > most {
                gates.yes()
            } else {
                gates.fresh(false)
            };
            if let Some(before) = before {
                gates.claim(&[!before, *lit]);
            }
            before = Some(*lit);
        }
    }

    /// The number is less than a cut.
    pub(super) fn below(&self, cut: Option<i64>, gates: &Gates) -> Lit {
        // Beyond the last number there is nothing.
        cut.map_or(gates.yes(), |cut| {
            self.cuts.get(&cut).copied().unwrap_or(gates.no())
        })
    }

    /// The number compares so with a limit.
    pub(super) fn compared(&self, compare: Compare, limit: i64, gates: &mut Gates) -> Lit {
        let under = self.below(Some(limit), gates);
        let up_to = self.below(limit.checked_add(1), gates);
        match compare {
            Compare::Less => under,
            Compare::AtMost => up_to,
            Compare::AtLeast => !under,
            Compare::More => !up_to,
            Compare::Equal => gates.all([!under, up_to]),
            Compare::NotEqual => !gates.all([!under, up_to]),
        }
    }

    /// Between which numbers the answer lies, both included.
    pub(super) fn between(&self, gates: &Gates) -> (i64, i64) {
        let (mut least, mut most) = self.range;
        for (cut, lit) in &self.cuts {
            if gates.value(*lit) {
                most = most.min(cut.saturating_sub(1));
            } else {
                least = least.max(*cut);
            }
        }
        (least, most)
    }
}

/// A number with a point as a whole number in the same order.
pub(super) fn rank(value: f64) -> i64 {
    if value == 0.0 {
        return 0;
    }
    let size = value.abs().to_bits().cast_signed();
    if value > 0.0 { size } else { -size }
}

/// The number with a point of a rank.
pub(super) fn unrank(rank: i64) -> f64 {
    let size = f64::from_bits(rank.unsigned_abs());
    if rank < 0 { -size } else { size }
}

/// The number from a stretch that a person would choose.
pub(super) fn choose(least: i64, most: i64, millis: bool) -> i64 {
    let steps: &[i64] = if millis {
        &[DAY, HOUR, 30 * MINUTE, 5 * MINUTE, MINUTE, SECOND]
    } else {
        &[1_000, 100, 10]
    };
    // The first round number of the stretch, when the stretch holds one that is not far away.
    let start = if least == i64::MIN {
        most.min(0)
    } else {
        least
    };
    for step in steps {
        let up = start.div_euclid(*step).saturating_mul(*step);
        let up = if up < start {
            up.saturating_add(*step)
        } else {
            up
        };
        let near = up.saturating_sub(start) <= start.saturating_abs().max(*step) / 4;
        if millis && up >= least && up <= most && (near || *step <= MINUTE) {
            return up;
        }
    }
    start.clamp(least, most)
}

/// The number with a point from a stretch that a person would choose.
pub(super) fn choose_decimal(least: f64, most: f64) -> f64 {
    for digits in [0, 1, 2, 3, 6] {
        let scale = 10_f64.powi(digits);
        let middle = if least.is_finite() && most.is_finite() {
            f64::midpoint(least, most)
        } else if least.is_finite() {
            least + 1.0 / scale
        } else if most.is_finite() {
            most - 1.0 / scale
        } else {
            0.0
        };
        for number in [
            (middle * scale).round() / scale,
            (least * scale).ceil() / scale,
            (most * scale).floor() / scale,
        ] {
            if number.is_finite() && number >= least && number <= most {
                return number;
            }
        }
    }
    if least.is_finite() { least } else { most }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranks_keep_the_order_and_lead_back(a in any::<f64>(), b in any::<f64>()) {
            prop_assume!(!a.is_nan() && !b.is_nan());
            prop_assert_eq!(rank(a).cmp(&rank(b)), a.partial_cmp(&b).unwrap());
            prop_assert_eq!(unrank(rank(a)), a);
        }

        #[test]
        fn what_is_chosen_lies_in_its_stretch(a in any::<i64>(), length in 0..i64::MAX, millis in any::<bool>()) {
            let most = a.saturating_add(length);
            let chosen = choose(a, most, millis);
            prop_assert!((a..=most).contains(&chosen));
        }

        #[test]
        fn also_among_numbers_with_a_point(a in -1e9_f64..1e9, length in 0.0..1e3_f64) {
            let chosen = choose_decimal(a, a + length);
            prop_assert!(a <= chosen && chosen <= a + length);
        }
    }
}
