//! The crate that tells: the one list of commands, with their requests, answers and change tags.
//!
//! Types of the wire live here and nowhere else; the engine converts at the edge. A host (the
//! desktop window, the local server) gets a [`call`] for nothing: it routes a command name and a
//! JSON payload to the [`Commands`] of the engine, so no host can miss a command. The TypeScript
//! twin in `ui/src/api/generated` is written by `cargo test -p baton-api` and checked fresh.

#[macro_use]
mod wire;

pub mod backtest;
pub mod bots;
pub mod channels;
pub mod commands;
pub mod compose;
pub mod connectors;
pub mod contacts;
pub mod control;
pub mod conversations;
pub mod elsewhere;
pub mod error;
pub mod health;
pub mod knowledge;
pub mod labels;
pub mod learning;
pub mod macros;
pub mod proposals;
pub mod reviews;
pub mod rules;
pub mod search;
pub mod session;
pub mod tags;
pub mod timeline;
pub mod times;
pub mod why;

pub use commands::{COMMANDS, CommandInfo, Commands, call};
pub use error::ApiError;
pub use tags::{Change, Changes, Tag};

#[cfg(test)]
mod typescript;
