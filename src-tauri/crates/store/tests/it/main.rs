//! Stories over the store, as one program.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod crash;
mod knowledge;
mod labels;
mod lists;
mod log;
mod open;
mod outbox;
mod points;
mod rebuild;
mod remember;
mod search;
mod world;
