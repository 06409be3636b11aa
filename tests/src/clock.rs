//! A clock that moves only when it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use baton_core::time::Timestamp;
use baton_engine::Clock;

/// Monday, 2026-11-23, 09:00 UTC: where every story with a fake clock begins.
pub const MONDAY: Timestamp = Timestamp(1_795_424_400_000);

/// Both clocks of a machine, moved by hand. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct FakeClock {
    now: Arc<AtomicI64>,
}

impl Default for FakeClock {
    fn default() -> Self {
        Self {
            now: Arc::new(AtomicI64::new(MONDAY.0)),
        }
    }
}

impl FakeClock {
    /// Lets time pass.
    pub fn pass(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }

    fn boot_ms(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }
}
