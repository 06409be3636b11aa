//! Bots that Baton itself talks with: each is asked when it may speak, in the protocol of its
//! platform, and is heard only while it may.

mod again;
mod bot_framework;
mod grounded;
mod hostile;
mod model;
mod openai;
mod opsdroid;
mod rasa;
mod rasa_server;
mod schedules;
mod stage;
