//! Full-text search over messages.

pub(crate) mod index;
