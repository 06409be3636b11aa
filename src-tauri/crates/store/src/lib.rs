//! The crate that remembers.
