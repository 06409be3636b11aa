//! HTML as it comes in mail: hostile, ugly, and to be read all the same.
//!
//! Three doors, all pure and linear in the size of their input:
//!
//! * [`to_text`] makes readable text, for the list, for search and for a model;
//! * [`sanitise`] makes HTML that is harmless by itself, wherever it is put;
//! * [`document`] wraps the harmless HTML into a page for the sandboxed frame, with a content
//!   security policy of its own.
//!
//! Sanitiser, frame and policy are three walls; each is built as if the other two were not there.
//! The sanitiser itself works in two steps that do not trust each other: a writer that emits only
//! what its tables allow, in a form that parses back into the same tree, and `ammonia`, which
//! judges that tree as a browser would build it.

mod allow;
mod css;
mod document;
mod link;
mod sanitise;
mod text;
mod token;
mod view;
mod writer;

pub use document::{Theme, document};
pub use sanitise::sanitise;
pub use text::to_text;
pub(crate) use text::{MarkKind, to_marked_text};
pub use view::{Blocked, LinkMismatch, Remote, SafeHtml, ViewPolicy};
