//! A clock that moves only when it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use baton_core::time::Timestamp;
use baton_engine::Clock;

/// Monday, 2026-11-23, 09:00 UTC: where every story with a fake clock begins.
pub const MONDAY: Timestamp = Timestamp(1_795_424_400_000);

/// Both clocks of a machine, moved by hand. Clones are the same clocks.
#[derive(Debug, Clone)]
pub struct FakeClock {
    boot: Arc<AtomicI64>,
    wall_ahead: Arc<AtomicI64>,
}

impl Default for FakeClock {
    fn default() -> Self {
        Self {
            boot: Arc::default(),
            wall_ahead: Arc::new(AtomicI64::new(MONDAY.0)),
        }
    }
}

impl FakeClock {
    /// Lets time pass, awake or asleep: both clocks count it.
    pub fn pass(&self, millis: i64) {
        self.boot.fetch_add(millis, Ordering::SeqCst);
    }

    /// Somebody sets the clock on the wall, back when negative; no time passes.
    pub fn set_wall(&self, by: i64) {
        self.wall_ahead.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.boot_ms() + self.wall_ahead.load(Ordering::SeqCst))
    }

    fn boot_ms(&self) -> i64 {
        self.boot.load(Ordering::SeqCst)
    }
}
