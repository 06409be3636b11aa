//! The tests of the `baton` program: the local server over real sockets, the readers of import
//! formats over real files, the command line as a user types it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on says so by panicking, also in what it shares with others"
)]

mod arguments;
mod docs;
mod erase;
mod export;
mod import;
mod program;
mod reviewers;
mod server;
