//! Who tells which bot: one worker for each, and what each has looked through already.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

use tokio::task::{Id, JoinSet};

/// What a worker has done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// Everything up to this place in the log was delivered or is not for the bot.
    pub(super) looked_through: i64,
    /// Whether there is nothing left that could be done now.
    pub(super) all: bool,
}

/// The workers.
#[derive(Default)]
pub(super) struct Lanes {
    workers: JoinSet<Told>,
    /// The bot of each worker: one that panicked is told by nothing else.
    at_work: BTreeMap<Id, String>,
    /// Bots with a worker, and whether something happened since it began to look.
    busy: BTreeMap<String, bool>,
    /// Bots for whom there is nothing to do until something happens.
    quiet: BTreeSet<String>,
    looked_through: BTreeMap<String, i64>,
}

impl Lanes {
    /// Whether a bot has no worker, and may have something to be told.
    pub(super) fn is_free(&self, bot: &str) -> bool {
        !self.busy.contains_key(bot) && !self.quiet.contains(bot)
    }

    /// Whether anybody is at work.
    pub(super) fn works(&self) -> bool {
        !self.busy.is_empty()
    }

    /// The place in the log up to which there is nothing left for a bot.
    pub(super) fn looked_through(&self, bot: &str) -> i64 {
        self.looked_through.get(bot).copied().unwrap_or(0)
    }

    /// Something happened: there may be something to tell.
    pub(super) fn look_again(&mut self) {
        self.quiet.clear();
        for happened in self.busy.values_mut() {
            *happened = true;
        }
    }

    /// Lets a worker tell a bot.
    pub(super) fn send(&mut self, bot: String, work: impl Future<Output = Told> + Send + 'static) {
        let worker = self.workers.spawn(work);
        self.busy.insert(bot.clone(), false);
        self.at_work.insert(worker.id(), bot);
    }

    /// Waits until a worker is done; for ever when none is at work. Nothing is lost when the
    /// waiting is given up.
    pub(super) async fn one_is_free(&mut self) {
        let Some(ended) = self.workers.join_next_with_id().await else {
            return std::future::pending().await;
        };
        let (worker, told) = match ended {
            Ok((worker, told)) => (worker, Some(told)),
            Err(broke) => {
                tracing::error!(error = %broke, "Telling a bot broke off.");
                (broke.id(), None)
            }
        };
        let Some(bot) = self.at_work.remove(&worker) else {
            return;
        };
        let happened = self.busy.remove(&bot).unwrap_or(false);
        if let Some(told) = told {
            self.looked_through.insert(bot.clone(), told.looked_through);
        }
        // One that broke off is begun again when something happens, and not at once.
        let more = told.is_some_and(|told| !told.all);
        if !more && !happened {
            self.quiet.insert(bot);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::time::Duration;

    use super::{Lanes, Told};

    #[tokio::test]
    async fn a_worker_that_panics_frees_its_bot_while_another_still_hangs() {
        let mut lanes = Lanes::default();
        lanes.send("hangs".to_owned(), pending());
        lanes.send("panics".to_owned(), async {
            std::panic::panic_any("a fault")
        });
        tokio::time::timeout(Duration::from_secs(20), lanes.one_is_free())
            .await
            .expect("the panic is seen at once");
        assert!(lanes.works(), "the other is still at it");
        assert!(!lanes.is_free("hangs") && !lanes.is_free("panics"));
        lanes.look_again();
        assert!(lanes.is_free("panics"), "when something happens");
    }

    #[tokio::test]
    async fn what_happens_while_a_bot_is_told_is_looked_at_afterwards() {
        let mut lanes = Lanes::default();
        let told = |all| async move {
            Told {
                looked_through: 7,
                all,
            }
        };
        lanes.send("front".to_owned(), told(true));
        lanes.look_again();
        lanes.one_is_free().await;
        assert!(lanes.is_free("front"));
        assert_eq!(lanes.looked_through("front"), 7);
        lanes.send("front".to_owned(), told(true));
        lanes.one_is_free().await;
        assert!(!lanes.is_free("front"), "there is nothing left");
        lanes.look_again();
        lanes.send("front".to_owned(), told(false));
        lanes.one_is_free().await;
        assert!(lanes.is_free("front"), "there is more to tell");
    }
}
