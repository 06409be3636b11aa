//! Figures before and after, each with how far it can be trusted.

use serde::Serialize;

use super::stats::{RESAMPLES, bootstrap, mcnemar, real};
use crate::label::{Interval, wilson};

/// Labels below which figures are counts and never shares.
pub(super) const FEW_LABELS: u64 = 30;

/// How sure a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A fact about the recorded history.
    Exact,
    /// An estimate, with its interval.
    Estimate,
    /// The least and the most it can be.
    Bound,
}

/// A share with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// The share.
    pub share: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// A figure, before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Metric {
    /// A stable name.
    pub name: &'static str,
    /// What it is, in words.
    pub says: &'static str,
    /// What is counted.
    pub unit: &'static str,
    /// With the rules compared with.
    pub old: Option<f64>,
    /// With the new rules; none where only bounds are known.
    pub new: Option<f64>,
    /// The new less the old.
    pub delta: Option<f64>,
    /// The lower end of the 95 % interval of the difference, or the least it can be.
    pub low: Option<f64>,
    /// The upper end, or the most.
    pub high: Option<f64>,
    /// Out of how many.
    pub n: u64,
    /// The old figure as a share of `n`.
    pub old_share: Option<Share>,
    /// The new figure as a share of `n`.
    pub new_share: Option<Share>,
    /// How likely such a difference is by chance alone.
    pub p: Option<f64>,
    /// How sure it is.
    pub kind: Kind,
    /// What is to be known about it; may be empty.
    pub note: String,
}

/// What a figure is called.
#[derive(Clone, Copy)]
pub(super) struct Name {
    pub(super) name: &'static str,
    pub(super) says: &'static str,
    pub(super) unit: &'static str,
}

/// A paired yes or no per conversation, with whose conversation it is.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    /// By a number below that of all customers.
    pub(super) customer: u32,
    pub(super) old: i64,
    pub(super) new: i64,
}

impl Metric {
    pub(super) const fn empty(name: Name, n: u64, kind: Kind) -> Self {
        Self {
            name: name.name,
            says: name.says,
            unit: name.unit,
            old: None,
            new: None,
            delta: None,
            low: None,
            high: None,
            n,
            old_share: None,
            new_share: None,
            p: None,
            kind,
            note: String::new(),
        }
    }

    /// Something counted per conversation with both sets of rules.
    pub(super) fn paired(name: Name, pairs: &[Pair], n: u64, kind: Kind, shares: bool) -> Self {
        let sum = |pick: fn(&Pair) -> i64| pairs.iter().map(pick).sum::<i64>();
        let (old, new) = (sum(|pair| pair.old), sum(|pair| pair.new));
        let last = pairs.iter().map(|pair| pair.customer).max();
        let mut sums = vec![None; last.map_or(0, |last| last as usize + 1)];
        for pair in pairs {
            if let Some(sum) = sums.get_mut(pair.customer as usize) {
                *sum = Some(sum.unwrap_or_default() + pair.new - pair.old);
            }
        }
        let sums: Vec<i64> = sums.into_iter().flatten().collect();
        let spread = bootstrap(&sums, sums.len() as u64, RESAMPLES);
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        let gained = pairs.iter().filter(|pair| pair.new > pair.old).count() as u64;
        let lost = pairs.iter().filter(|pair| pair.new < pair.old).count() as u64;
        let (old, new) = (count(old), count(new));
        Self {
            old: Some(real(old)),
            new: Some(real(new)),
            delta: Some(real(new) - real(old)),
            low: spread.map(|spread| spread.low),
            high: spread.map(|spread| spread.high),
            old_share: shares.then(|| Share::of(old, n)).flatten(),
            new_share: shares.then(|| Share::of(new, n)).flatten(),
            p: shares.then(|| mcnemar(gained, lost)).flatten(),
            ..Self::empty(name, n, kind)
        }
    }

    /// Something of which only the least and the most are known for the new rules.
    pub(super) fn bounded(name: Name, old: u64, least: u64, most: u64, n: u64) -> Self {
        let known = least == most;
        let (low, high) = (real(least) - real(old), real(most) - real(old));
        Self {
            old: Some(real(old)),
            new: known.then(|| real(least)),
            delta: known.then_some(low),
            low: Some(low),
            high: Some(high),
            old_share: Share::of(old, n),
            ..Self::empty(name, n, if known { Kind::Exact } else { Kind::Bound })
        }
    }

    pub(super) fn noted(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

impl Share {
    pub(super) fn of(hits: u64, of: u64) -> Option<Self> {
        let share = real(hits) / real(of);
        let Interval { low, high, .. } = wilson(share, real(of))?;
        Some(Self { share, low, high })
    }
}
