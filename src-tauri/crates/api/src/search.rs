//! Search.

wire! {
    /// Searches.
    pub struct Search {
        /// Words, "phrases", -not, from:, to:, tag:, is:, has:, in:, before:, after:.
        pub query: String,
        /// `newest` or `best`.
        pub order: String,
        /// Where the last page ended.
        pub cursor: Option<String>,
        /// How many conversations, at most 100.
        pub limit: u32,
    }

    /// What was found.
    pub struct SearchFound {
        /// The hits.
        pub hits: Vec<SearchHit>,
        /// Where the next page begins; none at the end.
        pub next: Option<String>,
        /// A better spelling, when a word is found nowhere.
        pub did_you_mean: Option<String>,
        /// Whether it stopped looking before the end, because too much matched: older ones that
        /// match may be missing.
        pub stopped_early: bool,
        /// How long it took, in milliseconds.
        pub took_ms: f64,
    }

    /// One hit.
    pub struct SearchHit {
        /// The conversation.
        pub row: crate::conversations::ConversationRow,
        /// The message.
        pub message: String,
        /// The words around the hit, in pieces.
        pub snippet: Vec<SnippetPiece>,
    }

    /// A piece of a snippet.
    pub struct SnippetPiece {
        /// The text.
        pub text: String,
        /// Whether it is what was searched.
        pub hit: bool,
    }
}
