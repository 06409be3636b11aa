//! Intervals: how far a figure can be trusted.
//!
//! Everything here is arithmetic on counts. The resampling draws from a generator with a fixed
//! seed, so the same history gives the same interval on every machine.

use std::collections::BTreeMap;

/// A lower and an upper end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ends {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Resamples of the bootstrap.
pub const RESAMPLES: usize = 2_000;

/// From here on a count is so large that its spread is that of a normal distribution.
const NORMAL_FROM: f64 = 1_000.0;

#[allow(
    clippy::cast_precision_loss,
    reason = "counts of points are far below 2^52"
)]
pub(super) const fn real(count: u64) -> f64 {
    count as f64
}

/// McNemar's exact test of a paired share: how likely chance alone makes a difference at least as
/// large, when `gained` cases became a hit and `lost` ceased to be one.
#[must_use]
pub fn mcnemar(gained: u64, lost: u64) -> Option<f64> {
    let of = gained + lost;
    if of == 0 {
        return None;
    }
    let few = gained.min(lost);
    // The sum of the binomial terms up to the smaller count, each from the one before, in
    // logarithms: with thousands of cases the terms themselves are below any number.
    let mut term = real(of) * 0.5_f64.ln();
    let mut sum = 0.0;
    for hits in 0..=few {
        sum += term.exp();
        term += (real(of - hits) / real(hits + 1)).ln();
    }
    Some((2.0 * sum).min(1.0))
}

/// The 95 % interval of the sum of something over all customers, by drawing as many customers as
/// there are again and again, with replacement. What belongs to one customer stays together.
///
/// `sums` are the sums of the customers with anything but 0, out of `customers` in all.
#[must_use]
pub fn bootstrap(sums: &[i64], customers: u64, resamples: usize) -> Option<Ends> {
    if customers == 0 || resamples == 0 {
        return None;
    }
    let mut kinds: BTreeMap<i64, u64> = BTreeMap::new();
    for sum in sums.iter().filter(|sum| **sum != 0) {
        *kinds.entry(*sum).or_default() += 1;
    }
    let mut dice = Dice::new();
    let mut found: Vec<f64> = (0..resamples)
        .map(|_| dice.resample(&kinds, customers))
        .collect();
    found.sort_by(f64::total_cmp);
    let at = |per_mille: usize| found.get((found.len() - 1) * per_mille / 1_000).copied();
    Some(Ends {
        low: at(25)?,
        high: at(975)?,
    })
}

/// A generator with a fixed seed.
struct Dice(u64);

impl Dice {
    const fn new() -> Self {
        Self(0x6261_746f_6e00_2026)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, and without, 1.
    const fn unit(&mut self) -> f64 {
        real(self.next() >> 11) / 9_007_199_254_740_992.0
    }

    /// The sum over as many customers as there are, drawn with replacement: how many of each kind
    /// are drawn is one multinomial draw, which is a chain of binomial ones.
    fn resample(&mut self, kinds: &BTreeMap<i64, u64>, customers: u64) -> f64 {
        let (mut left, mut rest, mut sum) = (customers, customers, 0.0);
        for (kind, count) in kinds {
            if left == 0 || rest == 0 {
                break;
            }
            let drawn = self.binomial(left, real(*count) / real(rest));
            #[allow(clippy::cast_precision_loss, reason = "sums of small numbers")]
            let each = *kind as f64;
            sum += each * real(drawn);
            left -= drawn;
            rest = rest.saturating_sub(*count);
        }
        sum
    }

    /// Hits out of `of` with the same chance each.
    fn binomial(&mut self, of: u64, chance: f64) -> u64 {
        if chance >= 1.0 {
            return of;
        }
        if chance > 0.5 {
            return of - self.binomial(of, 1.0 - chance);
        }
        let spread = real(of) * chance * (1.0 - chance);
        if spread > NORMAL_FROM {
            let angle = std::f64::consts::TAU * self.unit();
            let far = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
            let drawn = (far * angle.cos()).mul_add(spread.sqrt(), real(of) * chance);
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "held within 0 and the number of cases"
            )]
            return drawn.round().clamp(0.0, real(of)) as u64;
        }
        // From hit to hit: the misses between two hits are a geometric draw.
        let miss = (1.0 - chance).ln();
        let (mut at, mut hits) = (0.0, 0);
        loop {
            at += ((1.0 - self.unit()).ln() / miss).floor() + 1.0;
            if at > real(of) {
                return hits;
            }
            hits += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64, within: f64) {
        assert!((found - wanted).abs() <= within, "{found} is not {wanted}");
    }

    #[test]
    fn mcnemar_is_the_exact_binomial_test() {
        near(mcnemar(1, 9).unwrap(), 22.0 / 1_024.0, 1e-12);
        near(mcnemar(9, 1).unwrap(), 22.0 / 1_024.0, 1e-12);
        near(mcnemar(5, 5).unwrap(), 1.0, 1e-12);
        near(mcnemar(0, 3).unwrap(), 0.25, 1e-12);
        assert_eq!(mcnemar(0, 0), None);
        assert!(mcnemar(4_000, 6_000).unwrap() < 1e-50);
        near(mcnemar(5_000, 5_000).unwrap(), 1.0, 1e-9);
    }

    #[test]
    fn the_bootstrap_agrees_with_the_spread_that_theory_says() {
        // 1,000 customers of whom 100 gained one: the sum is binomial, 100 ± 1.96 · 9.49.
        let few = bootstrap(&[1; 100], 1_000, RESAMPLES).unwrap();
        near(few.low, 81.4, 2.0);
        near(few.high, 118.6, 2.0);
        // So many that the normal distribution stands in: 20,000 of 100,000, ± 1.96 · 126.5.
        let many = bootstrap(&vec![1; 20_000], 100_000, RESAMPLES).unwrap();
        near(many.low, 19_752.0, 25.0);
        near(many.high, 20_248.0, 25.0);
    }

    #[test]
    fn customers_who_write_often_widen_the_interval() {
        let spread = |interval: Ends| interval.high - interval.low;
        let single = bootstrap(&[1; 100], 1_000, RESAMPLES).unwrap();
        let same_in_ten = bootstrap(&[10; 10], 1_000, RESAMPLES).unwrap();
        assert!(spread(same_in_ten) > 2.0 * spread(single));
    }

    #[test]
    fn the_same_history_gives_the_same_interval_and_nothing_gives_nothing() {
        let sums = [3, -1, -1, 2, 0, 7];
        assert_eq!(
            bootstrap(&sums, 50, RESAMPLES),
            bootstrap(&sums, 50, RESAMPLES)
        );
        let none = bootstrap(&[], 50, RESAMPLES).unwrap();
        assert_eq!((none.low, none.high), (0.0, 0.0));
        assert_eq!(bootstrap(&[], 0, RESAMPLES), None);
    }
}
