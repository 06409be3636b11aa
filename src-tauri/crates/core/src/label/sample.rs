//! The audit sample: a few of the conversations that a bot closed alone, drawn by lot, so that what
//! is missed can be estimated from more than what somebody happened to notice.
//!
//! The lot is the digest of the day and the conversation: every laptop of a team draws the same.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Sampled;
use crate::hash::Hash;
use crate::ids::{ConversationId, Id as _};
use crate::time::{DAY, Timestamp};

/// The day of an instant, in days since 1970-01-01 UTC.
#[must_use]
pub const fn day_of(at: Timestamp) -> i64 {
    at.0.div_euclid(DAY)
}

/// What was drawn of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The episodes, in the order of their lots.
    pub episodes: Vec<(ConversationId, u32)>,
    /// The day, how many were drawn and of how many: the propensity of each of them.
    pub sampled: Sampled,
}

/// Draws so many of a day's episodes. The order in which they are given does not matter.
#[must_use]
pub fn draw(day: i64, episodes: &[(ConversationId, u32)], size: u32) -> Drawn {
    let mut lots: Vec<(Hash, (ConversationId, u32))> = episodes
        .iter()
        .map(|&(conversation, episode)| {
            let lot = Hash::of_parts(&[
                b"audit sample",
                &day.to_be_bytes(),
                &conversation.bits().to_be_bytes(),
                &episode.to_be_bytes(),
            ]);
            (lot, (conversation, episode))
        })
        .collect();
    lots.sort_unstable();
    lots.dedup();
    let of = u32::try_from(lots.len()).unwrap_or(u32::MAX);
    let drawn = of.min(size);
    Drawn {
        episodes: lots
            .into_iter()
            .map(|(_, episode)| episode)
            .take(drawn as usize)
            .collect(),
        sampled: Sampled { day, drawn, of },
    }
}

/// A rate that lies between two others with a confidence of 95 in 100.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The rate.
    pub rate: f64,
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// The 97.5 percent point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The Wilson interval of a rate found in so many; they need not be a whole number, where some
/// count for more than others. None of nothing.
#[must_use]
pub fn wilson(rate: f64, of: f64) -> Option<Interval> {
    if of.is_nan() || of <= 0.0 {
        return None;
    }
    let rate = rate.clamp(0.0, 1.0);
    let square = Z * Z / of;
    let middle = (rate + square / 2.0) / (1.0 + square);
    let reach = Z * (rate * (1.0 - rate) / of + square / (4.0 * of)).sqrt() / (1.0 + square);
    Some(Interval {
        rate,
        low: (middle - reach).clamp(0.0, rate),
        high: (middle + reach).clamp(rate, 1.0),
    })
}

/// An answered lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleAnswer {
    /// How it was drawn.
    pub sampled: Sampled,
    /// Whether a person should have had it.
    pub missed: bool,
}

/// How many conversations that a bot closed alone should have been a person's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The rate with its interval; none while nothing was answered.
    pub missed: Option<Interval>,
    /// Lots answered.
    pub answered: u32,
    /// Of them, those that a person should have had.
    pub found: u32,
    /// Lots drawn on the days that have an answer.
    pub drawn: u32,
    /// Conversations closed on these days.
    pub of: u32,
}

