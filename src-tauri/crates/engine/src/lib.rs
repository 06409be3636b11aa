//! The crate that runs.
//!
//! [`Engine`] opens a workspace and carries out the commands of the API. Whatever changes
//! anything goes through the [`desk`]: one thread, one transaction a turn, one door into the core.
//! Around it run the timers, the outbox, the alerts and a supervised task for each channel; each
//! is owned, can be stopped, and tells what became of its work as an order like everybody else.

pub mod alarm;
mod alerts;
mod allowed;
mod backtest;
mod bot;
mod briefing;
pub mod changes;
mod chat;
pub mod clock;
mod commands;
pub mod compose;
mod connector;
pub mod demo;
pub mod desk;
pub mod door;
mod elsewhere;
pub mod engine;
pub mod error;
pub mod export;
pub mod import;
pub mod intake;
mod knowledge;
pub mod local;
mod macros;
mod mailbox;
mod mailsend;
mod mend;
pub mod mint;
pub mod notices;
pub mod open;
mod outbox;
mod people;
pub mod recipients;
pub mod roster;
pub mod rulesfile;
mod secret;
pub mod secrets;
pub mod settings;
mod signin;
pub mod supervise;
mod timers;
mod view;
mod webhooks;

pub use baton_store::make_private_file;
pub use clock::{Clock, SystemClock};
pub use engine::Engine;
pub use error::EngineError;
pub use notices::{Escalation, Notice, Notices};
pub use open::OpenOptions;
