//! Stories over the store, as one program.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod open;
mod remember;
mod search;
mod world;
