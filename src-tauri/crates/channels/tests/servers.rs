//! E-mail against real servers: every way in which a mailbox can surprise us.
//!
//! Each test has a Dovecot of its own on free ports, so all run in parallel.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a rehearsal that cannot be set up has failed"
)]

#[path = "servers/catching_up.rs"]
mod catching_up;
#[path = "servers/connecting.rs"]
mod connecting;
#[path = "servers/large.rs"]
mod large;
#[path = "servers/living.rs"]
mod living;
#[path = "servers/sending.rs"]
mod sending;
#[path = "servers/shelf.rs"]
mod shelf;
#[path = "servers/signing_in.rs"]
mod signing_in;
#[path = "servers/stage.rs"]
mod stage;
