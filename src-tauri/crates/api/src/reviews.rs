//! Drafts that people read before customers do.

use std::future::Future;

use serde_json::Value;

use crate::ApiError;
use crate::conversations::ConversationRow;

/// What a host needs of whoever lets people from outside the team read drafts, and nothing else.
pub trait Reviewing {
    /// The person a token belongs to; none for a token that is nobody's.
    fn reviewer(&self, token: &[u8]) -> Option<String>;

    /// Carries out a command of such a person: only those that a draft needs.
    fn answer_reviewer(
        &self,
        person: &str,
        command: &str,
        payload: Value,
    ) -> impl Future<Output = Result<Value, ApiError>> + Send;
}

wire! {
    /// Asks for the drafts that wait.
    pub struct ReviewsGet {}

    /// The drafts that wait, and what became of the last ones.
    pub struct Reviews {
        /// Those that the person at this desk may read, oldest first.
        pub waiting: Vec<ReviewView>,
        /// How many wait for others.
        pub for_others: u32,
        /// The last ones that were settled, the newest first.
        pub settled: Vec<ReviewView>,
        /// How reviews went in the last 30 days: all together, then by rule.
        pub figures: Vec<ReviewFigures>,
        /// The codes of a rejection, in the order in which they are offered.
        pub codes: Vec<String>,
    }

    /// A draft that a person reads before the customer does.
    pub struct ReviewView {
        /// Which.
        pub draft: String,
        /// The conversation.
        pub conversation: String,
        /// Its row; none for somebody who only reads drafts for the team.
        pub row: Option<ConversationRow>,
        /// The draft.
        pub text: String,
        /// The subject of the letter; empty in a chat.
        pub subject: String,
        /// Whether its content was erased.
        pub erased: bool,
        /// How its sentences stand to what the team knows; none where that was not looked at.
        pub grounded: Option<crate::knowledge::Grounded>,
        /// Who wrote it, such as `bot:helper`.
        pub author: String,
        /// The name shown for the author.
        pub author_display: String,
        /// The rule that holds it.
        pub rule: String,
        /// Why the rule is there, in the team's words; empty for none.
        pub policy: String,
        /// What the rule said of this draft.
        pub reason: String,
        /// The decision, for who may look at it.
        pub decision: Option<String>,
        /// Who is to read it, such as `team:billing`.
        pub reviewers: Vec<String>,
        /// Since when it waits.
        pub held_at: i64,
        /// When people must answer in its place.
        pub due_at: i64,
        /// What a reader needs to know, as a packet; none when it was erased.
        pub packet: Option<Value>,
        /// How it ended; none while it waits.
        pub settled: Option<ReviewEnd>,
    }

    /// How a review ended.
    pub struct ReviewEnd {
        /// `approved`, `edited`, `rejected`, `expired`, `withdrawn`.
        pub how: String,
        /// The person, as shown; empty where time or a change of control ended it.
        pub by: String,
        /// The code of a rejection.
        pub code: Option<String>,
        /// When.
        pub at: i64,
        /// How long it had waited, in milliseconds.
        pub waited_ms: i64,
        /// What was changed before it was sent, word by word; empty when nothing was.
        pub changes: Vec<ReviewPiece>,
    }

    /// A stretch of words of a draft.
    pub struct ReviewPiece {
        /// `same`, `gone` or `new`.
        pub change: String,
        /// The words.
        pub text: String,
    }

    /// How reviews went.
    pub struct ReviewFigures {
        /// The rule; none for all of them.
        pub rule: Option<String>,
        /// Sent as written.
        pub approved: u32,
        /// Sent with other words.
        pub edited: u32,
        /// Rejected.
        pub rejected: u32,
        /// Not read in time.
        pub expired: u32,
        /// Not needed any more, because control went elsewhere.
        pub withdrawn: u32,
        /// The median of the minutes that those a person read had waited; none when there are none.
        pub median_minutes: Option<f64>,
    }

    /// Lets a draft go.
    pub struct ReviewApprove {
        /// Which.
        pub draft: String,
        /// What is sent in its place; none for the draft as it is.
        pub text: Option<String>,
    }

    /// A draft was let go.
    pub struct ReviewSent {
        /// The conversation.
        pub conversation: String,
        /// The outbox entry, for `review_recall`.
        pub outbox: String,
        /// Until when it can be taken back.
        pub undo_until: i64,
    }

    /// Takes an approved draft back before it has left; it waits again.
    pub struct ReviewRecall {
        /// Which.
        pub draft: String,
    }

    /// Rejects a draft.
    pub struct ReviewReject {
        /// Which.
        pub draft: String,
        /// Why, as a code.
        pub code: String,
        /// Why, in words; may be empty.
        pub text: String,
        /// Whether the bot is to try again; otherwise people answer.
        pub again: bool,
    }

    /// Has others read a draft.
    pub struct ReviewMove {
        /// Which.
        pub draft: String,
        /// Who: `agent:anna`, `queue:legal`, `role:lead`.
        pub to: String,
    }

    /// Lets somebody from outside the team read drafts.
    pub struct ReviewerAdd {
        /// The short name: small letters, digits, - and _.
        pub name: String,
        /// The name shown.
        pub display_name: String,
        /// The team whose drafts they read, such as `legal`.
        pub team: String,
    }

    /// Somebody may read drafts.
    pub struct ReviewerAdded {
        /// The token that opens their view; shown this once.
        pub token: String,
    }

    /// Asks who from outside the team may read drafts.
    pub struct ReviewersGet {}

    /// Who from outside the team may read drafts.
    pub struct Reviewers {
        /// Them, by name.
        pub reviewers: Vec<crate::session::AgentView>,
    }

    /// Names somebody who reads drafts.
    pub struct ReviewerOnly {
        /// The short name.
        pub name: String,
    }
}
