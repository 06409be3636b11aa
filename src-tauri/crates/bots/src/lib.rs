//! The crate that talks with dialog managers.
//!
//! A bot knocks at the *door*: an HTTP interface whose words are [`wire`], whose addresses are
//! [`route`], and whose description ([`openapi`]) is made of both. What it asks becomes a [`Call`],
//! and a verb of control becomes a command of the core in [`command`]; who carries it out is a
//! [`Door`]. From another machine of the office each request is signed, as [`lan`] says. A bot that
//! was written for another platform keeps its words: [`dialect`] has them. A bot that does not want
//! to ask is told by [`webhook`], and one that cannot carry a packet whole gets it as [`packet`]
//! makes it. A bot that does not come at all is talked with by a [`connector`], in the protocol of
//! its platform. A [`page`] is read when somebody asks for it. Only these three send anything.
//! Nothing here reads a clock or a file.

pub mod command;
pub mod connector;
pub mod dialect;
pub mod door;
pub mod error;
pub mod http;
pub mod lan;
mod mac;
pub mod openapi;
pub mod packet;
pub mod page;
pub mod route;
pub mod token;
pub mod webhook;
pub mod wire;

pub use door::{Answer, Call, Caller, Door, IdempotencyKey, Reach};
pub use error::DoorError;
