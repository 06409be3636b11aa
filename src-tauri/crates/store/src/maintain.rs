//! Keeping a workspace healthy.

pub(crate) mod backup;
