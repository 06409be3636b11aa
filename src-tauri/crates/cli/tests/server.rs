//! The local server, probed as an attacker on this machine or in a web page would.

mod door;
mod events;
mod limits;
mod page;
mod probes;
mod rehearsal;
mod views;
