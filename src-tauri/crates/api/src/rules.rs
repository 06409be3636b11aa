//! The rules in force, to read.

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
        /// Why the newest text is not in force, when it is not.
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
        /// `live`, `shadow`, `canary`, `off`.
        pub status: String,
    }
}
