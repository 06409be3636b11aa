//! Proposals to change the rules, made of what people said afterwards.

wire! {
    /// Asks what could be changed.
    pub struct ProposalsGet {
        /// How many handoffs a missed conversation is worth; none for what the workspace has set.
        pub miss_cost: Option<f64>,
    }

    /// What could be changed, and what that rests on.
    pub struct Proposals {
        /// The one that saves most first.
        pub proposals: Vec<ProposalView>,
        /// Labelled episodes whose decisions are recorded.
        pub labels: u32,
        /// Labels below which nothing is proposed.
        pub fewest: u32,
        /// Labels below which counts are told and no rates.
        pub enough: u32,
        /// How many handoffs a missed conversation is worth.
        pub miss_cost: f64,
        /// The version of the rules that would be changed.
        pub ruleset: String,
    }

    /// One proposed edit of the rules.
    pub struct ProposalView {
        /// The same edit of the same rules is the same proposal.
        pub id: String,
        /// The rules it touches.
        pub rules: Vec<String>,
        /// What it proposes, in one sentence.
        pub says: String,
        /// `limit` or `words`.
        pub kind: String,
        /// The line of the condition, of a limit.
        pub line: String,
        /// The fact it reads, of a limit.
        pub fact: String,
        /// The limit as it is.
        pub old_limit: String,
        /// The limit as it would be.
        pub new_limit: String,
        /// The word set, of words.
        pub set: String,
        /// The words to add, with what speaks for each.
        pub terms: Vec<TermView>,
        /// The lines of the file around the change.
        pub diff: Vec<ProposalLine>,
        /// The whole file as it would be.
        pub text: String,
        /// As things are, on the labelled episodes.
        pub before: OutcomeView,
        /// As they would be.
        pub after: OutcomeView,
        /// What it saves on the labelled episodes, in handoffs.
        pub saving: f64,
        /// The lower end of its interval (95 %).
        pub saving_low: f64,
        /// The upper end.
        pub saving_high: f64,
        /// The same choice, made without the conversations that it is judged by.
        pub held_out: HeldOutView,
        /// The trade-off along the limit; empty for words.
        pub curve: Vec<CurveView>,
        /// Labels it rests on.
        pub labels_used: u32,
        /// Of them, those that would go another way.
        pub changed: u32,
        /// `open` or `dismissed`.
        pub state: String,
        /// Who dismissed it: the name shown.
        pub answered_by: String,
        /// When.
        pub answered_at: Option<i64>,
        /// Why.
        pub answer_reason: String,
    }

    /// What a choice comes to on conversations that were held out of it: it is made several times,
    /// each time without a part of them, and judged on that part.
    pub struct HeldOutView {
        /// How many parts there are.
        pub parts: u32,
        /// What comes of it on all parts together.
        pub outcome: OutcomeView,
        /// What it saves there, in handoffs.
        pub saving: f64,
        /// The lower end of its interval (95 %).
        pub saving_low: f64,
        /// The upper end.
        pub saving_high: f64,
        /// Of those that reach people, the share that needed to; none where labels are few.
        pub precision: Option<RateView>,
        /// Of those that needed people, the share that reaches them; none where labels are few.
        pub recall: Option<RateView>,
    }

    /// A line of a proposed change.
    pub struct ProposalLine {
        /// `same`, `added` or `removed`.
        pub kind: String,
        /// The line.
        pub text: String,
    }

    /// Words that tell episodes which needed people from others.
    pub struct TermView {
        /// The words.
        pub text: String,
        /// Labelled episodes that needed people in which a customer wrote them.
        pub needed: u32,
        /// Others in which one did.
        pub others: u32,
        /// The log odds of needing people with them against without.
        pub log_odds: f64,
        /// The lower end of its interval (95 %).
        pub low: f64,
        /// The upper end.
        pub high: f64,
    }

    /// What rules come to on labelled episodes.
    pub struct OutcomeView {
        /// Labelled episodes.
        pub labelled: u32,
        /// Of them, those that needed people.
        pub needed: u32,
        /// Those that reach people.
        pub handoffs: u32,
        /// Of them, those that did not need to.
        pub false_handoffs: u32,
        /// Those that needed people and do not reach them, or not in time.
        pub missed: u32,
        /// What it costs, in handoffs.
        pub cost: f64,
        /// The share of handoffs that were not needed; none where labels are few.
        pub false_share: Option<RateView>,
        /// The share of needed ones that are missed; none where labels are few.
        pub missed_share: Option<RateView>,
    }

    /// A share with its interval (Wilson, 95 %).
    pub struct RateView {
        /// The share, from 0 to 1.
        pub rate: f64,
        /// The lower end.
        pub low: f64,
        /// The upper end.
        pub high: f64,
    }

    /// One point of a trade-off.
    pub struct CurveView {
        /// The limit as a number; milliseconds for lengths of time.
        pub limit: f64,
        /// The limit as it would be written.
        pub written: String,
        /// What it would come to.
        pub outcome: OutcomeView,
    }

    /// Answers a proposal.
    pub struct ProposalAnswer {
        /// Which.
        pub id: String,
        /// Whether the rules are to be changed by it.
        pub accept: bool,
        /// Why.
        pub reason: String,
        /// The cost under which it was proposed, as in the question.
        pub miss_cost: Option<f64>,
        /// Why it is saved although tests of the file fail, or the rule acts at once as it never
        /// acted before; none where neither is so.
        pub r#override: Option<String>,
        /// Whether a rule that acts stays as it is, with what is proposed as a copy beside it that
        /// is watched.
        pub beside: bool,
    }

    /// What came of an answer.
    pub struct ProposalAnswered {
        /// The version of the rules in force now.
        pub ruleset: String,
    }
}
