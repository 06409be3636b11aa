//! A conversation that shows a finding: every fact that the rules in question read, with a value.

use std::{collections::BTreeSet, sync::Arc};

use serde::Serialize;

use super::{
    gates::Gates,
    line::{LineKey, choose, choose_decimal, unrank},
    moments::{Moments, is_moment},
    sample,
    space::{Ask, Space, instant},
};
use crate::{
    calendar::Zone,
    rules::{
        eval::{Reading, Truth, View},
        facts::{
            Fact, FactType, Facts, Value,
            clause::{clause, clause_of},
        },
        outcome::RuleId,
        plan::{Operand, Rule, Ruleset, Source, Test},
    },
    time::{DAY, HOUR, MINUTE, Timestamp},
};

/// A conversation that shows a finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Witness {
    /// The conversation in plain words.
    pub sentence: String,
    /// The facts that the rules in question read.
    pub shown: Vec<Shown>,
    /// The rules that match it.
    pub matches: Vec<RuleId>,
    /// The instant.
    pub at: Timestamp,
    /// The facts, as they can be evaluated.
    #[serde(skip)]
    pub facts: Facts,
}

/// One fact of a conversation that shows a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The fact.
    pub fact: Arc<str>,
    /// What it is, as a clause of a sentence.
    pub says: String,
}

fn sentence(shown: &[Shown]) -> String {
    if shown.is_empty() {
        return "any conversation".to_owned();
    }
    let clauses: Vec<&str> = shown.iter().map(|shown| &*shown.says).collect();
    clauses.join("; ")
}

/// What a witness must be built from.
pub(super) struct Stand<'a> {
    pub(super) ruleset: &'a Ruleset,
    pub(super) moments: &'a Moments,
}

