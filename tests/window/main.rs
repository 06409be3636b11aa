//! Stories in the real window, with a real notification daemon and real mail servers.
//!
//! Each has a desktop of its own. `tests/window/run.sh` builds the app and plays them; without
//! the app or one of the programs they are skipped with a visible line.

#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    unreachable_pub,
    reason = "a story fails where it stands, and says so"
)]

mod demo;
mod mail;
mod stage;
mod tray;
mod webdriver;
