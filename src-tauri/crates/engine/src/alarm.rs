//! What wakes a worker that naps until something is due.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use baton_core::time::Timestamp;
use tokio::sync::Notify;

/// The longest nap: a timer of the system stands still in suspend, so waking is noticed by looking
/// at the clocks at least this often.
const NAP: Duration = Duration::from_secs(5);

/// Rings when something is due sooner than the worker looks by itself, so that what is due later
/// costs no look.
#[derive(Debug)]
pub struct Alarm {
    rung: Notify,
    /// When the worker looks by itself, in milliseconds on the wall; the end of time while it is
    /// looking, because it may just have missed what comes now.
    looks_at: AtomicI64,
}

impl Default for Alarm {
    fn default() -> Self {
        Self {
            rung: Notify::new(),
            looks_at: AtomicI64::new(i64::MAX),
        }
    }
}

impl Alarm {
    /// Says that something is due at an instant.
    pub(crate) fn due_at(&self, at: Timestamp) {
        if at.0 < self.looks_at.load(Ordering::SeqCst) {
            self.rung.notify_one();
        }
    }

    /// Says that the worker looks now: whatever comes from here on rings.
    pub(crate) fn is_looking(&self) {
        self.looks_at.store(i64::MAX, Ordering::SeqCst);
    }

    /// Naps until what is due `next`, something that is due sooner, or for as long as a nap may be.
    pub(crate) async fn nap(&self, now: Timestamp, next: Option<Timestamp>) {
        let left = next.map_or(NAP, |next| {
            let left = next.since(now).max(0).unsigned_abs();
            NAP.min(Duration::from_millis(left.saturating_add(1)))
        });
        let looks_at = now.plus(i64::try_from(left.as_millis()).unwrap_or(i64::MAX));
        self.looks_at.store(looks_at.0, Ordering::SeqCst);
        tokio::select! {
            () = self.rung.notified() => {}
            () = tokio::time::sleep(left) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    const AT_ONCE: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn only_what_is_due_sooner_rings() {
        let alarm = Alarm::default();
        let nap = alarm.nap(NOW, Some(NOW.plus(4_000)));
        tokio::pin!(nap);
        assert!(timeout(AT_ONCE, &mut nap).await.is_err(), "it naps");
        alarm.due_at(NOW.plus(4_500));
        assert!(timeout(AT_ONCE, &mut nap).await.is_err(), "it looks then");
        alarm.due_at(NOW.plus(3_500));
        assert!(timeout(AT_ONCE, &mut nap).await.is_ok(), "it rang");
    }

    #[tokio::test]
    async fn what_comes_while_the_worker_looks_is_not_missed() {
        let alarm = Alarm::default();
        alarm.is_looking();
        alarm.due_at(NOW.plus(60_000));
        let nap = alarm.nap(NOW, None);
        assert!(timeout(AT_ONCE, nap).await.is_ok(), "it rang");
        let nap = alarm.nap(NOW, None);
        assert!(timeout(AT_ONCE, nap).await.is_err(), "once");
    }
}
