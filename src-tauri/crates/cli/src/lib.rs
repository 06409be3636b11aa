//! The crate that serves: the `baton` program without its engine.
//!
//! [`server`] puts a [`Host`] on loopback for the same user interface that the window shows;
//! [`import`] reads mail and dialogs from files; [`export`] writes the record others check us by;
//! [`run()`] is the program, for any engine that is a [`node::Node`]. It is a library so that
//! stories can drive each part over real sockets and real files.

pub mod arguments;
mod engine;
pub mod export;
pub mod host;
pub mod import;
pub mod junit;
pub mod node;
pub mod output;
pub mod run;
pub mod server;

pub use host::Host;
pub use run::run;
