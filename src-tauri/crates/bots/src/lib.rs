//! The crate that talks with dialog managers.
//!
//! A bot knocks at the *door*: an HTTP interface whose words are [`wire`], whose addresses are
//! [`route`], and whose description ([`openapi`]) is made of both. What it asks becomes a [`Call`],
//! and a verb of control becomes a command of the core in [`command`]; who carries it out is a
//! [`Door`]. A bot that does not want to ask is told by [`webhook`]; only there is anything sent.
//! Nothing here reads a clock or a file.

pub mod command;
pub mod door;
pub mod error;
pub mod openapi;
pub mod route;
pub mod token;
pub mod webhook;
pub mod wire;

pub use door::{Answer, Call, Caller, Door, IdempotencyKey};
pub use error::DoorError;
