//! What is said of a text of rules while somebody writes it.

use super::form::{DefineForm, RuleForm, WordsForm};

wire! {
    /// Asks what is to be said of a text; it changes nothing.
    pub struct RulesCheck {
        /// The text.
        pub text: String,
    }

    /// What is to be said of a text.
    pub struct RulesChecked {
        /// The version it would be.
        pub ruleset: String,
        /// Errors, which keep it from being saved, and warnings.
        pub problems: Vec<ProblemView>,
        /// What the analysis found; empty while there are errors.
        pub findings: Vec<FindingView>,
        /// How its tests went; empty while there are errors.
        pub tests: Vec<TestView>,
        /// What the tests have seen.
        pub coverage: CoverageView,
        /// The rules that would act from now on as they never acted before; empty while there are
        /// errors.
        pub begins: Vec<BeginsView>,
        /// Its rules, for the form; empty while there are errors.
        pub form: Vec<RuleForm>,
        /// Its named conditions, for the form.
        pub defines: Vec<DefineForm>,
        /// Its word sets, for the form.
        pub words: Vec<WordsForm>,
    }

    /// A rule that would act from now on as it never acted before.
    pub struct BeginsView {
        /// The rule.
        pub rule: String,
        /// Whether it acts now too, and would act otherwise.
        pub acted: bool,
    }

    /// A problem of the text, at its place.
    pub struct ProblemView {
        /// `error` or `warning`.
        pub severity: String,
        /// A stable name of the kind of problem, such as `unknown-fact`.
        pub code: String,
        /// The line, from 1.
        pub line: u32,
        /// The column, from 1, in characters.
        pub column: u32,
        /// Where it begins in the text, in UTF-16 units.
        pub start: u32,
        /// Where it ends, in UTF-16 units.
        pub end: u32,
        /// The cause, in one sentence.
        pub message: String,
        /// How to repair it; empty when the message says so already.
        pub hint: String,
        /// The rules it belongs to.
        pub rules: Vec<String>,
        /// An edit that settles it, where one is certain.
        pub fix: Option<FixView>,
    }

    /// A replacement that settles a problem.
    pub struct FixView {
        /// Where it begins in the text, in UTF-16 units.
        pub start: u32,
        /// Where it ends, in UTF-16 units.
        pub end: u32,
        /// What to write there.
        pub replacement: String,
    }

    /// Something wrong with rules that can each be read.
    pub struct FindingView {
        /// `error`, `warning` or `hint`.
        pub weight: String,
        /// A stable name of the kind of finding, such as `never-true`.
        pub kind: String,
        /// The rules it is about, the one to change first.
        pub rules: Vec<String>,
        /// What is wrong, in one sentence.
        pub says: String,
        /// How to repair it.
        pub hint: String,
        /// A conversation that shows it, in plain words; empty where none can.
        pub witness: String,
        /// The line of the rule to change first, from 1; 0 when it is about no rule.
        pub line: u32,
    }

    /// How a test of the file went.
    pub struct TestView {
        /// Its name.
        pub name: String,
        /// Its line, from 1.
        pub line: u32,
        /// Whether it went as wanted.
        pub passed: bool,
        /// What was not as wanted.
        pub misses: Vec<MissView>,
    }

    /// One thing that was not as wanted.
    pub struct MissView {
        /// The line that wants it, from 1.
        pub line: u32,
        /// What was looked at, such as `control`.
        pub what: String,
        /// What was wanted.
        pub expected: String,
        /// What was found.
        pub found: String,
        /// Why it came so.
        pub why: String,
    }

    /// What the tests have seen of the rules.
    pub struct CoverageView {
        /// Rules that matched in a test.
        pub rules_hit: u32,
        /// Rules that are not off.
        pub rules_all: u32,
        /// Lines that were true in one test and false in another.
        pub conditions_hit: u32,
        /// Lines of conditions.
        pub conditions_all: u32,
        /// What was not seen, in words.
        pub unhit: Vec<String>,
    }
}
