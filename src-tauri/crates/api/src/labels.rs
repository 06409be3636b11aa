//! What people say afterwards: whether a conversation needed them, and the daily lots.

use crate::conversations::ConversationRow;

wire! {
    /// Says whether an episode needed people.
    pub struct LabelPut {
        /// The conversation.
        pub conversation: String,
        /// The episode; none for the current one.
        pub episode: Option<u32>,
        /// The decision that it is about; none for the one that brought people in.
        pub decision: Option<String>,
        /// `needed`, `not_needed`, `too_late`, `should_have_been_human`; none to take back what
        /// one has said.
        pub label: Option<String>,
    }

    /// Asks what was said of a conversation.
    pub struct LabelsGet {
        /// The conversation.
        pub conversation: String,
    }

    /// What was said of a conversation.
    pub struct Labels {
        /// The last word of each person on each episode, oldest first.
        pub labels: Vec<LabelView>,
        /// The current episode.
        pub episode: u32,
        /// The labels that fit the current episode; none when nothing can be said of it.
        pub fitting: Vec<String>,
    }

    /// What one person said of one episode.
    pub struct LabelView {
        /// Who: the short name.
        pub agent: String,
        /// Who: the name shown.
        pub display: String,
        /// Whether it is the agent at this desk.
        pub mine: bool,
        /// The episode.
        pub episode: u32,
        /// What they said.
        pub label: String,
        /// When.
        pub at: i64,
        /// The decision that it is about.
        pub decision: Option<String>,
        /// Whether it was drawn by lot.
        pub sampled: bool,
    }

    /// Asks for today's lots: conversations that a bot closed alone, to be looked at.
    pub struct AuditSampleGet {}

    /// Today's lots, and what all lots so far say.
    pub struct AuditSample {
        /// The day they were closed on, at its beginning (UTC); none while there is none.
        pub day: Option<i64>,
        /// How many were drawn.
        pub drawn: u32,
        /// Of how many.
        pub of: u32,
        /// Those that are still to be looked at, in the order of their lots.
        pub open: Vec<AuditItem>,
        /// What all answered lots say.
        pub missed: MissedRate,
    }

    /// A conversation that was drawn.
    pub struct AuditItem {
        /// Its row.
        pub row: ConversationRow,
        /// The episode that was drawn.
        pub episode: u32,
        /// When the bot closed it.
        pub closed_at: i64,
    }

    /// How many of the conversations that a bot closed alone a person should have had.
    pub struct MissedRate {
        /// The rate, from 0 to 1; none below thirty answers, where counts say more.
        pub rate: Option<f64>,
        /// The lower end of its interval (Wilson, 95 %).
        pub low: Option<f64>,
        /// The upper end.
        pub high: Option<f64>,
        /// Lots answered.
        pub answered: u32,
        /// Of them, those that a person should have had.
        pub found: u32,
        /// Lots drawn on the days with an answer.
        pub drawn: u32,
        /// Conversations that a bot closed alone on these days.
        pub of: u32,
    }
}
