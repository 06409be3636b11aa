//! What the stories share: clocks that obey, a desk on a temporary workspace, mails written by us,
//! and a post office of real servers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a stage that cannot be set up has failed"
)]

pub mod clock;
pub mod data;
pub mod desk;
pub mod disk;
pub mod http;
pub mod mail;
pub mod parts;
pub mod peers;
pub mod post;
pub mod secrets;
mod voice;
