//! Views, rows and the head of a conversation.

use crate::compose::OutgoingView;
use crate::contacts::ContactBrief;
use crate::control::{ControlView, OfferView, PacketView};

words! {
    /// The order of a list.
    pub enum ListOrder {
        /// The newest first.
        Newest,
        /// The nearest deadline first, then the longest waiting.
        Due,
    }
}

wire! {
    /// Asks for the views with their counts.
    pub struct ViewsGet {}

    /// The views with their counts.
    pub struct Views {
        /// The built-in views: `mine`, `queue`, `escalated`, `with_bot`, `waiting`, `snoozed`,
        /// `all`, `solved`.
        pub builtin: Vec<ViewCount>,
        /// The saved searches.
        pub saved: Vec<SavedSearch>,
        /// Messages that wait to be sent, while offline or in the undo window.
        pub outbox_waiting: u32,
        /// Messages that failed or are in doubt.
        pub outbox_trouble: u32,
    }

    /// One view with its count.
    pub struct ViewCount {
        /// The key.
        pub key: String,
        /// How many conversations.
        pub total: u32,
        /// How many with something unread.
        pub unread: u32,
    }

    /// A saved search.
    pub struct SavedSearch {
        /// Its identifier.
        pub id: String,
        /// Its name.
        pub name: String,
        /// The query.
        pub query: String,
    }

    /// Saves a search, or changes one.
    pub struct SavedSearchPut {
        /// Which, when it is changed.
        pub id: Option<String>,
        /// The name.
        pub name: String,
        /// The query.
        pub query: String,
    }

    /// Removes a saved search.
    pub struct SavedSearchRemove {
        /// Which.
        pub id: String,
    }

    /// Asks for a page of a view.
    pub struct ConversationList {
        /// The key of the view, `bot:<name>` for what one bot holds, or `saved:<id>`.
        pub view: String,
        /// The order.
        pub order: ListOrder,
        /// Where the last page ended.
        pub cursor: Option<String>,
        /// How many rows, at most 200.
        pub limit: u32,
    }

    /// A page of rows.
    pub struct ConversationPage {
        /// The rows.
        pub rows: Vec<ConversationRow>,
        /// Where the next page begins; none at the end.
        pub next: Option<String>,
        /// How many there are in all; none for a saved search of more than one page, because a
        /// search stops where its page ends.
        pub total: Option<u32>,
    }

    /// One row of a list.
    pub struct ConversationRow {
        /// Which conversation.
        pub id: String,
        /// The subject, or the first words.
        pub subject: String,
        /// The contact.
        pub contact: ContactBrief,
        /// The newest words.
        pub snippet: String,
        /// Who wrote them: `customer`, `bot`, `agent`, `system`.
        pub last_author: String,
        /// When.
        pub last_at: i64,
        /// Who may speak.
        pub control: ControlView,
        /// `new`, `open`, `waiting_customer`, `on_hold`, `snoozed`, `solved`.
        pub status: String,
        /// `low`, `normal`, `high`, `urgent`.
        pub priority: String,
        /// The tags.
        pub tags: Vec<String>,
        /// Whether it is escalated.
        pub escalated: bool,
        /// Unread messages.
        pub unread: u32,
        /// The nearest clock.
        pub clock: Option<ClockView>,
        /// Since when the customer waits.
        pub waiting_since: Option<i64>,
        /// Until when, while snoozed.
        pub snoozed_until: Option<i64>,
        /// The channel's identifier.
        pub channel: String,
        /// The channel's kind: `email`, `demo`, `import`.
        pub channel_kind: String,
        /// The channel's name.
        pub channel_name: String,
        /// Whether the agent at this desk has a draft in it.
        pub draft: bool,
        /// Whether a message in it failed or is in doubt.
        pub send_trouble: bool,
        /// Whether it has attachments.
        pub attachments: bool,
        /// Messages and notes in all.
        pub messages: u32,
        /// Whether part of this row cannot be read; what is left of it stands here.
        pub damaged: bool,
    }

    /// A service level clock.
    pub struct ClockView {
        /// `first_reply`, `next_reply`, `resolve`.
        pub kind: String,
        /// `running`, `warned`, `paused`, `met`, `missed`, `dropped`.
        pub state: String,
        /// When it started.
        pub started_at: i64,
        /// When it is due.
        pub due_at: Option<i64>,
    }

    /// Asks for the head of a conversation.
    pub struct ConversationGet {
        /// Which.
        pub id: String,
    }

    /// The head of a conversation: all but its stream.
    pub struct ConversationHead {
        /// The row.
        pub row: ConversationRow,
        /// The episode, from 1.
        pub episode: u32,
        /// When it began.
        pub opened_at: i64,
        /// The service level policy.
        pub sla: String,
        /// All clocks.
        pub clocks: Vec<ClockView>,
        /// The live offer.
        pub offer: Option<OfferView>,
        /// The packet of the handoff that brought it here.
        pub packet: Option<PacketView>,
        /// The running ladder's name.
        pub ladder: Option<String>,
        /// When the ladder's next rung is due.
        pub ladder_next_at: Option<i64>,
        /// Messages that are not settled.
        pub outbox: Vec<OutgoingView>,
        /// What the agent at this desk may do now: names of commands.
        pub can: Vec<String>,
        /// The newest decision.
        pub decision: Option<String>,
        /// Its sentence.
        pub sentence: String,
        /// What an undo would take back now.
        pub undo: Option<UndoView>,
    }

    /// What an undo would take back.
    pub struct UndoView {
        /// The command.
        pub of: String,
        /// When it was given.
        pub at: i64,
    }

    /// The answer to an act on a conversation.
    pub struct Acted {
        /// The conversation.
        pub conversation: String,
        /// The command, for `undo`; none where nothing can be undone.
        pub undo: Option<String>,
    }

    /// Names a conversation and nothing more.
    pub struct ConversationOnly {
        /// Which.
        pub conversation: String,
    }
}