/// Estimates the rate of missed escalations from the answered lots. A day with many conversations
/// counts for more than one with few, as each lot stands for all those that were not drawn; the
/// interval is wider for it (by the effective number of answers).
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "counts of a team are small")]
pub fn estimate(answers: &[SampleAnswer]) -> Estimate {
    let mut days: BTreeMap<i64, (Sampled, u32, u32)> = BTreeMap::new();
    for answer in answers {
        let (sampled, answered, found) =
            days.entry(answer.sampled.day)
                .or_insert((answer.sampled, 0, 0));
        sampled.of = sampled.of.max(answer.sampled.of);
        sampled.drawn = sampled.drawn.max(answer.sampled.drawn);
        *answered += 1;
        *found += u32::from(answer.missed);
    }
    let mut weights = 0.0;
    let mut squares = 0.0;
    let mut missed = 0.0;
    for (sampled, answered, found) in days.values() {
        let weight = f64::from(sampled.of.max(*answered)) / f64::from(*answered);
        weights += weight * f64::from(*answered);
        squares += weight * weight * f64::from(*answered);
        missed += weight * f64::from(*found);
    }
    let effective = if squares > 0.0 {
        weights * weights / squares
    } else {
        0.0
    };
    let sum = |pick: fn(&(Sampled, u32, u32)) -> u32| {
        days.values()
            .fold(0_u32, |all, day| all.saturating_add(pick(day)))
    };
    Estimate {
        missed: wilson(missed / weights.max(f64::MIN_POSITIVE), effective),
        answered: sum(|day| day.1),
        found: sum(|day| day.2),
        drawn: sum(|day| day.0.drawn),
        of: sum(|day| day.0.of),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{SampleAnswer, draw, estimate, wilson};
    use crate::ids::{ConversationId, Id as _};
    use crate::label::Sampled;

    fn episodes(count: u128) -> Vec<(ConversationId, u32)> {
        (0..count)
            .map(|n| (ConversationId::from_bits(n), 1))
            .collect()
    }

    #[test]
    fn every_laptop_draws_the_same_and_each_day_another() {
        let mut closed = episodes(200);
        let here = draw(20_000, &closed, 10);
        closed.reverse();
        closed.extend(episodes(3));
        assert_eq!(draw(20_000, &closed, 10), here);
        assert_eq!((here.sampled.drawn, here.sampled.of), (10, 200));
        assert_ne!(draw(20_001, &closed, 10).episodes, here.episodes);
        let few = draw(20_000, &episodes(3), 10);
        assert_eq!((few.episodes.len(), few.sampled.drawn), (3, 3));
        assert!(draw(20_000, &[], 10).episodes.is_empty());
    }

    #[test]
    fn each_conversation_is_drawn_about_as_often_as_any_other() {
        let closed = episodes(40);
        let mut times = vec![0_u32; 40];
        for day in 0..2_000 {
            for (conversation, _) in draw(day, &closed, 10).episodes {
                times[usize::try_from(conversation.bits()).unwrap()] += 1;
            }
        }
        // 500 each, give or take five standard deviations.
        assert!(
            times.iter().all(|times| (403..=597).contains(times)),
            "{times:?}"
        );
    }

    #[test]
    fn the_interval_is_the_one_of_the_textbook() {
        // 2 of 10: Wilson's interval as printed in tables.
        let found = wilson(0.2, 10.0).unwrap();
        assert!((found.low - 0.0567).abs() < 1e-4, "{found:?}");
        assert!((found.high - 0.5098).abs() < 1e-4, "{found:?}");
        assert_eq!(wilson(0.0, 5.0).unwrap().low, 0.0);
        assert!(wilson(0.0, 5.0).unwrap().high > 0.4, "five prove little");
        assert_eq!(wilson(0.5, 0.0), None);
    }

    #[test]
    fn a_busy_day_counts_for_more() {
        let day = |day, of, missed| SampleAnswer {
            sampled: Sampled { day, drawn: 10, of },
            missed,
        };
        // On a quiet day half were missed, on one nine times as busy none.
        let answers: Vec<SampleAnswer> = (0..10)
            .flat_map(|n| [day(1, 10, n % 2 == 0), day(2, 90, false)])
            .collect();
        let found = estimate(&answers);
        assert!((found.missed.unwrap().rate - 0.05).abs() < 1e-9);
        assert_eq!((found.answered, found.found), (20, 5));
        assert_eq!((found.drawn, found.of), (20, 100));
        let alike: Vec<SampleAnswer> = (0..20).map(|n| day(1, 20, n == 0)).collect();
        let (uneven, even) = (found.missed.unwrap(), estimate(&alike).missed.unwrap());
        assert!(uneven.high > even.high, "uneven days prove less");
        assert_eq!(estimate(&[]).missed, None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        /// Over all the draws there could be, the estimate is right on average.
        #[test]
        fn the_estimate_leans_to_no_side(bad in 0_u128..=30, of in 30_u128..60) {
            let closed = episodes(of);
            let mut sum = 0.0;
            let rounds = 800;
            for day in 0..rounds {
                let drawn = draw(day, &closed, 10);
                let answers: Vec<SampleAnswer> = drawn
                    .episodes
                    .iter()
                    .map(|(conversation, _)| SampleAnswer {
                        sampled: drawn.sampled,
                        missed: conversation.bits() < bad,
                    })
                    .collect();
                sum += estimate(&answers).missed.unwrap().rate;
            }
            let truth = bad as f64 / of as f64;
            let mean = sum / rounds as f64;
            prop_assert!((mean - truth).abs() < 0.03, "{mean} for {truth}");
        }

        #[test]
        fn a_rate_lies_in_its_interval(hits in 0_u32..100, more in 0_u32..100) {
            let of = f64::from(hits + more + 1);
            let found = wilson(f64::from(hits) / of, of).unwrap();
            prop_assert!(0.0 <= found.low && found.low <= found.rate);
            prop_assert!(found.rate <= found.high && found.high <= 1.0);
        }
    }
}
