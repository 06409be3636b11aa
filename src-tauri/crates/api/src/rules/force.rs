//! The rules in force.

wire! {
    /// Asks for the rules in force.
    pub struct RulesGet {}

    /// The rules in force.
    pub struct RulesView {
        /// The text.
        pub text: String,
        /// The version.
        pub ruleset: String,
        /// The name of the policy.
        pub policy: String,
        /// Its rules, in order.
        pub rules: Vec<RuleBrief>,
        /// Why the newest text of the file is not in force, when it is not.
        pub problems: Vec<String>,
        /// The text of the file, where it is not the one in force: an edit of it is saved with its
        /// own digest as the base.
        pub on_disk: Option<String>,
        /// Rules that act, came with an edit of the file by hand, and were approved by nobody yet.
        pub ungated: Vec<UngatedView>,
        /// When this version was put in force.
        pub changed_at: i64,
        /// Who put it in force: a name, or empty when the file was edited by hand.
        pub changed_by: String,
        /// Why.
        pub why: String,
    }

    /// A rule in brief.
    pub struct RuleBrief {
        /// Its identifier.
        pub id: String,
        /// Why it exists.
        pub why: String,
        /// The reason it gives.
        pub reason: String,
        /// The condition as written.
        pub when: String,
        /// `live`, `shadow`, `canary`, `off`, as the file says.
        pub status: String,
        /// The share of conversations for which a canary acts.
        pub canary_share: Option<f64>,
        /// Who answers for it; empty when nobody is named.
        pub owner: String,
        /// The rule in whose place it is tried; none when it stands by itself.
        pub replaces: Option<String>,
        /// What makes it run.
        pub on: Vec<String>,
        /// What it does, in words.
        pub does: String,
        /// The line of the file on which its identifier stands.
        pub line: u32,
        /// How it did in the last 28 days.
        pub counts: RuleCounts,
        /// That it was put into shadow because it exceeded its ceiling; none otherwise.
        pub held_back: Option<HeldBackView>,
    }

    /// How a rule did in the last 28 days.
    pub struct RuleCounts {
        /// Decisions in which its condition held.
        pub matched: u64,
        /// Decisions in which it acted.
        pub acted: u64,
        /// Acts that a person decided otherwise within ten minutes.
        pub overridden: u64,
        /// Decisions that looked at it while it was only watched.
        pub watched: u64,
        /// Decisions that would have come out otherwise had it been live.
        pub differs: u64,
        /// When its condition last held.
        pub last_match: Option<i64>,
    }

    /// A rule that acts although it passed no gate: the file was edited by hand.
    pub struct UngatedView {
        /// The rule.
        pub rule: String,
        /// Who answers for it; empty when nobody is named.
        pub owner: String,
        /// Since when.
        pub at: i64,
        /// Whether it acted before too, and reads otherwise now.
        pub acted: bool,
    }

    /// That a rule was put into shadow by itself.
    pub struct HeldBackView {
        /// When.
        pub at: i64,
        /// Why.
        pub why: String,
    }
}
