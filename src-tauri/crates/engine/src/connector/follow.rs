//! What becomes of a conversation after a connected bot had it, told to those that want to know. What
//! is not told before the engine stops is told to nobody.

use std::sync::Arc;

use baton_bots::connector::{Connector, News};
use baton_bots::wire::control::ControllerView;
use baton_core::ids::ConversationId;
use baton_core::time::Timestamp;

use super::book::Ledger;
use super::{Done, Stretches};

/// A bot that wants to know what becomes of a conversation.
pub(super) struct Followed {
    connector: Arc<dyn Connector>,
    book: Ledger,
    set_at: Timestamp,
    taken: bool,
}

impl Followed {
    pub(super) fn of(connector: Arc<dyn Connector>, book: Ledger, set_at: Timestamp) -> Self {
        Self {
            connector,
            book,
            set_at,
            taken: false,
        }
    }
}

impl Stretches {
    /// Looks what became of a conversation that a bot had.
    pub(super) fn follow(&mut self, which: ConversationId, holder: &ControllerView) {
        let Some(followed) = self.followed.get_mut(&which) else {
            return;
        };
        // One that was switched off, removed or connected elsewhere is sent nothing more.
        let roster = self.engine.roster();
        let connected = roster.connectors.get(&followed.book.bot);
        if connected.is_none_or(|now| !now.asked || now.set_at != followed.set_at) {
            self.followed.remove(&which);
            return;
        }
        let news = match holder.kind.as_str() {
            "agent" if !followed.taken => {
                followed.taken = true;
                News::Taken
            }
            "agent" | "queue" => return,
            kind => News::Ended {
                taken: followed.taken,
                closed: kind == "nobody",
            },
        };
        let (connector, book) = (Arc::clone(&followed.connector), followed.book.clone());
        if news != News::Taken {
            self.followed.remove(&which);
        }
        self.tasks.spawn(async move {
            if let Err(broken) = connector.learns(&which.to_string(), news, &book).await {
                tracing::warn!(conversation = %which, %broken, "A bot was not told what became of it.");
            }
            Done::Over
        });
    }
}
