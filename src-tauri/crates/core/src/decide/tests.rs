//! Stories, tables and properties of the door.

mod asked;
mod deadlines;
mod errands;
mod history;
mod immediate;
mod invariants;
mod labels;
mod model;
mod outbox;
mod play;
mod receipts;
mod reviews;
mod stories;
mod undo;
mod verbs;
mod voices;
