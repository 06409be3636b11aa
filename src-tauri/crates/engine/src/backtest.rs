//! Back-tests under way and done: each runs on a thread of its own, reads the history in chunks and
//! can be stopped between two of them.
//!
//! What each rule found in each chunk is kept for as long as the engine runs, by what the rule
//! says; so is what the points tell whatever the rules say, and what the rules compared with decide.
//! After an edit of one rule only the facts that it reads are read, that rule alone is evaluated,
//! and only points at which it acts otherwise are decided again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use baton_core::hash::Hash;
use baton_core::ids::{ConversationId, Id as _};
use baton_core::rules::Ruleset;
use baton_core::rules::backtest::{Backtest, Curve, History, Known, Report, Texts, Window};
use baton_core::rules::columns::{Found, Frame, Sweep};
use baton_core::rules::facts::chunk::{Chunk, Wanted};
use baton_core::time::Timestamp;
use baton_store::{PointMatch, Reader, Readers};
use tokio_util::sync::CancellationToken;

use crate::changes::Changes;
use crate::desk::DeskHandle;
use crate::error::EngineError;

/// Finished back-tests that can still be asked for.
const KEPT: usize = 12;
/// Bytes for the truths of single conditions, so that an edited rule finds its old ones again.
const TRUTHS: usize = 128 << 20;
/// Bytes for what a history comes to under the rules compared with; of a longer one nothing is kept.
const HISTORY: usize = 512 << 20;
/// What changes when a back-test begins or ends.
const ALL: &str = "backtests";
/// How often progress is told.
const TOLD: Duration = Duration::from_millis(200);
/// Conversations of which the customers are read at once.
const OWNERS: usize = 4_096;

/// How a back-test is going.
#[derive(Debug, Clone)]
pub(crate) enum Going {
    /// It is under way.
    Running,
    /// It is done.
    Done(Arc<Report>),
    /// It was stopped.
    Cancelled,
    /// It could not go on.
    Failed(String),
}

/// What is to be tested.
pub(crate) struct Asked {
    pub(crate) old: Arc<Ruleset>,
    pub(crate) new: Arc<Ruleset>,
    pub(crate) window: Window,
    /// Whether the old rules were named; they are those in force otherwise.
    pub(crate) named: bool,
    pub(crate) at: Timestamp,
}

/// One back-test.
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) old: Arc<Ruleset>,
    pub(crate) new: Arc<Ruleset>,
    pub(crate) window: Window,
    /// Whether the rules compared with were named.
    pub(crate) named: bool,
    pub(crate) started: Timestamp,
    pub(crate) stop: CancellationToken,
    done: AtomicU64,
    total: AtomicU64,
    going: Mutex<Going>,
}

impl Job {
    /// Points looked at, and to look at.
    pub(crate) fn progress(&self) -> (u64, u64) {
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (load(&self.done), load(&self.total))
    }

    /// How it is going.
    pub(crate) fn going(&self) -> Going {
        lock(&self.going).clone()
    }

    fn tag(&self) -> BTreeSet<String> {
        BTreeSet::from([format!("backtest:{}", self.id)])
    }
}

/// What was found before.
#[derive(Default)]
struct Memory {
    sweep: Sweep,
    /// The place in the log up to which these rules were evaluated in every sealed chunk.
    complete: Option<(i64, BTreeSet<Hash>)>,
    /// Chunks that were not sealed yet: they will not be seen again.
    open: Vec<u64>,
    /// What the rules compared with last decide in the sealed chunks.
    history: Option<History>,
    /// How often something had been erased when that was worked out.
    erasures: u64,
}

/// Back-tests by their names.
#[derive(Default)]
struct Jobs {
    started: u64,
    known: BTreeMap<String, Arc<Job>>,
}

/// The back-tests of an engine.
#[derive(Clone)]
pub(crate) struct Backtests {
    jobs: Arc<Mutex<Jobs>>,
    memory: Arc<Mutex<Memory>>,
    /// How often something was erased since the start.
    erasures: Arc<AtomicU64>,
}

