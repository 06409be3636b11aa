//! Change tags: each read says which tags make it stale, each commit says which it touched.

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use ts_rs::TS;

/// One thing that can change, as text: `views`, `conversation:cnv_…`, `channels`, `alerts`,
/// `drafts`, `knowledge`, `labels`, `reviews`, `proposals`, `settings`, `contacts`, `contact:ctc_…`, `rules`, `health`, `outbox`, `session`,
/// `backtest:b…`.
pub type Tag = String;

/// What the event stream carries: what changed, never the change itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Change {
    /// These things changed.
    Touched {
        /// Their tags.
        tags: Vec<Tag>,
    },
    /// Notices were dropped because the reader was slow: everything may have changed.
    Overflow {
        /// How many.
        missed: u64,
    },
    /// Open a conversation: a notification or a link was clicked.
    Open {
        /// Which.
        conversation: String,
    },
}

/// Where a host hears what changed.
pub trait Changes {
    /// A bounded stream of everything that changes from now on. A reader that falls behind gets
    /// [`broadcast::error::RecvError::Lagged`], which a host passes on as [`Change::Overflow`].
    fn subscribe(&self) -> broadcast::Receiver<Change>;
}
