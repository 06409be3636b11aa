//! The crate that tells.
