//! What other limits of one condition would have matched: the values that were recorded where
//! everything else holds, sorted once.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Window,
    needs::{columns_of, words_missing},
};
use crate::{
    ids::ConversationId,
    rules::{
        columns::{Bits, Frame, Keys, Sweep},
        eval::{Reading, View},
        facts::{
            FactType, Facts,
            chunk::{Chunk, Wanted},
        },
        outcome::ControlTarget,
        plan::{Compare, Operand, Rule, Ruleset, Test},
        text::duration::spell_duration,
    },
    time::Timestamp,
};

/// Limits that a curve shows at most.
const SHOWN: usize = 48;

/// Why there is no curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CurveError {
    /// There is no such rule.
    #[error("there is no such rule")]
    NoRule,
    /// The rule has no such line.
    #[error("the rule has no such condition")]
    NoRow,
    /// The line compares no number with a limit.
    #[error("the condition compares no number with a limit")]
    NoLimit,
}

/// One limit.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct CurvePoint {
    /// The limit; lengths of time and instants in milliseconds.
    pub limit: f64,
    /// Points at which the rule would match.
    pub matches: u64,
    /// Conversations in which it would match.
    pub conversations: u64,
}

/// A curve under way: chunks of the history are fed to it.
pub struct Curve {
    ruleset: Arc<Ruleset>,
    keys: Keys,
    rule: usize,
    row: u16,
    compare: Compare,
    present: f64,
    negated: bool,
    window: Window,
    /// Where the line decides: the value, and of whose conversation.
    decides: Vec<(f64, ConversationId)>,
    /// Where the rule matches whatever the limit is.
    always: u64,
    always_in: BTreeSet<ConversationId>,
    points: u64,
}

