//! Ugly mail, read: each story is a mail that some program really sends, and what a person must
//! see of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test may fail loudly and says what it skips"
)]

#[path = "mail/ground.rs"]
mod ground;

#[path = "mail/bodies.rs"]
mod bodies;
#[path = "mail/damage.rs"]
mod damage;
#[path = "mail/files.rs"]
mod files;
#[path = "mail/headers.rs"]
mod headers;
#[path = "mail/hostile.rs"]
mod hostile;
#[path = "mail/kinds.rs"]
mod kinds;
#[path = "mail/machines.rs"]
mod machines;
#[path = "mail/material.rs"]
mod material;
#[path = "mail/senders.rs"]
mod senders;
#[path = "mail/signed.rs"]
mod signed;
