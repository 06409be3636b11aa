//! Bots at the door, over real HTTP: a platform brings its customers along, the bot speaks while it
//! may, people take over, and there are never two voices.

mod bounded;
mod control;
mod doing;
mod elsewhere;
mod faults;
mod hooks;
mod lan;
mod once;
mod races;
mod receiver;
mod review;
mod stage;
mod standing;
mod star;
mod told;
mod whisper;
