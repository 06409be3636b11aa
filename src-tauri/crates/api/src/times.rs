//! Times that the workspace chooses.

wire! {
    /// Asks for the times that the workspace has chosen.
    pub struct TimesGet {}

    /// The times that the workspace has chosen.
    pub struct Times {
        /// Minutes of after-work: for so long a conversation that a person has let go returns to
        /// them when the customer writes; 0 for none.
        pub wrap_up_minutes: u32,
        /// The most that it can be.
        pub wrap_up_most: u32,
    }

    /// Chooses the times of the workspace.
    pub struct TimesSet {
        /// Minutes of after-work; 0 for none.
        pub wrap_up_minutes: u32,
    }
}