impl Default for Backtests {
    fn default() -> Self {
        Self {
            jobs: Arc::default(),
            erasures: Arc::default(),
            memory: Arc::new(Mutex::new(Memory {
                sweep: Sweep::new(TRUTHS),
                ..Memory::default()
            })),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why a run ended early.
enum Halt {
    Stopped,
    /// Something that was thought known is not: everything has to be read.
    Unknown,
    /// Points have to be evaluated one by one, for which every fact has to be read.
    Short,
    Failed(EngineError),
}

impl From<EngineError> for Halt {
    fn from(error: EngineError) -> Self {
        Self::Failed(error)
    }
}

impl From<baton_store::StoreError> for Halt {
    fn from(error: baton_store::StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl Backtests {
    /// Says that something was erased: what was worked out before may tell of it.
    pub(crate) fn erased(&self) {
        self.erasures.fetch_add(1, Ordering::SeqCst);
    }

    /// A back-test that is known.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<Job>> {
        lock(&self.jobs).known.get(id).cloned()
    }

    /// Those that are known, the newest first.
    pub(crate) fn all(&self) -> Vec<Arc<Job>> {
        let mut all: Vec<Arc<Job>> = lock(&self.jobs).known.values().cloned().collect();
        all.sort_by_key(|job| std::cmp::Reverse(number_of(&job.id)));
        all
    }

    /// Starts one.
    pub(crate) fn start(
        &self,
        asked: Asked,
        readers: Arc<Readers>,
        (changes, desk): (Changes, DeskHandle),
        stop: CancellationToken,
    ) -> Arc<Job> {
        let job = {
            let mut jobs = lock(&self.jobs);
            jobs.started += 1;
            let job = Arc::new(Job {
                id: format!("b{}", jobs.started),
                old: asked.old,
                new: asked.new,
                window: asked.window,
                named: asked.named,
                started: asked.at,
                stop,
                done: AtomicU64::new(0),
                total: AtomicU64::new(0),
                going: Mutex::new(Going::Running),
            });
            forget_oldest(&mut jobs.known);
            jobs.known.insert(job.id.clone(), Arc::clone(&job));
            job
        };
        let (memory, started) = (Arc::clone(&self.memory), Arc::clone(&job));
        let erasures = Arc::clone(&self.erasures);
        changes.touched(BTreeSet::from([ALL.to_owned()]));
        tokio::task::spawn_blocking(move || {
            let memory = (&*memory, &*erasures);
            let ended = match run(&started, memory, &readers, &changes, &desk) {
                Ok(report) => Going::Done(Arc::new(report)),
                Err(Halt::Stopped) => Going::Cancelled,
                Err(Halt::Failed(error)) => Going::Failed(error.to_string()),
                Err(Halt::Unknown | Halt::Short) => {
                    Going::Failed("the history changed meanwhile".to_owned())
                }
            };
            *lock(&started.going) = ended;
            let mut tags = started.tag();
            tags.insert(ALL.to_owned());
            changes.touched(tags);
        });
        job
    }
}

/// Lets a curve see the whole history.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn draw(reader: &Reader<'_>, curve: &mut Curve) -> Result<(), EngineError> {
    let wanted = curve.wanted();
    reader.points::<EngineError>(0, &wanted, |chunk| {
        let mut frame = Frame::read(&chunk);
        let rows = curve.rows_without_words(&chunk, &frame);
        texts(reader, &chunk, rows.ones())?.0.fill(&mut frame);
        curve.feed(&chunk, &frame);
        Ok(ControlFlow::Continue(()))
    })
}

fn number_of(id: &str) -> u64 {
    id.trim_start_matches('b').parse().unwrap_or(0)
}

fn forget_oldest(jobs: &mut BTreeMap<String, Arc<Job>>) {
    while jobs.len() >= KEPT {
        let ended = jobs
            .values()
            .filter(|job| !matches!(job.going(), Going::Running))
            .min_by_key(|job| number_of(&job.id))
            .map(|job| job.id.clone());
        let Some(ended) = ended else { return };
        jobs.remove(&ended);
    }
}

fn run(
    job: &Job,
    (memory, erasures): (&Mutex<Memory>, &AtomicU64),
    readers: &Readers,
    changes: &Changes,
    desk: &DeskHandle,
) -> Result<Report, Halt> {
    let mut memory = lock(memory);
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
        match run.walk(&mut memory, true, false) {
            Err(Halt::Unknown | Halt::Short) => run.walk(&mut memory, false, true),
            other => other,
        }
    })
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
        self.run
            .reader
            .point_columns(until, &wanted, |found| -> Result<_, Halt> {
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
                let frame = Frame::read(&chunk);
                self.test.show(number, &chunk, &frame, &mut memory.sweep);
                self.tell(chunk.rows())?;
                Ok(ControlFlow::Continue(()))
            })
            .inspect_err(|halt| {
                // It was stopped: the next one begins where this one did.
                if matches!(halt, Halt::Stopped) {
                    let Job {
                        old, new, window, ..
                    } = self.run.job;
                    let test = Backtest::new(Arc::clone(old), Arc::clone(new), *window);
                    memory.history = std::mem::replace(&mut self.test, test).give_back();
                }
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
            true => way.go_on(memory)?,
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
            memory.history = test.give_back();
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
        if let Some(history) = history.filter(|history| history.size() <= HISTORY) {
            memory.history = Some(history);
        }
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
        let mut rows = test.rows_without_words(number, chunk, &frame, sweep);
        if !rows.is_none() && self.recall(chunk, number, sweep)? {
            rows = test.rows_without_words(number, chunk, &frame, sweep);
        }
        let searched = !rows.is_none();
        let (texts, gone) = texts(self.reader, chunk, rows.ones())?;
        for _ in 0..gone {
            test.miss_text();
        }
        texts.fill(&mut frame);
        test.feed(number, chunk, (&frame, &texts), sweep);
        if searched {
            self.keep(test, chunk, number, sweep)?;
        }
        Ok(())
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

/// The words of messages, and how many of them are gone.
fn texts(
    reader: &Reader<'_>,
    chunk: &Chunk,
    rows: impl Iterator<Item = usize>,
) -> Result<(Texts, u64), EngineError> {
    let (mut texts, mut gone) = (Texts::default(), 0);
    for row in rows {
        let seq = chunk.message.get(row).copied().filter(|seq| *seq > 0);
        let words = match seq {
            Some(seq) => reader.words_at(seq)?,
            None => None,
        };
        match words {
            Some((text, subject)) => {
                texts.0.insert(row, (text.into(), subject.into()));
            }
            None => gone += 1,
        }
    }
    Ok((texts, gone))
}

/// The words of every message of a chunk, as far as they are still there.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn all_texts(reader: &Reader<'_>, chunk: &Chunk) -> Result<Texts, EngineError> {
    Ok(texts(reader, chunk, 0..chunk.rows())?.0)
}
