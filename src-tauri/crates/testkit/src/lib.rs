//! The crate that rehearses.
