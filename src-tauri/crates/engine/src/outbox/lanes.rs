//! Who sends: each channel by a worker of its own, so that a server that hangs holds up nobody but
//! its own channel, and a worker that breaks off neither.

use std::collections::{BTreeMap, BTreeSet};

use baton_core::ids::ChannelId;
use tokio::task::{Id, JoinSet};

use crate::error::EngineError;

/// The workers.
pub(super) struct Lanes {
    /// The channels on which something is being sent, by worker: one that panicked is told by
    /// nothing else.
    at_work: BTreeMap<Id, ChannelId>,
    workers: JoinSet<Result<(), EngineError>>,
    /// Whether something may still count as under way that nobody works on: at the start, and
    /// after a worker that broke off.
    pub(super) broken_off: bool,
}

impl Lanes {
    /// No worker yet, and what was under way when the program last ended to be looked after.
    pub(super) fn after_a_start() -> Self {
        Self {
            broken_off: true,
            ..Self::whole()
        }
    }

    /// No worker yet, and nothing left by an earlier one.
    pub(super) fn whole() -> Self {
        Self {
            at_work: BTreeMap::new(),
            workers: JoinSet::new(),
            broken_off: false,
        }
    }

    /// The channels on which something is being sent.
    pub(super) fn busy(&self) -> BTreeSet<ChannelId> {
        self.at_work.values().copied().collect()
    }

    /// Whether something is being sent anywhere.
    pub(super) fn any_busy(&self) -> bool {
        !self.at_work.is_empty()
    }

    /// Has a channel's errands done.
    pub(super) fn work(
        &mut self,
        channel: ChannelId,
        errands: impl Future<Output = Result<(), EngineError>> + Send + 'static,
    ) {
        let worker = self.workers.spawn(errands);
        self.at_work.insert(worker.id(), channel);
    }

    /// Waits until a worker is done; for ever when none is at work. Nothing is lost when the
    /// waiting is given up.
    pub(super) async fn one_is_free(&mut self) {
        let Some(ended) = self.workers.join_next_with_id().await else {
            return std::future::pending().await;
        };
        let (worker, ended) = match ended {
            Ok((worker, ended)) => (worker, ended),
            Err(panicked) => (panicked.id(), Err(EngineError::Panicked)),
        };
        let channel = self.at_work.remove(&worker);
        if let Err(error) = ended {
            let channel = channel.map(|channel| channel.to_string());
            tracing::error!(channel, %error, "Sending on a channel broke off.");
            self.broken_off = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::time::Duration;

    use baton_core::ids::Id as _;

    use super::*;

    fn channel(name: &str) -> ChannelId {
        ChannelId::derived(&[name.as_bytes()])
    }

    #[tokio::test]
    async fn a_worker_that_panics_frees_its_channel_while_another_still_hangs() {
        let mut lanes = Lanes::whole();
        let (hangs, panics) = (channel("hangs"), channel("panics"));
        lanes.work(hangs, pending());
        lanes.work(panics, async { std::panic::panic_any("a fault") });
        tokio::time::timeout(Duration::from_secs(20), lanes.one_is_free())
            .await
            .expect("the panic is seen at once");
        assert_eq!(lanes.busy(), [hangs].into());
        assert!(lanes.broken_off, "what it had begun is looked after");
    }

    #[tokio::test]
    async fn giving_up_the_waiting_loses_no_worker() {
        let mut lanes = Lanes::whole();
        lanes.work(channel("slow"), async {
            tokio::time::sleep(Duration::from_millis(30)).await;
            Ok(())
        });
        let short = Duration::from_millis(1);
        let waited = tokio::time::timeout(short, lanes.one_is_free()).await;
        assert!(waited.is_err() && lanes.any_busy());
        lanes.one_is_free().await;
        assert!(!lanes.any_busy() && !lanes.broken_off);
    }
}
