//! How a bot says it is doing.

use super::asked;

asked! {
    /// How the bot is doing. The rules read it.
    pub struct Report {
        /// The intent you understood.
        #[serde(default)]
        pub intent: Option<String>,
        /// How sure you are, from 0 to 1.
        #[serde(default)]
        pub confidence: Option<f64>,
        /// The code of a failure in this turn, such as `fallback`; none when it went well.
        #[serde(default)]
        pub failure: Option<String>,
        /// Whether it is the answer you gave before.
        #[serde(default)]
        pub same_answer: bool,
    }

    /// The same, by itself.
    pub struct ReportMade {
        /// The control epoch you have seen.
        pub epoch: u64,
        /// How you are doing.
        pub report: Report,
    }
}
