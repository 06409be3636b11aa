//! Keeping a workspace healthy: copies, checks, rebuilding, erasing, figures.

pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod dump;
pub(crate) mod erase;
pub(crate) mod rebuild;
pub(crate) mod salvage;
pub(crate) mod stats;
