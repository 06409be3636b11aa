//! Facts: what rules may know about a conversation, a message, a customer at one instant.

pub mod attribute;
pub mod chunk;
pub mod clause;
pub mod list;
pub mod schema;
pub mod snapshot;
mod value;

pub use schema::{Fact, FactDef, FactType};
pub use snapshot::SnapshotError;
pub use value::{Facts, Value};

#[cfg(test)]
pub(crate) mod tests;
