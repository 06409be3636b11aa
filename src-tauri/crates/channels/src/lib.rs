//! The crate that hears and speaks.

pub mod demo;
pub mod email;
pub mod html;
pub mod language;
pub mod mail;
pub mod reply;
pub mod secrets;
pub mod sentiment;
