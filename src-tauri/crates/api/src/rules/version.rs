//! Versions of the rules: saving, looking back, comparing.

wire! {
    /// Puts a text in force.
    pub struct RulesSave {
        /// The text.
        pub text: String,
        /// The version it was edited from.
        pub base: String,
        /// Why.
        pub reason: String,
        /// Why it is saved although tests fail, or a rule acts at once as it never acted before; none
        /// where neither is so.
        pub r#override: Option<String>,
        /// Whether rules that act, and would act otherwise, stay as they are, each with its edit as
        /// a copy beside it that is watched.
        pub beside: bool,
    }

    /// What was put in force.
    pub struct RulesSaved {
        /// The version in force now.
        pub ruleset: String,
    }

    /// Asks for the versions that were ever in force.
    pub struct RulesHistory {
        /// Only versions before this place; none for the newest.
        pub before: Option<i64>,
        /// How many, at most 200.
        pub limit: u32,
    }

    /// Versions, the newest first.
    pub struct RulesVersions {
        /// The versions.
        pub versions: Vec<RulesVersionBrief>,
        /// The place to go on from; none at the end.
        pub next: Option<i64>,
    }

    /// One time that a version was put in force.
    pub struct RulesVersionBrief {
        /// Its place in the history.
        pub place: i64,
        /// The version.
        pub ruleset: String,
        /// When it was put in force.
        pub at: i64,
        /// Who: a name, or empty when the file was edited by hand.
        pub by: String,
        /// Where it came from: `first`, `file`, `saved`, `status` or `ceiling`.
        pub origin: String,
        /// Why.
        pub why: String,
        /// Why it was saved although tests failed; none when they passed.
        pub r#override: Option<String>,
        /// Who approved it, where somebody had to.
        pub approver: Option<String>,
        /// Whether it is in force.
        pub in_force: bool,
        /// Rules that came.
        pub added: Vec<String>,
        /// Rules that went.
        pub removed: Vec<String>,
        /// Rules that changed.
        pub changed: Vec<String>,
    }

    /// Asks for the text of a version.
    pub struct RulesVersionGet {
        /// The version.
        pub ruleset: String,
    }

    /// The text of a version.
    pub struct RulesVersion {
        /// The version.
        pub ruleset: String,
        /// The text.
        pub text: String,
    }

    /// Asks how two versions differ.
    pub struct RulesDiff {
        /// The older one.
        pub from: String,
        /// The newer one.
        pub to: String,
    }

    /// How two versions differ.
    pub struct RulesDiffView {
        /// Every line.
        pub lines: Vec<DiffLine>,
        /// Lines that came.
        pub added: u32,
        /// Lines that went.
        pub removed: u32,
    }

    /// A line of a comparison.
    pub struct DiffLine {
        /// `same`, `added` or `removed`.
        pub kind: String,
        /// The line.
        pub text: String,
        /// Its number in the older text, from 1; none when it came.
        pub from: Option<u32>,
        /// Its number in the newer text, from 1; none when it went.
        pub to: Option<u32>,
    }
}
