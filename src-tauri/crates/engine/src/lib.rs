//! The crate that runs.
