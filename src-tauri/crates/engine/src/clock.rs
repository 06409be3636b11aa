//! The two clocks: the wall for instants, the boot clock for durations.

use baton_core::time::Timestamp;

/// Tells the time. The wall clock names instants and may jump; the boot clock measures durations
/// and goes on in suspend.
pub trait Clock: Send + Sync + 'static {
    /// The instant on the wall.
    fn now(&self) -> Timestamp;

    /// Milliseconds since some fixed point, suspend included.
    fn boot_ms(&self) -> i64;
}

/// The clocks of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the wall clock"
    )]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    #[cfg(target_os = "linux")]
    fn boot_ms(&self) -> i64 {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        time.tv_sec
            .saturating_mul(1000)
            .saturating_add(time.tv_nsec / 1_000_000)
    }

    // macOS counts suspend in its monotonic clock, Windows in the interrupt time that std uses.
    #[cfg(not(target_os = "linux"))]
    fn boot_ms(&self) -> i64 {
        static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        let elapsed = START.get_or_init(std::time::Instant::now).elapsed();
        i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
    }
}

/// Tells when the wall jumped against the boot clock, as it does when a laptop wakes or its clock
/// is set.
#[derive(Debug)]
pub struct JumpDetector {
    offset: i64,
}

/// A jump smaller than this is drift.
const JUMP_MS: i64 = 30_000;

impl JumpDetector {
    /// Starts from the clocks as they are.
    pub fn new(clock: &dyn Clock) -> Self {
        Self {
            offset: clock.now().0.saturating_sub(clock.boot_ms()),
        }
    }

    /// Milliseconds by which the wall jumped since the last call; none for mere drift.
    pub fn jump(&mut self, clock: &dyn Clock) -> Option<i64> {
        let offset = clock.now().0.saturating_sub(clock.boot_ms());
        let jump = offset.saturating_sub(self.offset);
        self.offset = offset;
        (jump.abs() > JUMP_MS).then_some(jump)
    }
}
