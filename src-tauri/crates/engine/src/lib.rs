//! The crate that runs.

pub mod changes;
pub mod clock;
pub mod mint;
