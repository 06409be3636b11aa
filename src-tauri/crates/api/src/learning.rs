//! How the rules learn from people: how much is asked of them, and what a miss is worth.

wire! {
    /// Asks how the rules learn from people.
    pub struct LearningGet {}

    /// How the rules learn from people.
    pub struct Learning {
        /// How many of the conversations that a bot closed alone are drawn a day; 0 for none.
        pub audit_sample: u32,
        /// The most that can be drawn a day.
        pub audit_most: u32,
        /// How many handoffs a missed conversation is worth.
        pub miss_cost: f64,
        /// The most that it can be worth.
        pub miss_most: f64,
    }

    /// Changes how the rules learn from people.
    pub struct LearningSet {
        /// How many of the conversations that a bot closed alone are drawn a day; 0 for none.
        pub audit_sample: u32,
        /// How many handoffs a missed conversation is worth.
        pub miss_cost: f64,
    }
}
