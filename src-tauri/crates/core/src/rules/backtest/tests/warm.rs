//! What is kept from one back-test to the next changes nothing: with it and without, whichever way
//! was gone, the report is the same to the last byte.

use std::sync::Arc;

use proptest::prelude::*;

use super::{
    Event, feed, known, record,
    replay::{events, parsed, rule_of},
    texts, walked,
};
use crate::rules::{
    Ruleset,
    backtest::{Backtest, Difference, History, Report, Window},
    columns::{Frame, Sweep},
    eval::tests::{LINES, START},
    facts::chunk::{Chunk, ColumnKey},
};

/// Everything that a report says.
fn told(report: &Report) -> (String, Vec<Difference>) {
    (serde_json::to_string(report).unwrap(), report.list.clone())
}

/// A history, of which the last chunks are not sealed.
struct Recorded {
    chunks: Vec<Chunk>,
    open: usize,
    events: Vec<Event>,
    window: Window,
}

impl Recorded {
    fn cold(&self, old: &Arc<Ruleset>, new: &Arc<Ruleset>) -> Report {
        let test = Backtest::new(Arc::clone(old), Arc::clone(new), self.window);
        let short = self.chunks.iter().any(|chunk| test.falls_short(chunk));
        let test = if short { test.in_full() } else { test };
        let mut sweep = Sweep::new(1 << 20);
        walked(test, &self.chunks, &self.events, &mut sweep).report(known)
    }

    /// Every point with its facts, one after the other.
    fn long(&self, old: &Arc<Ruleset>, new: &Arc<Ruleset>) -> Report {
        let test = Backtest::new(Arc::clone(old), Arc::clone(new), self.window).in_full();
        let mut sweep = Sweep::new(1 << 20);
        walked(test, &self.chunks, &self.events, &mut sweep).report(known)
    }

    /// With what an earlier one left, as far as it can be used.
    fn warm(
        &self,
        old: &Arc<Ruleset>,
        new: &Arc<Ruleset>,
        history: Option<History>,
        sweep: &mut Sweep,
    ) -> (Report, Option<History>) {
        let sealed = self.chunks.len() - self.open;
        for number in sealed..self.chunks.len() {
            sweep.forget(number as u64);
        }
        sweep.keep(&[old, new]);
        let mut test = Backtest::new(Arc::clone(old), Arc::clone(new), self.window);
        if self.chunks.iter().any(|chunk| test.falls_short(chunk)) {
            return (self.long(old, new), history);
        }
        let mut from = 0;
        if let Some(history) = history
            && let Some(wanted) = test.wanted_anew(&history)
            && test.resume(history)
        {
            while let Some((number, bare)) = test.next_held() {
                let whole = &self.chunks[usize::try_from(number).unwrap()];
                assert_eq!((&bare.at, &bare.event), (&whole.at, &whole.event));
                let columns = whole.columns.clone().into_iter();
                let chunk = Chunk {
                    columns: columns.filter(|(key, _)| wanted.has(key)).collect(),
                    ..bare
                };
                let mut frame = Frame::read(&chunk);
                let rows = test.rows_anew(number, &chunk, &frame, sweep);
                texts(&chunk, &rows, &self.events).fill(&mut frame);
                test.show(number, &chunk, &frame, sweep);
                from += 1;
            }
            assert_eq!(from, sealed);
        }
        for (number, chunk) in (0_u64..).zip(&self.chunks).skip(from) {
            if number == sealed as u64 {
                test.seal();
            }
            feed(&mut test, (number, chunk), &self.events, sweep);
        }
        test.finish(known)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn after_any_edits_a_warm_backtest_says_what_a_cold_one_says_and_so_does_the_long_way(
        first in prop::collection::vec(rule_of(LINES), 1..7),
        edits in prop::collection::vec((0_usize..7, rule_of(LINES), any::<bool>()), 1..5),
        events in events(),
        rows in 3_usize..40,
        open in 1_usize..3,
        other in prop::option::of(rule_of(LINES)),
        from in 0_i64..30,
        bound in any::<bool>(),
    ) {
        let rules: Vec<(usize, String)> = first.into_iter().enumerate().collect();
        let Some(old) = parsed(&rules) else {
            return Err(TestCaseError::reject("refused by the checker"));
        };
        // What is recorded may have been decided by other rules.
        let then = other.and_then(|other| parsed(&[(0, other)]));
        let chunks = record(then.as_ref().unwrap_or(&old), &events, rows);
        let since = START + from * 5 * crate::time::MINUTE;
        let recorded = Recorded {
            open: open.min(chunks.len()),
            chunks,
            events,
            window: Window {
                since: if from < 10 { i64::MIN } else { since },
                until: if bound { since + crate::time::HOUR } else { i64::MAX },
            },
        };
        let mut sweep = Sweep::new(1 << 16);
        let mut history = None;
        for (place, edit, swap) in edits {
            let mut edited = rules.clone();
            match edited.get_mut(place) {
                Some(known) => known.1 = edit,
                None => edited.push((place + 10, edit)),
            }
            if swap {
                edited.reverse();
            }
            let Some(new) = parsed(&edited) else { continue };
            let probe = Backtest::new(Arc::clone(&old), Arc::clone(&new), recorded.window);
            if probe.looks_between() {
                continue;
            }
            let goes_on = probe.plain.is_some();
            // What these rules recorded can be gone on from by whatever takes the same way.
            if let Some(history) = &history
                && then.is_none()
            {
                prop_assert_eq!(probe.wanted_anew(history).is_some(), goes_on);
            }
            let cold = told(&recorded.cold(&old, &new));
            prop_assert_eq!(&told(&recorded.long(&old, &new)), &cold);
            let (warm, kept) = recorded.warm(&old, &new, history.take(), &mut sweep);
            prop_assert_eq!(&told(&warm), &cold);
            prop_assert!(kept.is_some() || !goes_on || then.is_some());
            history = kept;
        }
    }
    #[test]
    fn what_was_decided_is_read_only_where_its_outline_leaves_a_doubt(
        rules in prop::collection::vec(rule_of(LINES), 1..7),
        events in events(),
        rows in 3_usize..40,
        late in any::<bool>(),
    ) {
        let rules: Vec<(usize, String)> = rules.into_iter().enumerate().collect();
        let Some(old) = parsed(&rules) else {
            return Err(TestCaseError::reject("refused by the checker"));
        };
        let mut chunks = record(&old, &events, rows);
        if late {
            // Of what the rules remembered by then nothing is known.
            chunks.remove(0);
        }
        let test = || Backtest::new(Arc::clone(&old), Arc::clone(&old), Window::default());
        prop_assume!(test().plain.is_some());
        let mut sweep = Sweep::new(1 << 20);
        let whole = walked(test(), &chunks, &events, &mut sweep).report(known);
        let mut lean = test();
        for (number, chunk) in (0_u64..).zip(&chunks) {
            let mut chunk = chunk.clone();
            let decided = chunk.columns.remove(&ColumnKey::Conclusion).unwrap();
            feed(&mut lean, (number, &chunk), &events, &mut sweep);
            prop_assert!(late || !lean.is_in_doubt());
            if lean.is_in_doubt() {
                lean.settle(&decided);
            }
        }
        let lean = lean.report(known);
        prop_assert!(late || lean.faithful == lean.recorded);
        prop_assert_eq!(told(&lean), told(&whole));
    }
}
