//! What the team knows: where answers are taken from, and passages that may answer a customer.

use crate::search::SnippetPiece;

wire! {
    /// Asks where answers are taken from.
    pub struct KnowledgeGet {}

    /// Where answers are taken from.
    pub struct Knowledge {
        /// Saved answers, documents and web pages, by kind and title.
        pub sources: Vec<KnowledgeSource>,
        /// How many solved conversations answers are taken from.
        pub conversations: u32,
        /// How many passages all of them have.
        pub passages: u32,
    }

    /// Something that answers are taken from.
    pub struct KnowledgeSource {
        /// Which.
        pub source: String,
        /// `answer`, `document` or `page`.
        pub kind: String,
        /// Its title.
        pub title: String,
        /// Where it is: an address, or the name of a file or of a saved answer.
        pub name: String,
        /// When it was added.
        pub added_at: i64,
        /// When it was last read.
        pub read_at: i64,
        /// How many passages it has.
        pub passages: u32,
        /// Why it could not be read anew since; empty when it could.
        pub problem: String,
    }

    /// Adds a file or a web page, or reads it anew where it is known. Either of the two.
    pub struct KnowledgeAdd {
        /// A file: Markdown, text or HTML.
        pub file: Option<crate::compose::FileInput>,
        /// The address of a page, which is fetched now and never by itself.
        pub address: Option<String>,
    }

    /// Names a source.
    pub struct KnowledgeOnly {
        /// Which.
        pub source: String,
    }

    /// Fetches a page anew, or everything that can be read anew.
    pub struct KnowledgeRefresh {
        /// Which page; none for every page, and the conversations that were solved.
        pub source: Option<String>,
    }

    /// What came of reading anew.
    pub struct KnowledgeRefreshed {
        /// How many sources say something else now.
        pub changed: u32,
        /// How many say what they said.
        pub same: u32,
        /// Those that could not be read, and keep what they had.
        pub failed: Vec<KnowledgeSource>,
    }

    /// Asks what may answer the customer of a conversation.
    pub struct KnowledgeSuggest {
        /// The conversation.
        pub conversation: String,
        /// Words to look for in place of the customer's; empty for those.
        #[serde(default)]
        pub words: String,
    }

    /// What may answer a customer.
    pub struct Suggestions {
        /// The best first.
        pub suggestions: Vec<Suggestion>,
        /// Whether there is anything to suggest from.
        pub empty: bool,
        /// How long it took, in milliseconds.
        pub took_ms: f64,
    }

    /// A passage that may answer.
    pub struct Suggestion {
        /// Which passage.
        pub passage: String,
        /// What it comes from.
        pub source: DraftSource,
        /// What stands above it, or the question it answers; the words that were looked for are
        /// marked.
        pub heading: Vec<SnippetPiece>,
        /// Its words, the same way.
        pub text: Vec<SnippetPiece>,
        /// What is put into a letter.
        pub insert: String,
    }

    /// Asks what the sentences of a message or draft stand on.
    pub struct GroundsGet {
        /// The conversation it stands in.
        pub conversation: String,
        /// The message, or the draft that is to be one.
        pub message: String,
        /// Other words for it, which are held against the same passages; none for its own.
        pub text: Option<String>,
    }

    /// What the sentences of a model's answer stand on, as Baton itself has seen.
    pub struct Grounds {
        /// The sentences, in order; none where nothing was looked at.
        pub claims: Vec<Claim>,
        /// What they cite; number 1 is the first.
        pub sources: Vec<CitedSource>,
    }

    /// A sentence.
    pub struct Claim {
        /// The sentence.
        pub text: String,
        /// The numbers of what it cites.
        pub cites: Vec<u32>,
        /// `supported`, `uncited`, `no_such_passage`, `other_number`, `other_words` or `opposite`.
        pub support: String,
    }

    /// A passage that is cited.
    pub struct CitedSource {
        /// What it comes from.
        pub source: DraftSource,
        /// Whether its words are there: `there`, `changed` when the source says something else now,
        /// `gone` when it was removed or erased.
        pub state: String,
        /// What stands above it; empty when it is not there.
        pub heading: String,
        /// Its words; empty when it is not there.
        pub text: String,
    }

    /// How many sentences of an answer stand on how many sources.
    pub struct Grounded {
        /// Sources that are cited.
        pub sources: u32,
        /// Sentences that nothing supports.
        pub unsupported: u32,
    }

    /// What something in a draft was taken from.
    pub struct DraftSource {
        /// `answer`, `document`, `page` or `conversation`.
        pub kind: String,
        /// The title shown.
        pub title: String,
        /// Where it is: an address, the name of a file or of a saved answer, a conversation.
        pub name: String,
    }
}
