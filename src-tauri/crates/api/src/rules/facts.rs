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

    /// Asks for the facts that the rules in force may name.
    pub struct FactsList {}

    /// The facts that the rules in force may name.
    pub struct FactsView {
        /// Built-in ones first.
        pub facts: Vec<FactView>,
    }

    /// A fact.
    pub struct FactView {
        /// The name in conditions.
        pub name: String,
        /// `bool`, `int`, `decimal`, `duration`, `time`, `text`, `choice` or `texts`.
        pub kind: String,
        /// The unit or range; empty when there is none.
        pub unit: String,
        /// What it can be, when that is a few words.
        pub values: Vec<String>,
        /// What it says, in one line.
        pub about: String,
        /// `built_in`, `attribute`, `words` or `hours`.
        pub origin: String,
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