impl Stand<'_> {
    /// The conversation of the solver's last answer. `None` where it cannot be built: conditions
    /// on running times, or regular expressions, that no one conversation meets.
    pub(super) fn witness(
        &self,
        space: &Space,
        gates: &Gates,
        rules: &[&Rule],
        matching: &[bool],
    ) -> Option<Witness> {
        let kind = space.moments.iter().position(|lit| gates.value(*lit))?;
        let (_, instants) = self.moments.kinds.get(kind)?;
        let operands = self.operands(rules);
        let build = |now: Timestamp| {
            let facts = self.facts(space, gates, &operands, now)?;
            let fits = rules
                .iter()
                .zip(matching)
                .all(|(rule, matching)| self.matches(rule, &facts, now) == *matching);
            fits.then_some((facts, now))
        };
        let (facts, at) = instants.iter().find_map(|now| build(*now))?;
        let shown = self.shown(&facts, &operands, at);
        Some(Witness {
            sentence: sentence(&shown),
            shown,
            matches: rules
                .iter()
                .zip(matching)
                .filter(|(_, matching)| **matching)
                .map(|(rule, _)| rule.id.clone())
                .collect(),
            at,
            facts,
        })
    }

    /// Whether a rule matches facts, by the evaluator that decides in life.
    pub(super) fn matches(&self, rule: &Rule, facts: &Facts, now: Timestamp) -> bool {
        let view = View::new(self.ruleset, facts);
        let truth = rule.when.truth(&|number| {
            self.ruleset
                .atoms
                .get(usize::from(number))
                .map_or(Truth::Unknown, |atom| view.truth(atom, now))
        });
        truth.matches(rule.unknown_matches)
    }

    /// What the rules in question read.
    fn operands(&self, rules: &[&Rule]) -> Vec<Operand> {
        let mut seen = BTreeSet::new();
        let mut out = Vec::new();
        let rows = rules.iter().flat_map(|rule| &rule.when.rows);
        for row in rows {
            if let Some(atom) = self.ruleset.atoms.get(usize::from(row.atom))
                && seen.insert(atom.operand)
            {
                out.push(atom.operand);
            }
        }
        // Who may give control to whom hangs on who has it.
        let control = Operand::Builtin(Fact::CONV_CONTROL);
        let controls = rules.iter().any(|rule| rule.effects.control.is_some());
        if controls && seen.insert(control) {
            out.push(control);
        }
        out
    }

    fn facts(
        &self,
        space: &Space,
        gates: &Gates,
        operands: &[Operand],
        now: Timestamp,
    ) -> Option<Facts> {
        let mut facts = Facts::new();
        for operand in operands {
            if is_moment(*operand) {
                continue;
            }
            let base = base(*operand);
            let missing = space
                .missing
                .get(operand)
                .is_some_and(|lit| gates.value(*lit));
            if missing {
                continue;
            }
            match base {
                Operand::Words(number) => {
                    let set = self.ruleset.words.sets().get(usize::from(number))?;
                    let ask = Ask::True(Operand::Words(number));
                    let found = space.asked.get(&ask).is_some_and(|lit| gates.value(*lit));
                    facts.set_words(set.key, found);
                }
                Operand::Builtin(fact) => {
                    let value = self.value(space, gates, base, fact.def().kind, now)?;
                    facts.set(fact, value);
                }
                Operand::Custom(number) => {
                    let custom = self.ruleset.custom.get(usize::from(number))?;
                    let value = self.value(space, gates, base, custom.kind, now)?;
                    facts.set_custom(Arc::clone(&custom.name), value);
                }
                _ => return None,
            }
        }
        Some(facts)
    }

    fn value(
        &self,
        space: &Space,
        gates: &Gates,
        operand: Operand,
        kind: FactType,
        now: Timestamp,
    ) -> Option<Value> {
        let line = space.lines.get(&LineKey::Operand(operand));
        let between = line.map(|line| line.between(gates));
        Some(match kind {
            FactType::Bool => {
                let ask = Ask::True(operand);
                Value::Bool(space.asked.get(&ask).is_some_and(|lit| gates.value(*lit)))
            }
            FactType::Int => {
                let (least, most) = between.unwrap_or((0, 0));
                Value::Int(choose(least, most, false))
            }
            FactType::Decimal => match between {
                Some((least, most)) => Value::Decimal(choose_decimal(unrank(least), unrank(most))),
                None => Value::Decimal(0.5),
            },
            FactType::Duration => Value::Since(self.anchor(space, gates, operand, now)?),
            FactType::Time => Value::Time(self.instant(space, gates, operand, now)?),
            FactType::Text | FactType::Choice(_) => Value::text(self.text(space, gates, operand)?),
            FactType::Texts => {
                Value::texts(space.asked.iter().filter_map(|(ask, lit)| match ask {
                    Ask::Has(set, member) if *set == operand && gates.value(*lit) => {
                        Some(Arc::clone(member))
                    }
                    _ => None,
                }))
            }
        })
    }

    /// When a running time must have begun, by the clock and by every calendar.
    fn anchor(
        &self,
        space: &Space,
        gates: &Gates,
        operand: Operand,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let (least, most) = space
            .lines
            .get(&LineKey::Operand(operand))
            .map_or((0, i64::MAX), |line| line.between(gates));
        let mut candidates = vec![choose(least, most, true), least, most];
        let mut wanted = Vec::new();
        for (key, line) in &space.lines {
            let LineKey::Operand(Operand::Business(number, fact)) = key else {
                continue;
            };
            if Operand::Builtin(*fact) != operand {
                continue;
            }
            let calendar = &self.ruleset.calendars.get(usize::from(*number))?.calendar;
            let (low, high) = line.between(gates);
            for open in [choose(low, high, true), low, high] {
                let length = shortest(|length| calendar.elapsed(now.plus(-length), now) >= open);
                candidates.extend(length.into_iter().flat_map(|length| [length, length + 1]));
            }
            wanted.push((calendar, low, high));
        }
        let length = candidates.into_iter().find(|length| {
            let fits = *length >= least && *length <= most && *length < 100 * 366 * DAY;
            fits && wanted.iter().all(|(calendar, low, high)| {
                let open = calendar.elapsed(now.plus(-*length), now).max(0);
                open >= *low && open <= *high
            })
        })?;
        Some(now.plus(-length))
    }

    /// An instant that is so long ago, or so far ahead, and before or after others.
    fn instant(
        &self,
        space: &Space,
        gates: &Gates,
        operand: Operand,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let source = match operand {
            Operand::Builtin(fact) => Source::Builtin(fact),
            Operand::Custom(number) => Source::Custom(number),
            _ => return None,
        };
        let whole = (i64::MIN, i64::MAX);
        let ago = space.lines.get(&LineKey::Since(source));
        let (least, most) = ago.map_or(whole, |line| line.between(gates));
        let at = space.lines.get(&LineKey::Operand(operand));
        let (from, until) = at.map_or(whole, |line| line.between(gates));
        // So long ago: from `now - most` to `now - least`.
        let first = from.max(now.0.saturating_sub(most));
        let last = until.min(now.0.saturating_sub(least));
        if first > last {
            return None;
        }
        let by_age = now.0.saturating_sub(choose(least, most, true));
        Some(Timestamp(by_age.clamp(first, last)))
    }

    fn text(&self, space: &Space, gates: &Gates, operand: Operand) -> Option<String> {
        let choices = space.choices.get(&operand);
        let words = || choices.into_iter().flat_map(|choices| &choices.words);
        if let Some((word, _)) = words().find(|(_, lit)| gates.value(**lit)) {
            return Some(word.to_string());
        }
        if choices.is_some_and(|choices| choices.closed) {
            return None;
        }
        let asked: Vec<(&Ask, bool)> = space
            .asked
            .iter()
            .filter(|(ask, _)| {
                matches!(ask, Ask::Contains(of, _) | Ask::StartsWith(of, _) | Ask::Matches(of, _) if *of == operand)
            })
            .map(|(ask, lit)| (ask, gates.value(*lit)))
            .collect();
        let fits = |text: &str| {
            words().all(|(word, _)| **word != *text)
                && asked.iter().all(|(ask, answer)| {
                    let found = match ask {
                        Ask::Contains(_, part) => text.contains(&**part),
                        Ask::StartsWith(_, part) => text.starts_with(&**part),
                        Ask::Matches(_, pattern) => self.regex(pattern, text),
                        Ask::True(_) | Ask::Has(..) => return true,
                    };
                    found == *answer
                })
        };
        sample::text(&asked, fits)
    }

    fn regex(&self, pattern: &str, text: &str) -> bool {
        self.ruleset.atoms.iter().any(|atom| {
            matches!(&atom.test, Test::Matches(regex) if regex.as_str() == pattern && regex.is_match(text))
        })
    }

    /// The facts in words, in the order in which the rules read them.
    fn shown(&self, facts: &Facts, operands: &[Operand], now: Timestamp) -> Vec<Shown> {
        let mut out: Vec<Shown> = Vec::new();
        for operand in operands {
            if let Some((fact, says)) = self.clause(facts, *operand, now)
                && out.iter().all(|shown| shown.fact != fact)
            {
                out.push(Shown { fact, says });
            }
        }
        if operands.iter().any(|operand| is_moment(*operand)) {
            out.push(Shown {
                fact: "now".into(),
                says: format!("it is {}", date(self.ruleset.zone(), now)),
            });
        }
        out
    }

    /// The name of what an operand reads, and what it is in words; none of a moment.
    fn clause(
        &self,
        facts: &Facts,
        operand: Operand,
        now: Timestamp,
    ) -> Option<(Arc<str>, String)> {
        match base(operand) {
            Operand::Builtin(fact) => {
                let says = clause(fact, facts.get(fact), now);
                Some((Arc::from(fact.name()), says))
            }
            Operand::Custom(number) => {
                let name = &self.ruleset.custom.get(usize::from(number))?.name;
                let says = clause_of(name, facts.custom(name), now);
                Some((Arc::clone(name), says))
            }
            Operand::Words(number) => {
                let set = self.ruleset.words.sets().get(usize::from(number))?;
                let name = &set.name;
                let says = match View::new(self.ruleset, facts).read(operand, now) {
                    Reading::Bool(true) => format!("the message has a word of “{name}”"),
                    Reading::Bool(false) => format!("the message has no word of “{name}”"),
                    _ => format!("it is not known whether the message has a word of “{name}”"),
                };
                Some((format!("msg.words.{name}").into(), says))
            }
            _ => None,
        }
    }
}

