//! Bots at the door, over real HTTP: a platform brings its customers along, the bot speaks while it
//! may, people take over, and there are never two voices.

mod control;
mod once;
mod races;
mod stage;
mod star;
mod told;
