//! Rules over the recorded history: what other rules would have decided.
//!
//! A back-test is a job: it is started, asked how far it is, and read while it runs. What is exact,
//! what is an estimate and what is a bound is said with every figure.

use crate::why::DecisionView;

wire! {
    /// Starts a back-test of a rule text over the recorded history.
    pub struct BacktestStart {
        /// The new rules, as text.
        pub text: String,
        /// The rules to compare with, as text; those in force when left out.
        pub against: Option<String>,
        /// The first instant that counts, in milliseconds UTC; the beginning when left out.
        pub since: Option<i64>,
        /// The first instant that no longer counts; none when left out.
        pub until: Option<i64>,
    }

    /// A back-test that was started.
    pub struct BacktestStarted {
        /// By which it is asked for.
        pub job: String,
    }

    /// Names a back-test.
    pub struct BacktestGet {
        /// Which.
        pub job: String,
    }

    /// Asks which back-tests are known: those under way and the last that ended.
    pub struct BacktestList {}

    /// The back-tests that are known, the newest first.
    pub struct BacktestJobs {
        /// Each of them.
        pub jobs: Vec<BacktestJob>,
    }

    /// A back-test that is known, so that whoever comes back finds it.
    pub struct BacktestJob {
        /// By which it is asked for.
        pub job: String,
        /// How it is going.
        pub state: BacktestState,
        /// Decision points looked at so far.
        pub done: u64,
        /// Decision points to look at.
        pub total: u64,
        /// When it was started.
        pub started_at: i64,
        /// The new rules, as text.
        pub text: String,
        /// The version they are compared with.
        pub against: String,
        /// Whether that was named; otherwise it is the version in force when it was started.
        pub named: bool,
        /// The first instant that counts; the beginning when left out.
        pub since: Option<i64>,
        /// The first instant that no longer counts; none when left out.
        pub until: Option<i64>,
    }

    /// How a back-test is going and what it has found. The figures are there when it is done.
    pub struct BacktestView {
        /// How it is going.
        pub state: BacktestState,
        /// What went wrong, when it failed; empty otherwise.
        pub error: String,
        /// Decision points looked at so far.
        pub done: u64,
        /// Decision points to look at.
        pub total: u64,
        /// The version of the new rules.
        pub ruleset: String,
        /// The version they are compared with.
        pub against: String,
        /// The instants of the first and the last point that count; none when there is no point.
        pub span: Option<(i64, i64)>,
        /// Decision points that count.
        pub points: u64,
        /// Those at which the two decide differently, facts being as recorded.
        pub differences: u64,
        /// Those at which they decide the same for another reason: another rule decides.
        pub other_reason: u64,
        /// Conversations with a point that counts.
        pub conversations: u64,
        /// Those with a moment at which the two decide differently.
        pub differing: u64,
        /// Those that would have gone another way from some point on: control, review, a text sent
        /// to the customer or putting aside differ there.
        pub diverged: u64,
        /// Instants between recorded points at which they decide differently by time alone.
        pub between: u64,
        /// Points recorded under the rules compared with, and those of them at which these decide
        /// now as was recorded.
        pub recorded: u64,
        /// See `recorded`.
        pub faithful: u64,
        /// Points where a rule needs words of a message that was erased.
        pub without_text: u64,
        /// What it comes to.
        pub metrics: Vec<MetricView>,
        /// Handoffs to queues per hour of the local week, from Monday 0:00; 168 of them.
        pub queue_load: Vec<LoadView>,
        /// What happens to the deadlines.
        pub sla: SlaEffectView,
        /// Each rule of both files.
        pub rules: Vec<RuleEffectView>,
    }

    /// A figure, before and after.
    pub struct MetricView {
        /// A stable name: `handoffs`, `first_contact_handoff`, `review_items`, …
        pub name: String,
        /// What it is, in words.
        pub says: String,
        /// What is counted: `conversations`, `points`, `drafts`, `minutes`, `changes`.
        pub unit: String,
        /// With the rules compared with.
        pub old: Option<f64>,
        /// With the new rules.
        pub new: Option<f64>,
        /// The new less the old.
        pub delta: Option<f64>,
        /// The lower end of the 95 % interval, or of the bounds, of the difference.
        pub low: Option<f64>,
        /// The upper end.
        pub high: Option<f64>,
        /// Out of how many; the share is the figure over this.
        pub n: u64,
        /// The 95 % interval of the old share, where the figure is a share of `n`.
        pub old_share: Option<ShareView>,
        /// The 95 % interval of the new share.
        pub new_share: Option<ShareView>,
        /// How likely a difference like this is by chance alone; none where that means nothing.
        pub p: Option<f64>,
        /// Whether it is a fact, an estimate or a bound.
        pub kind: MetricKind,
        /// What is to be known about it, in words; may be empty.
        pub note: String,
    }

    /// A share with its 95 % interval, each from 0 to 1.
    pub struct ShareView {
        /// The share.
        pub share: f64,
        /// The lower end.
        pub low: f64,
        /// The upper end.
        pub high: f64,
    }

    /// Handoffs in one hour of the week.
    pub struct LoadView {
        /// With the rules compared with.
        pub old: u64,
        /// With the new rules.
        pub new: u64,
    }

    /// What happens to the deadlines.
    pub struct SlaEffectView {
        /// Conversations that do not diverge: theirs are the same with both rules.
        pub same: u64,
        /// Those of them in which a deadline was missed.
        pub same_missed: u64,
        /// Conversations that diverge: what would have become of theirs is not known.
        pub open: u64,
        /// Those of them in which a deadline was missed as it went.
        pub open_missed: u64,
        /// In words.
        pub says: String,
    }

    /// What one rule does in both.
    pub struct RuleEffectView {
        /// The rule.
        pub rule: String,
        /// With the rules compared with; none when they do not have it.
        pub old: Option<RuleTallyView>,
        /// With the new rules; none when they do not have it.
        pub new: Option<RuleTallyView>,
        /// The conditions of the new rule that alone kept it from matching, and how often.
        pub near: Vec<NearView>,
    }

    /// How often a rule matched and acted.
    pub struct RuleTallyView {
        /// Points at which it matched.
        pub matched: u64,
        /// Points at which it acted, or in shadow would have.
        pub acted: u64,
    }

    /// A condition that alone kept a rule from matching.
    pub struct NearView {
        /// The place of the condition in the rule, from 0.
        pub row: u32,
        /// As written.
        pub text: String,
        /// At how many points.
        pub points: u64,
    }

    /// Asks for conversations in which the decisions differ.
    pub struct BacktestConversations {
        /// The back-test.
        pub job: String,
        /// Where the page begins; the beginning when left out.
        pub cursor: Option<u32>,
        /// How many, at most 200.
        pub limit: u32,
    }

    /// A page of conversations in which the decisions differ.
    pub struct BacktestPage {
        /// By their first difference, the newest first.
        pub rows: Vec<BacktestRow>,
        /// Where the next page begins; none at the end.
        pub next: Option<u32>,
    }

    /// A conversation in which the decisions differ, at the first such point.
    pub struct BacktestRow {
        /// The conversation.
        pub conversation: String,
        /// Its subject.
        pub subject: String,
        /// The instant.
        pub at: i64,
        /// What had happened: `customer.message`, …
        pub on: String,
        /// What the rules compared with decide for the slot that differs; empty when nothing.
        pub old: String,
        /// What the new rules decide for it; empty when nothing.
        pub new: String,
        /// The rule that makes the difference.
        pub rule: String,
        /// The slot that differs: `control`, `priority`, …
        pub slot: String,
        /// Whether the conversation would have gone another way from there on.
        pub diverges: bool,
        /// How many points differ.
        pub differences: u64,
        /// Why, in a sentence.
        pub why: String,
    }

    /// Asks for both decisions at the point where a conversation first differs.
    pub struct BacktestPoint {
        /// The back-test.
        pub job: String,
        /// The conversation.
        pub conversation: String,
    }

    /// Two decisions side by side.
    pub struct BacktestPair {
        /// The instant.
        pub at: i64,
        /// What had happened.
        pub on: String,
        /// What the rules compared with decide, and why.
        pub old: DecisionView,
        /// What the new rules decide, and why.
        pub new: DecisionView,
    }

    /// Asks what other limits of a condition would have matched.
    pub struct BacktestCurve {
        /// The rules, as text.
        pub text: String,
        /// The rule.
        pub rule: String,
        /// The place of the condition in the rule, from 0.
        pub row: u32,
        /// The first instant that counts; the beginning when left out.
        pub since: Option<i64>,
    }

    /// What other limits of a condition would have matched.
    pub struct BacktestCurveView {
        /// The condition as written.
        pub text: String,
        /// The fact.
        pub fact: String,
        /// The operator.
        pub op: String,
        /// The present limit; lengths of time and instants in milliseconds.
        pub present: f64,
        /// Decision points that count.
        pub points: u64,
        /// The curve, by rising limit.
        pub curve: Vec<CurvePointView>,
    }

    /// One limit of a curve.
    pub struct CurvePointView {
        /// The limit; lengths of time and instants in milliseconds.
        pub limit: f64,
        /// The limit as it would be written.
        pub text: String,
        /// Points at which the rule would match.
        pub matches: u64,
        /// Conversations in which it would match.
        pub conversations: u64,
        /// Conversations that it would hand to people; none when the rule hands nothing over.
        pub handoffs: Option<u64>,
    }
}

words! {
    /// How a back-test is going.
    pub enum BacktestState {
        /// It is under way.
        Running,
        /// It has looked at everything.
        Done,
        /// It was stopped.
        Cancelled,
        /// It could not go on.
        Failed,
    }

    /// How sure a figure is.
    pub enum MetricKind {
        /// A fact about the recorded history.
        Exact,
        /// An estimate, with its interval.
        Estimate,
        /// The least and the most it can be.
        Bound,
    }
}