/// The fact behind an operand.
const fn base(operand: Operand) -> Operand {
    match operand {
        Operand::Business(_, fact) => Operand::Builtin(fact),
        Operand::Since(source) | Operand::Until(source) => instant(source),
        other => other,
    }
}

/// The least length for which something holds that holds from there on; within a century.
fn shortest(holds: impl Fn(i64) -> bool) -> Option<i64> {
    let (mut low, mut high) = (0, 100 * 366 * DAY);
    if !holds(high) {
        return None;
    }
    while low < high {
        let middle = i64::midpoint(low, high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}

/// A day and time on the wall.
fn date(zone: &Zone, at: Timestamp) -> String {
    const DAYS: [&str; 7] = [
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "Monday",
        "Tuesday",
        "Wednesday",
    ];
    let local = zone.local(at);
    let day = usize::try_from(local.div_euclid(DAY).rem_euclid(7)).unwrap_or(0);
    let date = jiff::Timestamp::from_millisecond(local)
        .map(|at| at.to_string().chars().take(10).collect::<String>())
        .unwrap_or_default();
    let clock = local.rem_euclid(DAY);
    format!(
        "{} {date}, {:02}:{:02}",
        DAYS.get(day).copied().unwrap_or_default(),
        clock / HOUR,
        clock % HOUR / MINUTE
    )
}
