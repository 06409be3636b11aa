//! Why the machine decided as it did.

wire! {
    /// Asks for a decision.
    pub struct DecisionGet {
        /// Which.
        pub decision: String,
    }

    /// Asks for the decisions of a conversation, the newest first.
    pub struct DecisionList {
        /// The conversation.
        pub conversation: String,
        /// How many, at most 100.
        pub limit: u32,
    }

    /// Decisions in brief.
    pub struct Decisions {
        /// The newest first.
        pub decisions: Vec<DecisionBrief>,
    }

    /// A decision in brief.
    pub struct DecisionBrief {
        /// Which.
        pub id: String,
        /// When.
        pub at: i64,
        /// What was evaluated.
        pub on: String,
        /// The sentence.
        pub sentence: String,
        /// The rules that acted.
        pub acted: Vec<String>,
    }

    /// A decision with every condition.
    pub struct DecisionView {
        /// Which.
        pub id: String,
        /// The conversation.
        pub conversation: String,
        /// When.
        pub at: i64,
        /// What was evaluated: `customer.message`, `time`, …
        pub on: String,
        /// The version of the rules.
        pub ruleset: String,
        /// The name of the policy.
        pub policy: String,
        /// The sentence for people.
        pub sentence: String,
        /// What was decided, slot by slot.
        pub result: Vec<SlotView>,
        /// The rules that matched.
        pub matched: Vec<RuleView>,
        /// The rules that nearly matched.
        pub near: Vec<RuleView>,
        /// The rules that did not match and were not near it, with the conditions that did not
        /// hold, for who wants to see all.
        pub others: Vec<RuleView>,
        /// Facts that were not known and mattered.
        pub unknown: Vec<String>,
        /// When a rule may next change its mind by time alone.
        pub next_flip: Option<i64>,
    }

    /// What was decided for one slot.
    pub struct SlotView {
        /// `control`, `priority`, `ladder`, …
        pub slot: String,
        /// The value.
        pub value: String,
        /// The rule, or `default`.
        pub by: String,
    }

    /// A rule in a decision.
    pub struct RuleView {
        /// Its identifier.
        pub id: String,
        /// Its reason.
        pub reason: String,
        /// Why it exists.
        pub why: String,
        /// Whether it acted.
        pub acted: bool,
        /// Why it did not act though it matched; empty otherwise.
        pub held_back: String,
        /// Its conditions.
        pub rows: Vec<ConditionView>,
        /// What would have changed the outcome; empty when not known.
        pub flip: String,
    }

    /// One condition of a rule.
    pub struct ConditionView {
        /// As written.
        pub text: String,
        /// The fact.
        pub fact: String,
        /// What the fact means, in words.
        pub about: String,
        /// The operator.
        pub op: String,
        /// The limit, in words.
        pub limit: String,
        /// The value found, in words; empty when unknown.
        pub value: String,
        /// `true`, `false` or `unknown`.
        pub truth: String,
        /// How far the value is from the limit, as a share of it; none where that means nothing.
        pub gap: Option<f64>,
        /// The named condition it stands in; empty when written directly.
        pub via: String,
    }
}
