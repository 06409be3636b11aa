//! Speaking by e-mail: composing a message, and sending it at most once.

pub mod compose;
pub mod sent;
mod stream;
mod submit;

pub use compose::{Attachment, ComposeError, Composed, Outgoing, Person};
pub use submit::{Outcome, Refusal, Submission, submit};
