//! The crate that rehearses: real mail servers on free ports, and the ways to make them misbehave.
//!
//! Nothing here is shipped. A server that is not installed makes its test skip with a visible
//! line, so that a plain checkout can run everything else.

pub mod authority;
pub mod dovecot;
pub mod port;
pub mod proxy;
pub mod relay;
pub mod sink;
pub mod tokens;

pub use authority::Authority;
pub use dovecot::{MailServer, ServerOptions};
pub use proxy::Proxy;
pub use relay::Relay;
pub use sink::{SmtpSink, Temper};
pub use tokens::TokenServer;

/// What can go wrong while a rehearsal is being set up.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// A program of the rehearsal is not on this machine.
    #[error("{0} is not installed")]
    Missing(&'static str),
    /// The program started but never became ready.
    #[error("{program} did not become ready: {log}")]
    NotReady {
        /// Which program.
        program: &'static str,
        /// The end of what it wrote.
        log: String,
    },
    /// A command against the running server failed.
    #[error("`{command}` failed: {output}")]
    Command {
        /// What was run.
        command: String,
        /// What it said.
        output: String,
    },
    /// A file or socket operation failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A certificate could not be made.
    #[error("certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The server answered a delivery with a refusal.
    #[error("delivery refused: {0}")]
    Refused(String),
}
