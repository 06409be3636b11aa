//! Back-tests under way and done: each runs on a thread of its own, reads the history in chunks and
//! can be stopped between two of them.
//!
//! What each rule found in each chunk is kept for as long as the engine runs, by what the rule
//! says; so is what the points tell whatever the rules say, and what the rules compared with decide.
//! After an edit of one rule only the facts that it reads are read, that rule alone is evaluated,
//! and only points at which it acts otherwise are decided again.

mod way;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use baton_core::hash::Hash;
use baton_core::rules::Ruleset;
use baton_core::rules::backtest::{Curve, History, Report, Texts, Window};
use baton_core::rules::columns::{Frame, Sweep};
use baton_core::rules::facts::chunk::Chunk;
use baton_core::time::Timestamp;
use baton_store::{Reader, Readers};
use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

use crate::changes::Changes;
use crate::desk::DeskHandle;
use crate::error::EngineError;

/// Finished back-tests that can still be asked for.
const KEPT: usize = 12;
/// Bytes for the truths of single conditions, so that an edited rule finds its old ones again.
const TRUTHS: usize = 128 << 20;
/// How long one back-test waits before it asks again whether another has ended.
const WAIT: Duration = Duration::from_millis(20);
/// What changes when a back-test begins or ends.
const ALL: &str = "backtests";

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

impl Memory {
    fn new() -> Self {
        Self {
            sweep: Sweep::new(TRUTHS),
            ..Self::default()
        }
    }
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
    /// Whose turn it is to draw a curve.
    curve: Arc<tokio::sync::Mutex<()>>,
}

impl Default for Backtests {
    fn default() -> Self {
        Self {
            jobs: Arc::default(),
            erasures: Arc::default(),
            curve: Arc::default(),
            memory: Arc::new(Mutex::new(Memory::new())),
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

    /// Waits until no other curve is drawn. A curve reads the whole history, as a back-test does; were
    /// several drawn at once, nobody else could read.
    pub(crate) async fn curve_turn(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.curve).lock_owned().await
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
            let ended = ended(&memory, |memory| {
                let mut memory = held(memory, &started.stop)?;
                let memory = (&mut *memory, &*erasures);
                way::run(&started, memory, &readers, &changes, &desk)
            });
            *lock(&started.going) = ended;
            let mut tags = started.tag();
            tags.insert(ALL.to_owned());
            changes.touched(tags);
        });
        job
    }
}

/// How a run ended. One that breaks off in the middle is said to have failed, and what it may have
/// left half done is forgotten.
fn ended(
    memory: &Mutex<Memory>,
    run: impl FnOnce(&Mutex<Memory>) -> Result<Report, Halt>,
) -> Going {
    match catch_unwind(AssertUnwindSafe(|| run(memory))) {
        Ok(Ok(report)) => Going::Done(Arc::new(report)),
        Ok(Err(Halt::Stopped)) => Going::Cancelled,
        Ok(Err(Halt::Failed(error))) => Going::Failed(error.to_string()),
        Ok(Err(Halt::Unknown | Halt::Short)) => {
            Going::Failed("the history changed meanwhile".to_owned())
        }
        Err(_) => {
            *lock(memory) = Memory::new();
            memory.clear_poison();
            tracing::error!("A back-test broke off.");
            Going::Failed("it broke off; the log of the app says where".to_owned())
        }
    }
}

/// The memory, once no other back-test is at work in it, unless this one is stopped before.
fn held<'m>(
    memory: &'m Mutex<Memory>,
    stop: &CancellationToken,
) -> Result<MutexGuard<'m, Memory>, Halt> {
    loop {
        match memory.try_lock() {
            Ok(memory) => return Ok(memory),
            Err(TryLockError::Poisoned(memory)) => return Ok(memory.into_inner()),
            Err(TryLockError::WouldBlock) if stop.is_cancelled() => return Err(Halt::Stopped),
            Err(TryLockError::WouldBlock) => std::thread::sleep(WAIT),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_breaks_off_has_failed_and_the_next_one_begins_afresh() {
        let memory = Mutex::new(Memory::new());
        let broken = ended(&memory, |memory| {
            let mut memory = held(memory, &CancellationToken::new())?;
            memory.complete = Some((1, BTreeSet::new()));
            panic!("a fault of ours");
        });
        assert!(matches!(broken, Going::Failed(_)), "{broken:?}");
        let next = ended(&memory, |memory| {
            let memory = held(memory, &CancellationToken::new())?;
            assert!(memory.complete.is_none(), "nothing half done is believed");
            Err(Halt::Stopped)
        });
        assert!(matches!(next, Going::Cancelled), "{next:?}");
    }

    #[test]
    fn who_waits_for_another_backtest_can_be_stopped() {
        let memory = Mutex::new(Memory::new());
        let stop = CancellationToken::new();
        let other = lock(&memory);
        stop.cancel();
        assert!(matches!(held(&memory, &stop), Err(Halt::Stopped)));
        drop(other);
        assert!(held(&memory, &stop).is_ok());
    }
}
