//! A back-test on its way through the history: what has to be read, what is known from before, and
//! what is kept for the next one.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use baton_core::hash::Hash;
use baton_core::ids::{ConversationId, Id as _};
use baton_core::rules::backtest::{Backtest, History, Known, Report, Texts};
use baton_core::rules::columns::{Bits, Found, Frame, Sweep};
use baton_core::rules::facts::chunk::{Chunk, Wanted};
use baton_core::time::Timestamp;
use baton_store::{PointMatch, Reader, Readers};

use super::{Halt, Job, Memory, texts};
use crate::changes::Changes;
use crate::desk::DeskHandle;

/// Bytes for what a history comes to under the rules compared with; of a longer one nothing is kept.
const HISTORY: usize = 512 << 20;
/// How often progress is told.
const TOLD: Duration = Duration::from_millis(200);
/// Conversations of which the customers are read at once.
const OWNERS: usize = 4_096;

/// Runs a back-test to its end.
pub(super) fn run(
    job: &Job,
    (memory, erasures): (&mut Memory, &AtomicU64),
    readers: &Readers,
    changes: &Changes,
    desk: &DeskHandle,
) -> Result<Report, Halt> {
    // Asked before anything is read: what is erased later is read again the next time.
    let erased = erasures.load(Ordering::SeqCst);
    if memory.erasures != erased {
        memory.history = None;
        memory.erasures = erased;
    }
    readers.read(|reader| {
        job.total.store(reader.points_count(0)?, Ordering::Relaxed);
        let run = Run {
            job,
            reader,
            changes,
            desk,
            sealed: reader.points_sealed()?,
        };
        let mut ended = run.walk(memory, true, false);
        if matches!(ended, Err(Halt::Unknown)) {
            ended = run.walk(memory, false, false);
        }
        if matches!(ended, Err(Halt::Short)) {
            ended = run.walk(memory, false, true);
        }
        ended
    })
}

/// Keeps what a history comes to for the next back-test, when there is something and it is not too
/// much.
fn keep(memory: &mut Memory, history: Option<History>) {
    if let Some(history) = history.filter(|history| history.size() <= HISTORY) {
        memory.history = Some(history);
    }
}

struct Run<'r> {
    job: &'r Job,
    reader: &'r Reader<'r>,
    changes: &'r Changes,
    desk: &'r DeskHandle,
    sealed: i64,
}

/// A run on its way.
struct Way<'r> {
    run: &'r Run<'r>,
    test: Backtest,
    told: Instant,
    /// Rules of which it is thought known what they find in every sealed chunk.
    trusted: Vec<Hash>,
}

impl Way<'_> {
    /// Goes on from what the last back-test found, where that fits: only what the rules read that
    /// are new is read. Gives the place in the log where that ends.
    fn go_on(&mut self, memory: &mut Memory) -> Result<Option<i64>, Halt> {
        let fits = |history: &History| {
            let wanted = self.test.wanted_anew(history)?;
            (history.until() <= self.run.sealed).then(|| (wanted, history.until()))
        };
        let Some((wanted, until)) = memory.history.as_ref().and_then(fits) else {
            return Ok(None);
        };
        let resumed = memory.history.take();
        if !resumed.is_some_and(|history| self.test.resume(history)) {
            return Ok(None);
        }
        let mut last = 0;
        let reader = self.run.reader;
        reader.point_columns(until, &wanted, |found| -> Result<_, Halt> {
            let Some((number, bare)) = self.test.next_held() else {
                return Err(Halt::Unknown);
            };
            let ends = (bare.seq.first().copied(), bare.seq.last().copied());
            if ends != (Some(found.ends.0), Some(found.ends.1)) {
                return Err(Halt::Unknown);
            }
            last = found.ends.1;
            let chunk = Chunk {
                columns: found.columns,
                ..bare
            };
            self.run
                .show(&mut self.test, (number, &chunk), &mut memory.sweep)?;
            self.tell(chunk.rows())?;
            Ok(ControlFlow::Continue(()))
        })?;
        if last != until {
            return Err(Halt::Unknown);
        }
        Ok(Some(until))
    }

    /// Decides the points after a place in the log.
    fn feed(
        &mut self,
        (after, wanted): &(i64, Wanted),
        sealed: bool,
        memory: &mut Memory,
    ) -> Result<(), Halt> {
        self.run.read(*after, wanted, sealed, |chunk| {
            if self.test.falls_short(&chunk) {
                return Err(Halt::Short);
            }
            let number = number(&chunk);
            if sealed {
                let found = |key: &Hash| memory.sweep.found(number, key).is_some();
                if !self.trusted.iter().all(found) {
                    return Err(Halt::Unknown);
                }
            } else {
                memory.open.push(number);
            }
            let chunk = (number, &chunk);
            self.run.decide(&mut self.test, chunk, &mut memory.sweep)?;
            self.tell(chunk.1.rows())
        })
    }

    /// Tells of the progress, and asks whether to go on.
    fn tell(&mut self, rows: usize) -> Result<(), Halt> {
        let rows = u64::try_from(rows).unwrap_or_default();
        self.run.job.done.fetch_add(rows, Ordering::Relaxed);
        if self.told.elapsed() > TOLD {
            self.told = Instant::now();
            self.run.changes.touched(self.run.job.tag());
        }
        if self.run.job.stop.is_cancelled() {
            return Err(Halt::Stopped);
        }
        Ok(())
    }
}

