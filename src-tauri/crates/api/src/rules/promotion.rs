//! The way of a rule from shadow to live.

wire! {
    /// Sets whether a rule acts.
    pub struct RuleStatusSet {
        /// The rule.
        pub rule: String,
        /// `off`, `shadow`, `canary` or `live`.
        pub status: String,
        /// The share of conversations, for `canary`.
        pub share: Option<f64>,
        /// The version it was seen in.
        pub base: String,
        /// Why.
        pub reason: String,
        /// Who approves that it acts; empty where nobody has to.
        pub approver: String,
    }

    /// Asks whether a rule may act.
    pub struct PromotionGet {
        /// The rule.
        pub rule: String,
    }

    /// Whether a rule may act, and what is missing.
    pub struct Promotion {
        /// The rule.
        pub rule: String,
        /// The rule in whose place it is tried and would be put live; none when it stands by itself.
        pub replaces: Option<String>,
        /// The version it stands in.
        pub ruleset: String,
        /// Who may approve it, by name; anybody of the team when empty.
        pub approvers: Vec<String>,
        /// `off`, `shadow`, `canary` or `live`, as the file says.
        pub status: String,
        /// Decisions that looked at it in shadow, since it reads as it does.
        pub shadow_decisions: u64,
        /// Since when it has been in shadow as it reads now; none when it is not.
        pub shadow_since: Option<i64>,
        /// Decisions that would have come out otherwise.
        pub differs: u64,
        /// Handoffs to people that it would have added.
        pub handoffs_added: u64,
        /// Handoffs to people that it would have spared.
        pub handoffs_spared: u64,
        /// What must be met.
        pub gate: Vec<GateView>,
        /// Whether all but the approver is met.
        pub may_promote: bool,
    }

    /// One thing that must be met.
    pub struct GateView {
        /// A stable name: `watched`, `findings`, `tests`, `handoffs`, `approver`.
        pub code: String,
        /// What, in words with figures.
        pub says: String,
        /// Whether it is.
        pub met: bool,
    }
}
