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
        /// What makes it run.
        pub on: Vec<String>,
        /// What it does, in words.
        pub does: String,
        /// The line of the file on which its identifier stands.
        pub line: u32,
    }
}
