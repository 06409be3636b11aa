//! New identifiers from the clock and chance.

use baton_core::ids::Id;
use baton_core::time::Timestamp;

/// Mints identifiers; the only place of the engine that asks for chance.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mint;

impl Mint {
    /// A new identifier that sorts by creation.
    #[must_use]
    pub fn id<T: Id>(self, now: Timestamp) -> T {
        T::minted(now.0, u128::from_be_bytes(self.bytes()))
    }

    /// Random bytes from the system. Falls back to the boot clock and a counter if the system has
    /// none to give, which no supported system does after start.
    #[must_use]
    pub fn bytes<const N: usize>(self) -> [u8; N] {
        let mut bytes = [0_u8; N];
        if getrandom::fill(&mut bytes).is_err() {
            static COUNTER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
            let count = COUNTER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let seed = baton_core::hash::Hash::of_parts(&[
                &count.to_be_bytes(),
                &std::process::id().to_be_bytes(),
            ]);
            bytes
                .iter_mut()
                .zip(seed.0)
                .for_each(|(to, from)| *to = from);
        }
        bytes
    }
}
