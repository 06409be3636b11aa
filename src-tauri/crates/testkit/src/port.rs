//! Free ports below the range the system hands to outgoing connections, so that a parallel test's
//! client socket cannot take one between the choice and the server's start.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Mutex, PoisonError};

static TAKEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
static NEXT: AtomicU16 = AtomicU16::new(0);

const LOWEST: u16 = 20_000;
const SPAN: u16 = 12_000;

/// A port on loopback that nobody listens on and that this process has not handed out before.
pub fn free_port() -> u16 {
    // Each process starts somewhere else, so that two test programs seldom try the same port.
    let start = (std::process::id() % 997) as u16 * 12;
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = LOWEST + (start.wrapping_add(step.wrapping_mul(7))) % SPAN;
        let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.contains(&port) || TcpListener::bind(("127.0.0.1", port)).is_err() {
            continue;
        }
        taken.insert(port);
        return port;
    }
}
