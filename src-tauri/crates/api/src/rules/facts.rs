//! The facts that rules may name.

wire! {
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
}
