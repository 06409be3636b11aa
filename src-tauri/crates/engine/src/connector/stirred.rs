//! What wakes the loop over the conversations that connected bots hold: that something happened in
//! some of them, and what bots said at the door.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use baton_core::ids::ConversationId;
use serde_json::Value;
use tokio::sync::Notify;

/// Conversations that are to be looked at, because something happened in them.
#[derive(Debug, Default)]
pub struct Stirred {
    wanted: Mutex<Wanted>,
    pub(super) woken: Notify,
}

/// What a connected bot said at the door, in the words of its platform.
#[derive(Clone)]
pub(crate) struct CalledBack {
    pub(crate) bot: String,
    pub(crate) conversation: ConversationId,
    pub(crate) body: Value,
}

impl std::fmt::Debug for CalledBack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("CalledBack")
            .field(&self.conversation)
            .finish()
    }
}

/// What is asked for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Every conversation.
    pub(super) everything: bool,
    /// What bots said at the door.
    pub(super) called_back: Vec<CalledBack>,
    /// Some conversations.
    pub(super) some: BTreeSet<ConversationId>,
    /// Those whose stretches begin anew.
    pub(super) anew: BTreeSet<ConversationId>,
}

impl Stirred {
    /// Has some conversations looked at.
    pub(crate) fn some(&self, which: &BTreeSet<ConversationId>) {
        if !which.is_empty() {
            let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
            wanted.some.extend(which);
            self.woken.notify_one();
        }
    }

    /// Has it heard what bots said at the door.
    pub(crate) fn called_back(&self, all: &[CalledBack]) {
        if !all.is_empty() {
            let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
            wanted.called_back.extend_from_slice(all);
            self.woken.notify_one();
        }
    }

    /// Has the stretches of some conversations begun anew: what they know is not to be known.
    pub(crate) fn anew(&self, which: &BTreeSet<ConversationId>) {
        if !which.is_empty() {
            let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
            wanted.anew.extend(which);
            self.woken.notify_one();
        }
    }

    /// Has every conversation looked at: bots were connected, or are asked no more.
    pub(crate) fn everything(&self) {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.everything = true;
        self.woken.notify_one();
    }

    /// What was asked for since the last time.
    pub(super) fn take(&self) -> Wanted {
        std::mem::take(&mut *self.wanted.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
