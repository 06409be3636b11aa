//! The crate that hears and speaks.

pub mod html;
pub mod reply;
