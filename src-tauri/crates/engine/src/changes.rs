//! The bounded stream of what changed.

use std::collections::BTreeSet;

use baton_api::Change;
use tokio::sync::broadcast;

/// How many notices a slow reader may fall behind before it is told to read everything anew.
const CAPACITY: usize = 1024;

/// Publishes change notices to any number of readers.
#[derive(Debug, Clone)]
pub struct Changes {
    sender: broadcast::Sender<Change>,
}

impl Default for Changes {
    fn default() -> Self {
        Self {
            sender: broadcast::channel(CAPACITY).0,
        }
    }
}

impl Changes {
    /// A new reader, from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.sender.subscribe()
    }

    /// Says that these things changed; nobody listening is fine.
    pub fn touched(&self, tags: BTreeSet<String>) {
        if !tags.is_empty() {
            self.send(Change::Touched {
                tags: tags.into_iter().collect(),
            });
        }
    }

    /// Says anything.
    pub fn send(&self, change: Change) {
        let _ = self.sender.send(change);
    }
}
