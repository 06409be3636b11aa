//! Macros: texts that are written once and used often, by people and by rules.

wire! {
    /// Asks for the macros, filled in for a conversation when one is named.
    pub struct MacrosGet {
        /// The conversation that they would be used in.
        pub conversation: Option<String>,
    }

    /// The macros, by name.
    pub struct Macros {
        /// All of them.
        pub macros: Vec<MacroView>,
    }

    /// One macro.
    pub struct MacroView {
        /// Its name, by which rules know it too.
        pub name: String,
        /// The text as written, with its fields, such as `{customer}`.
        pub text: String,
        /// The text with its fields filled in.
        pub filled: String,
    }

    /// Writes a macro, in the place of one of the same name.
    pub struct MacroPut {
        /// Its name.
        pub name: String,
        /// The text.
        pub text: String,
    }

    /// Removes a macro.
    pub struct MacroRemove {
        /// Its name.
        pub name: String,
    }
}
