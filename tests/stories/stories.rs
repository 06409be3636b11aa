//! The whole, as plays: customers, agents and time over the real engine, the real database and,
//! where a story needs them, real mail servers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a story that does not go on has failed"
)]

mod answering;
mod backtest;
mod beside;
mod clocks;
mod connectors;
mod contacts;
mod damage;
mod demo;
mod door;
mod editor;
mod erasing;
mod frozen;
mod full;
mod history;
mod imports;
mod keyring;
mod kill;
mod knowledge;
mod labels;
mod large;
mod machines;
mod mailboxes;
mod notices;
mod order;
mod outbox;
mod people;
mod points;
mod promotion;
mod proposing;
mod rules;
mod servers;
mod settings;
mod time;
mod workspace;
