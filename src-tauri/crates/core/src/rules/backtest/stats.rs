//! Intervals: how far a figure can be trusted.
//!
//! Everything here is arithmetic on counts. The resampling draws from a generator with a fixed
//! seed, so the same history gives the same interval on every machine.

mod dice;

use std::collections::BTreeMap;

use dice::Dice;

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

#[allow(
    clippy::cast_precision_loss,
    reason = "counts of points are far below 2^52"
)]
pub(super) const fn real(count: u64) -> f64 {
    count as f64
}

#[allow(clippy::cast_precision_loss, reason = "sums of small numbers")]
const fn signed(sum: i64) -> f64 {
    sum as f64
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

/// The middle of some figures, with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Middle {
    /// The median.
    pub median: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Out of how many.
    pub n: u64,
}

/// Figures below which a median says too little.
const FEW: usize = 8;

/// The median with the interval that the order of the figures gives, whatever their distribution:
/// how many lie below the true middle is a throw of so many coins. None of few.
#[must_use]
pub fn middle(mut figures: Vec<f64>) -> Option<Middle> {
    if figures.len() < FEW {
        return None;
    }
    figures.sort_by(f64::total_cmp);
    let n = figures.len();
    let half = real(n as u64) / 2.0;
    let spread = 1.96 * real(n as u64).sqrt() / 2.0;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ranks within the list"
    )]
    let rank = |rank: f64| rank.max(1.0) as usize - 1;
    let at = |place: usize| figures.get(place.min(n - 1)).copied();
    Some(Middle {
        median: f64::midpoint(at((n - 1) / 2)?, at(n / 2)?),
        low: at(rank((half - spread).floor()))?,
        high: at(rank((half + spread + 1.0).ceil()))?,
        n: n as u64,
    })
}

/// The value below which a share of some figures lies.
#[must_use]
pub fn quantile(figures: &[i64], share: f64) -> Option<i64> {
    let mut sorted = figures.to_vec();
    sorted.sort_unstable();
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank within the list"
    )]
    let rank = (real(sorted.len() as u64) * share).ceil() as usize;
    sorted.get(rank.checked_sub(1)?).copied()
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
    let kinds: Vec<(f64, u64)> = kinds
        .into_iter()
        .map(|(sum, count)| (signed(sum), count))
        .collect();
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

/// A figure with whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Owned {
    /// The figure.
    pub(super) wait: i64,
    /// The customer, by a number.
    pub(super) customer: u32,
}

/// Steps that drawing quantiles again may take.
const STEPS: usize = 4_000_000;

/// The 95 % interval of how a quantile changes, by drawing as many customers as there are again and
/// again, with replacement; each list stands in the order of its figures.
pub(super) fn quantile_change(old: &[Owned], new: &[Owned], share: f64) -> Option<Ends> {
    let most = old.iter().chain(new).map(|one| one.customer).max()?;
    let customers = most as usize + 1;
    let mut there = vec![false; customers];
    for one in old.iter().chain(new) {
        if let Some(there) = there.get_mut(one.customer as usize) {
            *there = true;
        }
    }
    // Only those who come into a queue can change anything.
    let known: Vec<usize> = (0..customers)
        .filter(|number| there.get(*number) == Some(&true))
        .collect();
    let resamples = (STEPS / (old.len() + new.len()).max(1)).clamp(200, RESAMPLES);
    let mut dice = Dice::new();
    let mut drawn = vec![0_u32; customers];
    let mut found = Vec::with_capacity(resamples);
    for _ in 0..resamples {
        drawn.iter_mut().for_each(|times| *times = 0);
        for _ in 0..known.len() {
            let customer = known.get(dice.below(known.len()));
            if let Some(times) = customer.and_then(|customer| drawn.get_mut(*customer)) {
                *times += 1;
            }
        }
        let [old, new] = [old, new].map(|list| weighed(list, &drawn, share));
        if let (Some(old), Some(new)) = (old, new) {
            found.push(signed(new - old));
        }
    }
    found.sort_by(f64::total_cmp);
    let at = |per_mille: usize| {
        found
            .get(found.len().saturating_sub(1) * per_mille / 1_000)
            .copied()
    };
    Some(Ends {
        low: at(25)?,
        high: at(975)?,
    })
}

/// The quantile of figures in order, each as often as its customer was drawn.
fn weighed(list: &[Owned], drawn: &[u32], share: f64) -> Option<i64> {
    let times = |one: &Owned| u64::from(drawn.get(one.customer as usize).copied().unwrap_or(0));
    let all: u64 = list.iter().map(times).sum();
    let wanted = real(all) * share;
    let mut passed = 0;
    list.iter()
        .find(|one| {
            passed += times(one);
            passed > 0 && real(passed) >= wanted
        })
        .map(|one| one.wait)
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
        // 20,000 of 100,000: ± 1.96 · 126.5.
        let many = bootstrap(&vec![1; 20_000], 100_000, RESAMPLES).unwrap();
        near(many.low, 19_752.0, 25.0);
        near(many.high, 20_248.0, 25.0);
    }

    #[test]
    fn a_median_has_the_interval_of_its_order_and_few_figures_have_none() {
        assert_eq!(middle(vec![1.0; 7]), None);
        let found = middle((1..=100).rev().map(f64::from).collect()).unwrap();
        assert_eq!((found.median, found.n), (50.5, 100));
        // Tables of the sign test give the 40th and the 61st of a hundred.
        assert_eq!((found.low, found.high), (40.0, 61.0));
        assert_eq!(quantile(&[5, 1, 4, 2, 3], 0.5), Some(3));
        assert_eq!(quantile(&[5, 1, 4, 2, 3], 0.95), Some(5));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn the_change_of_a_quantile_has_an_interval_that_customers_who_write_often_widen() {
        let list = |each: u32, shift: i64| -> Vec<Owned> {
            let owned = (0..1_000_u32).map(|number| Owned {
                wait: i64::from(number) + shift,
                customer: number / each,
            });
            owned.collect()
        };
        // The same everywhere but ten more: whoever is drawn, the change is ten.
        let same = quantile_change(&list(1, 0), &list(1, 10), 0.5).unwrap();
        assert_eq!((same.low, same.high), (10.0, 10.0));
        // Half of them are let go: the middle of the others moves by 250, more or less.
        let half = |each: u32| {
            let new: Vec<Owned> = list(each, 0)
                .into_iter()
                .filter(|one| one.wait >= 500)
                .collect();
            quantile_change(&list(each, 0), &new, 0.5).unwrap()
        };
        let found = half(1);
        assert!(found.low > 200.0 && found.low < 250.0, "{found:?}");
        assert!(found.high > 250.0 && found.high < 300.0, "{found:?}");
        assert_eq!(found, half(1), "the same each time");
        let spread = |each| {
            let ends = half(each);
            ends.high - ends.low
        };
        assert!(spread(10) > 1.5 * spread(1), "ten of each customer");
        assert_eq!(quantile_change(&[], &[], 0.5), None);
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
