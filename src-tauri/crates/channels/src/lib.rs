//! The crate that hears and speaks.
