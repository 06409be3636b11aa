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
        /// The rules that were only watched and matched.
        pub shadow: Vec<RuleView>,
        /// What would have been decided with one of them live, where that differs.
        pub would: Vec<WouldView>,
        /// The rules that did not match and were not near it, with the conditions that did not
        /// hold, for who wants to see all.
        pub others: Vec<RuleView>,
        /// Facts that were not known and mattered.
        pub unknown: Vec<String>,
        /// When a rule may next change its mind by time alone.
        pub next_flip: Option<i64>,
    }

    /// What would have been decided with a watched rule live.
    pub struct WouldView {
        /// The rule.
        pub rule: String,
        /// What would have been decided, slot by slot.
        pub result: Vec<SlotView>,
    }

    /// Asks what other rules would have made of a past decision.
    pub struct DecisionWhatif {
        /// The decision.
        pub decision: String,
        /// The rules, also ones written later; none for the ones in force.
        pub text: Option<String>,
    }

    /// Asks for the proof of a conversation.
    pub struct ConversationProof {
        /// The conversation.
        pub conversation: String,
    }

    /// Everything about a conversation that stands in the log, with what proves it.
    pub struct Proof {
        /// The conversation.
        pub conversation: String,
        /// Its subject.
        pub subject: String,
        /// The name of the policy in force now.
        pub policy: String,
        /// The decisions, the oldest first.
        pub decisions: Vec<DecisionView>,
        /// Decisions whose facts were erased: they stand in the log without them.
        pub erased: u32,
        /// The envelopes about it, in the order of the log.
        pub events: Vec<ProofEvent>,
        /// The newest envelope of each device.
        pub heads: Vec<ProofHead>,
        /// Whether every envelope of the log, of this conversation and all others, follows from
        /// the one before.
        pub verified: bool,
        /// How many envelopes were checked.
        pub checked: u64,
        /// What does not hold.
        pub problems: Vec<String>,
        /// When this was put together.
        pub printed_at: i64,
    }

    /// An envelope of the log.
    pub struct ProofEvent {
        /// Its place in this workspace's log.
        pub seq: i64,
        /// The device that wrote it.
        pub device: String,
        /// Its number in the chain of the device, from 1.
        pub n: u64,
        /// When.
        pub at: i64,
        /// Who: `agent:anna`, `rule:legal`, `system`, …
        pub actor: String,
        /// Its type.
        pub r#type: String,
        /// The SHA-256 of the envelope.
        pub hash: String,
        /// The hash of the device's envelope before it; empty for its first.
        pub prev: String,
        /// The envelope byte for byte, as it was hashed.
        pub envelope: String,
    }

    /// The newest envelope of a device.
    pub struct ProofHead {
        /// The device.
        pub device: String,
        /// How many envelopes it has written.
        pub n: u64,
        /// The hash of its newest.
        pub hash: String,
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
