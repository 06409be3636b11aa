//! How much of everything one caller may use.

use std::time::Duration;

/// The limits of a server. Each has a test that reaches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of a request line and its headers.
    pub head_bytes: usize,
    /// The most bytes of a request target.
    pub target_bytes: usize,
    /// The most header lines.
    pub headers: usize,
    /// How long a request line and its headers may take in all.
    pub head_time: Duration,
    /// The most bytes of a body, whether its length is announced or not.
    pub body_bytes: usize,
    /// How long a body may take in all.
    pub body_time: Duration,
    /// How long a body may pause.
    pub body_pause: Duration,
    /// The most connections at one time.
    pub connections: usize,
    /// The most event streams at one time.
    pub streams: usize,
    /// The most bots that wait for events at one time.
    pub bot_streams: usize,
    /// How often one and the same bot may wait for events at one time.
    pub bot_streams_each: usize,
    /// The requests that one bot may make in a second, and how many it may save up.
    pub bot_rate: u32,
    /// How long the first message of an event stream, with its token, may take.
    pub token_time: Duration,
    /// How often an event stream is pinged; one that stays silent for three pings is closed.
    pub ping: Duration,
    /// How long a reader may take nothing of an answer before it is dropped.
    pub write_pause: Duration,
    /// How long what a caller still sends is swallowed after the answer, so that it can read it.
    pub linger: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head_bytes: 16 * 1024,
            target_bytes: 4 * 1024,
            headers: 64,
            head_time: Duration::from_secs(5),
            body_bytes: 40 * 1024 * 1024,
            body_time: Duration::from_secs(60),
            body_pause: Duration::from_secs(10),
            connections: 128,
            streams: 32,
            bot_streams: 32,
            bot_streams_each: 4,
            bot_rate: 3_000,
            token_time: Duration::from_secs(5),
            ping: Duration::from_secs(20),
            write_pause: Duration::from_secs(20),
            linger: Duration::from_secs(2),
        }
    }
}