impl Curve {
    /// A curve over the limit of one line of a rule.
    ///
    /// # Errors
    /// When there is no such line, or it has no limit.
    pub fn new(
        ruleset: Arc<Ruleset>,
        rule: &str,
        row: u16,
        window: Window,
    ) -> Result<Self, CurveError> {
        let number = ruleset
            .rules()
            .iter()
            .position(|known| known.id.as_str() == rule);
        let number = number.ok_or(CurveError::NoRule)?;
        let line = ruleset
            .rules()
            .get(number)
            .and_then(|rule| rule.when.rows.get(usize::from(row)))
            .ok_or(CurveError::NoRow)?;
        let atom = ruleset.atoms().get(usize::from(line.atom));
        #[allow(
            clippy::cast_precision_loss,
            reason = "limits are far below 2^52 milliseconds"
        )]
        let (compare, present) = match atom.map(|atom| &atom.test) {
            Some(Test::Number(compare, limit)) => (*compare, *limit as f64),
            Some(Test::Decimal(compare, limit)) => (*compare, *limit),
            _ => return Err(CurveError::NoLimit),
        };
        let negated = line.negated;
        Ok(Self {
            keys: Keys::of(&ruleset),
            rule: number,
            row,
            compare,
            present,
            negated,
            window,
            decides: Vec::new(),
            always: 0,
            always_in: BTreeSet::new(),
            points: 0,
            ruleset,
        })
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> Option<&Rule> {
        self.ruleset.rules().get(self.rule)
    }

    /// The line as written, with its fact.
    #[must_use]
    pub fn line(&self) -> Option<(&str, &str)> {
        let line = self.rule()?.when.rows.get(usize::from(self.row))?;
        let atom = self.ruleset.atoms().get(usize::from(line.atom))?;
        Some((&line.text, &atom.fact))
    }

    /// A limit as it would be written.
    #[must_use]
    pub fn spell(&self, limit: f64) -> String {
        let line = self
            .rule()
            .and_then(|rule| rule.when.rows.get(usize::from(self.row)));
        let atom = line.and_then(|line| self.ruleset.atoms().get(usize::from(line.atom)));
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a limit of whole milliseconds"
        )]
        match atom.map(|atom| (atom.kind, atom.operand)) {
            Some((FactType::Duration, _))
            | Some((_, Operand::Business(..) | Operand::Since(_) | Operand::Until(_))) => {
                spell_duration(limit as i64)
            }
            _ => limit.to_string(),
        }
    }

    /// The facts that have to be read.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        let mut keys = BTreeSet::new();
        if let Some(rule) = self.rule() {
            columns_of(&self.ruleset, rule, &mut keys);
        }
        Wanted::Some(keys)
    }

    /// The rows at which the rule asks for words that are not in the record.
    #[must_use]
    pub fn rows_without_words(&self, chunk: &Chunk, frame: &Frame) -> Bits {
        self.rule().map_or_else(
            || Bits::none(chunk.rows()),
            |rule| words_missing(&self.ruleset, rule, chunk, frame),
        )
    }

    /// The limit as it is now.
    #[must_use]
    pub const fn present(&self) -> f64 {
        self.present
    }

    /// Points that count.
    #[must_use]
    pub const fn points(&self) -> u64 {
        self.points
    }

    /// Whether the rule hands conversations to people.
    #[must_use]
    pub fn hands_over(&self) -> bool {
        let control = self.rule().and_then(|rule| rule.effects.control.as_ref());
        matches!(
            control,
            Some(ControlTarget::Queue | ControlTarget::Team(_) | ControlTarget::Agent(_))
        )
    }

    /// Takes in a chunk; the frame has its words set.
    pub fn feed(&mut self, chunk: &Chunk, frame: &Frame) {
        let Some(rule) = self.ruleset.rules().get(self.rule) else {
            return;
        };
        let mut sweep = Sweep::default();
        let known = (&*self.ruleset, &self.keys);
        let mut with = |truth| sweep.suppose(known, rule, (self.row, truth), 0, frame);
        let (mut holding, failing) = (with(true), with(false));
        let mut always = holding.clone();
        always.and(&failing);
        holding.and_not(&failing);
        let mut counts = Bits::none(chunk.rows());
        for (row, at) in chunk.at.iter().enumerate() {
            if *at >= self.window.since && *at < self.window.until {
                counts.set(row);
            }
        }
        self.points += counts.count();
        always.and(&counts);
        holding.and(&counts);
        self.always += always.count();
        for row in always.ones() {
            self.always_in.extend(chunk.conversation(row));
        }
        for row in holding.ones() {
            let (Some(id), Some(at)) = (chunk.conversation(row), chunk.at.get(row)) else {
                continue;
            };
            match self.value(&chunk.facts(row), Timestamp(*at), rule) {
                Some(value) => self.decides.push((value, id)),
                // Without a value no limit is reached: the rule matches by doubt, or not at all.
                None if rule.unknown_matches => {
                    self.always += 1;
                    self.always_in.insert(id);
                }
                None => {}
            }
        }
    }

    fn value(&self, facts: &Facts, at: Timestamp, rule: &Rule) -> Option<f64> {
        let line = rule.when.rows.get(usize::from(self.row))?;
        let atom = self.ruleset.atoms().get(usize::from(line.atom))?;
        #[allow(
            clippy::cast_precision_loss,
            reason = "values are far below 2^52 milliseconds"
        )]
        match View::new(&self.ruleset, facts).read(atom.operand, at) {
            Reading::Number(number) => Some(number as f64),
            Reading::Decimal(number) => Some(number),
            _ => None,
        }
    }

    /// The operator.
    #[must_use]
    pub const fn op(&self) -> &'static str {
        match self.compare {
            Compare::Equal => "==",
            Compare::NotEqual => "!=",
            Compare::Less => "<",
            Compare::AtMost => "<=",
            Compare::More => ">",
            Compare::AtLeast => ">=",
        }
    }

    /// What each limit would have matched, by rising limit.
    #[must_use]
    pub fn points_of_curve(&mut self) -> Vec<CurvePoint> {
        self.decides.sort_by(|one, two| one.0.total_cmp(&two.0));
        let mut limits: Vec<f64> = self.decides.iter().map(|(value, _)| *value).collect();
        limits.dedup();
        if limits.len() > SHOWN {
            let last = limits.len() - 1;
            limits = (0..SHOWN)
                .filter_map(|step| limits.get(step * last / (SHOWN - 1)).copied())
                .collect();
        }
        limits.push(self.present);
        limits.sort_by(f64::total_cmp);
        limits.dedup();
        limits.iter().map(|limit| self.at(*limit)).collect()
    }

    fn at(&self, limit: f64) -> CurvePoint {
        let mut conversations = self.always_in.clone();
        let mut matches = self.always;
        for (value, id) in &self.decides {
            if self.compare.holds(value, &limit) != self.negated {
                matches += 1;
                conversations.insert(*id);
            }
        }
        CurvePoint {
            limit,
            matches,
            conversations: conversations.len() as u64,
        }
    }
}