impl Run<'_> {
    /// Goes through the history once. Of rules that were evaluated before in every sealed chunk
    /// the facts are not read again, when `trusting`, unless they are read `in_full`.
    fn walk(&self, memory: &mut Memory, trusting: bool, in_full: bool) -> Result<Report, Halt> {
        for number in std::mem::take(&mut memory.open) {
            memory.sweep.forget(number);
        }
        let (old, new) = (Arc::clone(&self.job.old), Arc::clone(&self.job.new));
        memory.sweep.keep(&[&old, &new]);
        let mut test = Backtest::new(old, new, self.job.window);
        if in_full {
            test = test.in_full();
        }
        let known: BTreeSet<Hash> = match &memory.complete {
            Some((until, rules)) if trusting && *until == self.sealed => rules.clone(),
            _ => BTreeSet::new(),
        };
        let keys: BTreeSet<Hash> = test
            .keys()
            .into_iter()
            .flat_map(|keys| keys.rules.iter().copied())
            .collect();
        self.job.done.store(0, Ordering::Relaxed);
        let mut way = Way {
            run: self,
            test,
            told: Instant::now(),
            trusted: keys.intersection(&known).copied().collect(),
        };
        let held = match trusting && !in_full {
            true => match way.go_on(memory) {
                Ok(held) => held,
                Err(halt) => {
                    // It was stopped: the next one begins where this one did.
                    if matches!(halt, Halt::Stopped) {
                        keep(memory, way.test.give_back());
                    }
                    return Err(halt);
                }
            },
            false => None,
        };
        let sealed = match held {
            // Of chunks that were sealed since nothing is known.
            Some(until) => (until, way.test.wanted(|_| false)),
            None => (0, way.test.wanted(|key| known.contains(key))),
        };
        if held.is_some() {
            way.trusted.clear();
        }
        let open = (self.sealed, way.test.wanted(|_| false));
        let walked = way.feed(&sealed, true, memory).and_then(|()| {
            way.test.seal();
            way.feed(&open, false, memory)
        });
        let Way { test, .. } = way;
        if let Err(halt) = walked {
            keep(memory, test.give_back());
            return Err(halt);
        }
        memory.complete = Some((self.sealed, keys));
        let known = self.known()?;
        let alone = |id: ConversationId| Known {
            customer: id.bits(),
            label: None,
        };
        let find = |id| known.get(&id).copied().unwrap_or_else(|| alone(id));
        let (report, history) = test.finish(find);
        keep(memory, history);
        Ok(report)
    }

    fn read(
        &self,
        after: i64,
        wanted: &Wanted,
        sealed: bool,
        mut each: impl FnMut(Chunk) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        if sealed && self.sealed <= after {
            return Ok(());
        }
        self.reader.points(after, wanted, |chunk| {
            let last = chunk.seq.last().copied().unwrap_or(i64::MAX);
            if sealed && last > self.sealed {
                return Ok(ControlFlow::Break(()));
            }
            each(chunk)?;
            Ok(if sealed && last == self.sealed {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            })
        })
    }

    fn decide(
        &self,
        test: &mut Backtest,
        (number, chunk): (u64, &Chunk),
        sweep: &mut Sweep,
    ) -> Result<(), Halt> {
        let mut frame = Frame::read(chunk);
        let shown = (number, chunk, &mut frame);
        let (texts, searched) = self.words(test, shown, sweep, Backtest::rows_without_words)?;
        test.feed(number, chunk, (&frame, &texts), sweep);
        if test.is_in_doubt()
            && let Some(first) = chunk.seq.first()
            && let Some(decided) = self.reader.point_conclusions(*first)?
        {
            test.settle(&decided);
        }
        if searched {
            self.keep(test, chunk, number, sweep)?;
        }
        Ok(())
    }

    /// Shows a chunk that is held to the rules that are new.
    fn show(
        &self,
        test: &mut Backtest,
        (number, chunk): (u64, &Chunk),
        sweep: &mut Sweep,
    ) -> Result<(), Halt> {
        let mut frame = Frame::read(chunk);
        let shown = (number, chunk, &mut frame);
        let (_, searched) = self.words(test, shown, sweep, Backtest::rows_anew)?;
        test.show(number, chunk, &frame, sweep);
        if searched {
            self.keep(test, chunk, number, sweep)?;
        }
        Ok(())
    }

    /// Reads the words of messages that rules look for and of which nothing is known, into a frame
    /// and by themselves; says whether there were any.
    fn words(
        &self,
        test: &mut Backtest,
        (number, chunk, frame): (u64, &Chunk, &mut Frame),
        sweep: &mut Sweep,
        asked: fn(&Backtest, u64, &Chunk, &Frame, &Sweep) -> Bits,
    ) -> Result<(Texts, bool), Halt> {
        let mut rows = asked(test, number, chunk, frame, sweep);
        if !rows.is_none() && self.recall(chunk, number, sweep)? {
            rows = asked(test, number, chunk, frame, sweep);
        }
        let (texts, gone) = texts(self.reader, chunk, rows.ones())?;
        for _ in 0..gone {
            test.miss_text();
        }
        texts.fill(frame);
        Ok((texts, !rows.is_none()))
    }

    /// Takes over what rules that look for words found in a chunk at another time.
    fn recall(&self, chunk: &Chunk, number: u64, sweep: &mut Sweep) -> Result<bool, Halt> {
        let first = chunk.seq.first().copied().unwrap_or_default();
        let kept = self.reader.point_matches(first, number.cast_signed())?;
        let any = !kept.is_empty();
        for one in kept {
            if let Some(found) = Found::from_bytes(&one.bits, chunk.rows()) {
                sweep.recall(number, one.rule, found);
            }
        }
        Ok(any)
    }

    /// Keeps what rules that look for words found in a sealed chunk: reading messages is slow.
    fn keep(&self, test: &Backtest, chunk: &Chunk, number: u64, sweep: &Sweep) -> Result<(), Halt> {
        let (Some(first), Some(last)) = (chunk.seq.first(), chunk.seq.last()) else {
            return Ok(());
        };
        if *last > self.sealed {
            return Ok(());
        }
        let found: Vec<PointMatch> = test
            .wordy()
            .into_iter()
            .filter_map(|rule| {
                let found = sweep.found(number, &rule)?;
                Some(PointMatch {
                    chunk: *first,
                    rule,
                    state: number.cast_signed(),
                    bits: found.to_bytes(),
                })
            })
            .collect();
        let put = self
            .desk
            .turn(move |turn| Ok(turn.tx.put_point_matches(&found)?));
        match tokio::runtime::Handle::current().block_on(put) {
            Ok(()) => Ok(()),
            // What cannot be kept is worked out again another time.
            Err(error) => {
                tracing::debug!(%error, "What a back-test found was not kept.");
                Ok(())
            }
        }
    }

    /// Whose each conversation is, and what people said of it last.
    fn known(&self) -> Result<HashMap<ConversationId, Known>, Halt> {
        let mut known = HashMap::new();
        let mut after = 0;
        loop {
            let page = self.reader.conversation_owners(after, OWNERS)?;
            let Some((last, _, _)) = page.last() else {
                break;
            };
            after = *last;
            known.extend(page.iter().map(|(_, id, contact)| {
                let known = Known {
                    customer: contact.bits(),
                    label: None,
                };
                (*id, known)
            }));
        }
        for label in self.reader.labels(Timestamp(i64::MIN))? {
            if let Some(known) = known.get_mut(&label.conversation) {
                known.label = Some(label.label);
            }
        }
        Ok(known)
    }
}

/// What a chunk is known by: where it lies in the log, how long it is, and how much of it was
/// erased since.
fn number(chunk: &Chunk) -> u64 {
    let mut versions = chunk.rulesets.iter();
    let erased = match versions.position(|version| *version == Hash::default()) {
        Some(gone) => (0..chunk.rows())
            .filter(|row| chunk.ruleset.get(*row) == Some(gone))
            .count(),
        None => 0,
    };
    let ends = [chunk.seq.first(), chunk.seq.last()].map(|seq| seq.copied().unwrap_or_default());
    let rows = i64::try_from(chunk.rows()).unwrap_or_default();
    let erased = i64::try_from(erased).unwrap_or_default();
    let bytes: Vec<u8> = [ends[0], ends[1], rows, erased]
        .into_iter()
        .flat_map(i64::to_le_bytes)
        .collect();
    let hash = Hash::of(&bytes);
    hash.0
        .iter()
        .take(8)
        .fold(0, |number, byte| (number << 8) | u64::from(*byte))
}
