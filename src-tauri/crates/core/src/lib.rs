//! The crate that decides.
//!
//! State and a command go in, with the time; events, effects and an explanation come out. There
//! is no clock, no randomness, no file and no network in here. There is one door for
//! change, and one fold from events to state.

pub mod calendar;
pub mod command;
pub mod control;
pub mod conversation;
pub mod decide;
pub mod effect;
pub mod elsewhere;
pub mod event;
pub mod hash;
pub mod ids;
pub mod knowledge;
pub mod label;
pub mod ladder;
pub mod log;
pub mod message;
pub mod packet;
pub mod person;
pub mod promise;
pub mod rebuilt;
pub mod receipt;
pub mod review;
pub mod rules;
pub mod sla;
pub mod status;
pub mod team;
pub mod time;
pub mod words;
pub mod world;
