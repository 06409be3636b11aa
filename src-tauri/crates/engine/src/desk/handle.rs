//! Handing jobs to the desk. Turns that wait together are done in one shift, which reaches the disk
//! once for all of them; a job that needs the desk for itself has it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use baton_store::{Durability, StoreError};
use tokio::sync::oneshot;

use super::{Desk, Shift, Turn};
use crate::error::EngineError;

/// So long jobs come into a shift: who was first is not to wait long for who came later. That the
/// clock stops while the machine sleeps is as good as any here.
const LONGEST_SHIFT: Duration = Duration::from_millis(20);

/// Something to be done at the desk.
enum Job {
    /// With the desk to itself.
    Alone(Box<dyn FnOnce(&mut Desk) + Send>),
    /// Turns that may share a transaction with those of others.
    Shared(SharedJob),
}

/// Does its turns in a shift, or hears why there is none.
type SharedJob = Box<dyn FnOnce(Result<&mut Shift<'_, '_>, EngineError>) -> Finish + Send>;

/// Answers whoever asked, once it is known whether the shift was kept.
type Finish = Box<dyn FnOnce(Option<EngineError>)>;

/// Hands jobs to the desk.
#[derive(Clone)]
pub struct DeskHandle {
    /// The queue of jobs, or why nothing can be written.
    jobs: Result<Sender<Job>, Arc<str>>,
}

impl DeskHandle {
    /// Starts the thread; it ends when it is closed or the last handle is gone.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(desk: Desk) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        std::thread::Builder::new()
            .name("baton-desk".to_owned())
            .spawn(move || work(desk, &queue))?;
        Ok(Self { jobs: Ok(jobs) })
    }

    /// The desk of a workspace that can only be read: it refuses every job, and says why.
    #[must_use]
    pub fn refusing(why: &str) -> Self {
        Self {
            jobs: Err(Arc::from(why)),
        }
    }

    /// Why nothing can be written; none when it can.
    #[must_use]
    pub fn read_only(&self) -> Option<&str> {
        self.jobs.as_ref().err().map(|why| &**why)
    }

    fn hand_in(&self, job: Job) -> Result<(), EngineError> {
        let jobs = self
            .jobs
            .as_ref()
            .map_err(|why| EngineError::ReadOnly(why.to_string()))?;
        jobs.send(job).map_err(|_| EngineError::Stopped)
    }

    /// Ends the thread after the jobs before this one, and waits until it has let go of the
    /// workspace. Later jobs answer that the engine is shutting down.
    pub async fn close(&self) {
        let (closed, waiting) = oneshot::channel();
        let asked = self.hand_in(Job::Alone(Box::new(move |desk: &mut Desk| {
            desk.closing = Some(closed);
        })));
        if asked.is_ok() {
            let _ = waiting.await;
        }
    }

    /// Runs a job that has the desk to itself, and waits for its answer.
    ///
    /// # Errors
    /// What the job returns, or `Stopped` when the desk is gone.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Desk) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let (answer, waiting) = oneshot::channel();
        self.hand_in(Job::Alone(Box::new(move |desk| {
            // Whoever asked may have gone; what was done stays done.
            let _ = answer.send(unharmed(|| job(desk)));
        })))?;
        waiting.await.map_err(|_| EngineError::Stopped)?
    }

    /// Runs a job of one or more turns, beside those of others who wait at this moment, and waits
    /// for its answer.
    ///
    /// # Errors
    /// What the job returns, or the store when the shift cannot be committed.
    pub async fn share<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Shift<'_, '_>) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let (answer, waiting) = oneshot::channel();
        self.hand_in(Job::Shared(Box::new(move |shift| {
            let done = shift.and_then(|shift| unharmed(|| job(shift)));
            Box::new(move |fault: Option<EngineError>| {
                // Why this job failed says more than that the shift did.
                let _ = answer.send(done.and_then(|done| fault.map_or(Ok(done), Err)));
            })
        })))?;
        waiting.await.map_err(|_| EngineError::Stopped)?
    }

    /// Runs a job in one transaction and waits for its answer.
    ///
    /// # Errors
    /// What the job returns, or the store when the transaction cannot be committed.
    pub async fn turn<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Turn<'_, '_>) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        self.share(move |shift| shift.turn(job)).await
    }
}

/// A job that panics has left no trace in the database, and the desk keeps what it knows only
/// after a turn is done: the next job finds everything as it was.
fn unharmed<T>(job: impl FnOnce() -> Result<T, EngineError>) -> Result<T, EngineError> {
    catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|_| {
        tracing::error!("A job at the desk panicked; nothing of it was kept.");
        Err(EngineError::Panicked)
    })
}

/// Does the jobs in the order in which they come, until the desk is closed.
fn work(mut desk: Desk, queue: &Receiver<Job>) {
    let mut next = None;
    while let Some(job) = next.take().or_else(|| queue.recv().ok()) {
        match job {
            Job::Alone(job) => job(&mut desk),
            Job::Shared(job) => next = share(&mut desk, job, queue),
        }
        if let Some(closed) = desk.closing.take() {
            drop(desk);
            let _ = closed.send(());
            return;
        }
    }
}

/// Does a job, and those that wait behind it, in one shift; gives back one that wants the desk for
/// itself, where that comes next.
fn share(desk: &mut Desk, job: SharedJob, queue: &Receiver<Job>) -> Option<Job> {
    let mut first = Some(job);
    let mut next = None;
    let mut finishes: Vec<Finish> = Vec::new();
    let begun = Instant::now();
    let kept = desk.shift(Durability::EveryCommit, |shift| {
        while finishes.is_empty() || begun.elapsed() < LONGEST_SHIFT {
            let job = match first.take() {
                Some(first) => Job::Shared(first),
                None => match queue.try_recv() {
                    Ok(job) => job,
                    Err(_) => break,
                },
            };
            match job {
                Job::Shared(job) => finishes.push(job(Ok(shift))),
                alone @ Job::Alone(_) => {
                    next = Some(alone);
                    break;
                }
            }
        }
        Ok(())
    });
    let fault = kept.err();
    let told = || {
        fault.as_ref().map(|fault| match fault {
            EngineError::Store(fault) => EngineError::Store(fault.for_another()),
            _ => EngineError::Store(StoreError::RolledBack),
        })
    };
    for finish in finishes {
        finish(told());
    }
    // The shift did not even begin.
    if let (Some(job), Some(fault)) = (first, fault) {
        job(Err(fault))(None);
    }
    next
}
