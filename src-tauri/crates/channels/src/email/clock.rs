//! Noticing that the computer slept: one clock stands still in sleep, another does not.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Reads the time since boot, with and without the time spent asleep.
pub type ReadClocks = Arc<dyn Fn() -> Clocks + Send + Sync>;

/// The time on the wall, in milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The two clocks at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// Time since boot, sleep included.
    pub with_sleep: Duration,
    /// Time since boot, sleep left out.
    pub without_sleep: Duration,
}

impl Clocks {
    /// The clocks of this computer.
    pub fn now() -> Self {
        #[cfg(target_os = "linux")]
        {
            let read = |id| {
                let at = rustix::time::clock_gettime(id);
                Duration::new(
                    u64::try_from(at.tv_sec).unwrap_or_default(),
                    u32::try_from(at.tv_nsec).unwrap_or_default(),
                )
            };
            Self {
                with_sleep: read(rustix::time::ClockId::Boottime),
                without_sleep: read(rustix::time::ClockId::Monotonic),
            }
        }
        #[cfg(not(target_os = "linux"))]
        {
            // Elsewhere wall time stands in for the clock that goes on in sleep; a person who
            // sets the clock causes one needless reconnection and nothing worse.
            use std::sync::OnceLock;
            use std::time::{Instant, SystemTime, UNIX_EPOCH};
            static START: OnceLock<Instant> = OnceLock::new();
            Self {
                with_sleep: SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default(),
                without_sleep: START.get_or_init(Instant::now).elapsed(),
            }
        }
    }

    fn asleep(self) -> Duration {
        self.with_sleep.saturating_sub(self.without_sleep)
    }
}

/// Watches for sleep.
pub struct SleepWatch {
    read: ReadClocks,
    asleep: Duration,
}

/// Shorter differences are the clocks' own imprecision.
const NAP: Duration = Duration::from_secs(3);

impl SleepWatch {
    /// A watch on the given clocks.
    pub fn new(read: ReadClocks) -> Self {
        let asleep = read().asleep();
        Self { read, asleep }
    }

    /// How long the computer slept since the last call, when it did.
    pub fn slept(&mut self) -> Option<Duration> {
        let asleep = (self.read)().asleep();
        let nap = asleep.saturating_sub(self.asleep);
        self.asleep = asleep;
        (nap > NAP).then_some(nap)
    }
}

impl std::fmt::Debug for SleepWatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SleepWatch")
            .field("asleep", &self.asleep)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn a_day_of_sleep_is_noticed_once_and_a_busy_day_never() {
        let clocks = Arc::new(Mutex::new(Clocks {
            with_sleep: Duration::from_secs(100),
            without_sleep: Duration::from_secs(90),
        }));
        let shared = Arc::clone(&clocks);
        let mut watch = SleepWatch::new(Arc::new(move || *shared.lock().unwrap()));
        let day = Duration::from_secs(86_400);
        {
            let mut now = clocks.lock().unwrap();
            now.with_sleep += day;
            now.without_sleep += day;
        }
        assert_eq!(watch.slept(), None);
        clocks.lock().unwrap().with_sleep += day;
        assert_eq!(watch.slept(), Some(day));
        assert_eq!(watch.slept(), None);
    }
}
