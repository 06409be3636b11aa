//! A stretch under way, and what its bot was told.

use baton_bots::connector::Heard;
use baton_core::ids::MessageId;
use baton_core::time::Timestamp;
use tokio::sync::mpsc;

use super::follow::Followed;
use super::look::{Asked, TEAM};
use super::open::Opened;

/// A stretch under way.
pub(super) struct Running {
    /// Which of all stretches it is.
    pub(super) number: u64,
    pub(super) bot: String,
    pub(super) set_at: Timestamp,
    pub(super) epoch: u64,
    /// The last line it was told.
    pub(super) told: Option<String>,
    /// The rejected draft in whose place it was asked for another one.
    pub(super) again: Option<MessageId>,
    pub(super) feed: mpsc::Sender<Heard>,
    /// What is to be told after it; none for a bot that does not want to know.
    pub(super) after: Option<Followed>,
}

impl Running {
    /// Tells the bot what it has not heard yet, when the customer waits for an answer to it.
    pub(super) fn tell(&mut self, asked: &Asked, opened: &Opened) {
        let again = asked.again.as_ref().map(|again| again.draft);
        let lines = match again != self.again {
            // What it has heard already waits for another answer than the one it gave.
            true => asked.anew(),
            false => asked.after(self.told.as_deref()).to_vec(),
        };
        if !asked.waits || !lines.iter().any(|line| line.author == "customer") {
            return;
        }
        let last = lines
            .iter()
            .rfind(|line| line.author != TEAM)
            .map(|line| line.message.clone());
        let words = lines.iter().map(|line| opened.line(line)).collect();
        if self.feed.try_send(Heard::Words(words)).is_ok() {
            self.told = last;
            self.again = again;
        }
    }
}
