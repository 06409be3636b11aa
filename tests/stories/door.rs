//! Bots at the door, over real HTTP: a platform brings its customers along, the bot speaks while it
//! may, people take over, and there are never two voices.

mod bounded;
mod chatwoot;
mod control;
mod doing;
mod elsewhere;
mod faults;
mod hooks;
mod lan;
mod once;
mod peer;
mod races;
mod receiver;
mod review;
mod stage;
mod standing;
mod star;
mod sunshine;
mod told;
mod whisper;
