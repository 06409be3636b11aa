//! The crate that decides.
