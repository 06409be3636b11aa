//! Keeping a workspace healthy.

pub mod backup;
