//! Stories in the real window, with a real notification daemon and real mail servers.
//!
//! Each has a desktop of its own. `tests/window/run.sh` builds the app and plays them; without
//! the app or one of the programs they are skipped with a visible line.

#![cfg(target_os = "linux")]

mod demo;
mod mail;
mod stage;
mod webdriver;
