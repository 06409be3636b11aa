//! `[[test]]`: what the team wants its rules to do, as a play with times.

mod wants;

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp as Instant;

use super::{
    Checker,
    names::{Names, Resolved},
    sections::{sections, texts},
};
use crate::{
    calendar::Zone,
    rules::{
        facts::{FactType, Value},
        outcome::EventKind,
        plan::{Operand, Rule},
        problem::{Problem, Span, did_you_mean},
        rehearse::script::{Assertion, Moment, Script, Told, ToldFact, ToldValue},
        text::{
            duration::parse_duration,
            tree::{Entry, Fields, Node, NodeKind, wrong},
        },
    },
    time::{DAY, HOUR, Timestamp},
};

/// Says of a fact that it is missing.
const UNKNOWN: &str = "unknown!";
/// 2026-11-23T00:00Z, a Monday: the day of tests that do not say one.
const MONDAY: i64 = 1_795_392_000_000;
const MAX_TESTS: usize = 1_000;
const MAX_STEPS: usize = 200;

impl Checker<'_> {
    /// Every `[[test]]`.
    pub(super) fn scripts(
        &mut self,
        entry: Option<&Entry>,
        rules: &[(Rule, Span)],
        zone: &Zone,
    ) -> Vec<Script> {
        let list = sections(entry, "test", self.problems);
        if let Some(extra) = list.get(MAX_TESTS) {
            let message = format!("{} tests; at most {MAX_TESTS}", list.len());
            self.problems
                .push(Problem::error("too-many", extra.span, message));
        }
        let mut reader = Reader {
            names: self.names,
            ids: rules.iter().map(|(rule, _)| rule.id.as_str()).collect(),
            zone,
            problems: self.problems,
        };
        let mut seen = BTreeSet::new();
        let mut out = Vec::new();
        for node in list.iter().take(MAX_TESTS) {
            let Some(script) = reader.script(node) else {
                continue;
            };
            if !seen.insert(Arc::clone(&script.name)) {
                let message = format!("there are two tests \"{}\"", script.name);
                reader.problems.push(
                    Problem::error("same-name", script.span, message)
                        .repair("give one of them another name"),
                );
            }
            out.push(script);
        }
        out
    }
}

struct Reader<'a, 'n> {
    names: &'a Names<'n>,
    ids: Vec<&'a str>,
    zone: &'a Zone,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_, '_> {
    fn script(&mut self, node: &Node) -> Option<Script> {
        let mut fields = Fields::of(node, "a test", self.problems)?;
        let name = fields.text("name", self.problems);
        let (name, span) = match name {
            Some(entry) => (entry.value.as_text().unwrap_or_default(), entry.value.span),
            None => {
                self.problems.push(
                    Problem::error("no-name", node.span, "this test has no name")
                        .repair("add name = \"what is expected, in a sentence\""),
                );
                ("", node.span)
            }
        };
        let start = fields.get("start");
        let start = match start {
            Some(entry) => self.instant(&entry.value),
            None => Some(monday_at_ten(self.zone)),
        };
        let given = fields.get("given");
        let event = fields.get("event");
        let want = fields.get("want");
        let steps = fields.get("steps");
        let assertion = fields.get("assert");
        fields.finish("a test", self.problems);
        let start = start?;
        let assertion_given = assertion.is_some();
        let assertion = assertion.and_then(|entry| self.assertion(&entry.value));
        let told = given.map_or_else(Vec::new, |entry| self.told(&entry.value, "`given`"));
        let mut script = Script {
            name: name.into(),
            span,
            start,
            given: Vec::new(),
            moments: Vec::new(),
            assertion,
        };
        let mut wanted = assertion_given;
        if let Some(entry) = steps {
            if let Some(other) = event.or(want) {
                let message = format!("`{}` stands beside `steps`", other.key);
                self.problems.push(
                    Problem::error("two-plays", other.key_span, message)
                        .repair("move it into one of the steps"),
                );
            }
            script.given = told;
            script.moments = self.steps(&entry.value, start);
        } else if event.is_some() || want.is_some() {
            let silent = event.is_none();
            let event = event.and_then(|entry| self.event(&entry.value));
            wanted |= want.is_some();
            let wants = want.map_or_else(Vec::new, |entry| self.wants(&entry.value));
            if silent {
                self.problems.push(
                    Problem::error("no-event", span, "nothing happens in this test")
                        .repair("add event = \"customer.message\", or steps = [ … ]"),
                );
            }
            // What is given is given of the moment itself, whatever the event brings about.
            script.moments.push(Moment {
                at: start,
                span,
                told,
                event,
                wants,
            });
        } else if !assertion_given {
            wanted = true;
            self.problems.push(
                Problem::error("no-want", span, "this test wants nothing")
                    .repair("add event = … and want = { … }, steps = [ … ], or assert = …"),
            );
        }
        wanted |= script.moments.iter().any(|moment| !moment.wants.is_empty());
        if !wanted {
            self.problems.push(
                Problem::error("no-want", span, "this test wants nothing")
                    .repair("add want = { control = \"queue\" }"),
            );
        }
        Some(script)
    }

    fn assertion(&mut self, node: &Node) -> Option<Assertion> {
        let name = node.as_text().unwrap_or_default();
        let found = Assertion::NAMES.iter().find(|(known, _)| *known == name);
        if found.is_none() {
            let known = Assertion::NAMES.map(|(name, _)| name);
            let message = format!("nothing can be asserted as \"{name}\"");
            self.problems.push(
                Problem::error("unknown-word", node.span, message).repair(format!(
                    "known is {}",
                    known.map(|name| format!("\"{name}\"")).join(", ")
                )),
            );
        }
        found.map(|(_, assertion)| *assertion)
    }

    fn event(&mut self, node: &Node) -> Option<EventKind> {
        let name = node.as_text().unwrap_or_default();
        let found = EventKind::find(name);
        if found.is_none() {
            let known = EventKind::ALL.map(EventKind::name);
            let problem = Problem::error(
                "unknown-event",
                node.span,
                format!("nothing is called \"{name}\" that could happen"),
            );
            self.problems.push(match did_you_mean(name, known) {
                Some(meant) => problem
                    .repair(format!("did you mean \"{meant}\"?"))
                    .fix(node.span, format!("\"{meant}\"")),
                None => problem.repair(format!("known are {}", known.join(", "))),
            });
        }
        found
    }

    fn steps(&mut self, node: &Node, start: Timestamp) -> Vec<Moment> {
        let NodeKind::List(list) = &node.kind else {
            self.problems
                .push(wrong(node, "`steps`", "a list of steps"));
            return Vec::new();
        };
        if list.len() > MAX_STEPS {
            let message = format!("{} steps; at most {MAX_STEPS}", list.len());
            self.problems
                .push(Problem::error("too-many", node.span, message));
        }
        let mut before = start;
        let mut out = Vec::new();
        for node in list.iter().take(MAX_STEPS) {
            let Some(mut fields) = Fields::of(node, "a step", self.problems) else {
                continue;
            };
            let at = match fields.get("at") {
                Some(entry) => self.clock(&entry.value, before),
                None => Some(before),
            };
            let event = fields.get("event");
            let event = event.and_then(|entry| self.event(&entry.value));
            let told = fields
                .get("set")
                .map_or_else(Vec::new, |entry| self.told(&entry.value, "`set`"));
            let wants = fields
                .get("want")
                .map_or_else(Vec::new, |entry| self.wants(&entry.value));
            fields.finish("a step", self.problems);
            let Some(at) = at else { continue };
            before = at;
            out.push(Moment {
                at,
                span: node.span,
                told,
                event,
                wants,
            });
        }
        out
    }

    /// An instant that stands by itself.
    fn instant(&mut self, node: &Node) -> Option<Timestamp> {
        let text = match &node.kind {
            NodeKind::Text(text) | NodeKind::Date(text) => text.as_str(),
            _ => "",
        };
        if let Ok(instant) = text.parse::<Instant>() {
            return Some(Timestamp(instant.as_millisecond()));
        }
        self.problems.push(
            Problem::error("bad-timestamp", node.span, "this is no instant")
                .repair("write it as \"2026-11-23T08:50:00+01:00\""),
        );
        None
    }

    /// When a step is: a time of day, so much later than the step before, or an instant.
    fn clock(&mut self, node: &Node, before: Timestamp) -> Option<Timestamp> {
        let text = node.as_text().unwrap_or_default();
        if let Some(later) = text
            .strip_prefix('+')
            .and_then(|text| parse_duration(text, true))
        {
            return Some(before.plus(later));
        }
        if let Some(of_day) = time_of_day(text) {
            return Some(next_clock(self.zone, before, of_day));
        }
        let at = match &node.kind {
            NodeKind::Text(text) | NodeKind::Date(text) => text.parse::<Instant>().ok(),
            _ => None,
        };
        let Some(at) = at.map(|at| Timestamp(at.as_millisecond())) else {
            self.problems.push(
                Problem::error("bad-timestamp", node.span, "this is no time of a step").repair(
                    "write a time of day such as \"09:15\", \"+15m\" after the step before, or an instant",
                ),
            );
            return None;
        };
        if at < before {
            self.problems.push(
                Problem::error(
                    "backwards",
                    node.span,
                    "this step is before the one above it",
                )
                .repair("put the steps in the order of their times"),
            );
            return None;
        }
        Some(at)
    }

    fn told(&mut self, node: &Node, what: &str) -> Vec<Told> {
        let NodeKind::Table(entries) = &node.kind else {
            self.problems
                .push(wrong(node, what, "a table of facts with values"));
            return Vec::new();
        };
        entries
            .iter()
            .filter_map(|entry| self.tell(entry))
            .collect()
    }

    fn tell(&mut self, entry: &Entry) -> Option<Told> {
        let resolved = match self.names.resolve(&entry.key, entry.key_span) {
            Ok(resolved) => resolved,
            Err(problem) => {
                self.problems.push(*problem);
                return None;
            }
        };
        let fact = match resolved.operand {
            Operand::Builtin(fact) => ToldFact::Builtin(fact),
            Operand::Custom(_) => ToldFact::Custom(Arc::clone(&resolved.name)),
            Operand::Words(number) => {
                ToldFact::Words(self.names.words.get(usize::from(number))?.key)
            }
            Operand::Open(_)
            | Operand::Business(..)
            | Operand::Since(_)
            | Operand::Until(_)
            | Operand::Now
            | Operand::Hour
            | Operand::Weekday => {
                let message = format!("`{}` follows from the time and other facts", entry.key);
                self.problems.push(
                    Problem::error("not-told", entry.key_span, message).repair(
                        "set `start` or the `at` of a step, or the fact it is counted from",
                    ),
                );
                return None;
            }
        };
        let value = self.told_value(&resolved, &entry.value)?;
        if matches!(fact, ToldFact::Words(_)) && value == ToldValue::Plain(Value::Unknown) {
            // Nothing is known of a message's words as long as nothing is said of them.
            return None;
        }
        Some(Told { fact, value })
    }

    fn told_value(&mut self, fact: &Resolved, node: &Node) -> Option<ToldValue> {
        if node.as_text() == Some(UNKNOWN) {
            return Some(ToldValue::Plain(Value::Unknown));
        }
        let plain = |value: Value| Some(ToldValue::Plain(value));
        let repair = match (fact.kind, &node.kind) {
            (FactType::Bool, NodeKind::Bool(value)) => return plain(Value::Bool(*value)),
            (FactType::Int, NodeKind::Int(value)) => return plain(Value::Int(*value)),
            (FactType::Decimal, NodeKind::Decimal(value)) => return plain(Value::from(*value)),
            #[allow(clippy::cast_precision_loss, reason = "written by people")]
            (FactType::Decimal, NodeKind::Int(value)) => {
                return plain(Value::Decimal(*value as f64));
            }
            (FactType::Duration, NodeKind::Text(text)) => {
                match parse_duration(text, true) {
                    // Nothing stands still: nobody waits, for instance.
                    Some(0) => return plain(Value::Duration(0)),
                    Some(millis) if millis > 0 => return Some(ToldValue::Running(millis)),
                    _ => "write a length of time such as \"15m\"; it runs on from there",
                }
            }
            (FactType::Time, NodeKind::Text(text) | NodeKind::Date(text)) => {
                let signed = text.strip_prefix('+').unwrap_or(text);
                if let Some(away) = parse_duration(signed, true) {
                    return Some(ToldValue::Away(away));
                }
                if let Ok(at) = text.parse::<Instant>() {
                    return plain(Value::Time(Timestamp(at.as_millisecond())));
                }
                "write an instant, or how far away it is, such as \"+30m\" or \"-2h\""
            }
            (FactType::Text | FactType::Choice(_), NodeKind::Text(text)) => {
                let choices = fact.choices();
                if choices.is_empty() || choices.contains(&text.as_str()) {
                    return plain(Value::text(text.as_str()));
                }
                let message = format!("`{}` is never \"{text}\"", fact.name);
                let problem = Problem::error("never-that", node.span, message);
                self.problems
                    .push(match did_you_mean(text, choices.iter().copied()) {
                        Some(meant) => problem
                            .repair(format!("did you mean \"{meant}\"?"))
                            .fix(node.span, format!("\"{meant}\"")),
                        None => problem.repair(format!("it is one of {}", choices.join(", "))),
                    });
                return None;
            }
            (FactType::Texts, NodeKind::List(_)) => {
                let list = texts(node, "a set of texts", self.problems);
                return plain(Value::texts(list));
            }
            (FactType::Bool, _) => "write true or false",
            (FactType::Int, _) => "write a whole number",
            (FactType::Decimal, _) => "write a number",
            (FactType::Duration, _) => "write a length of time such as \"15m\"",
            (FactType::Time, _) => "write an instant, or how far away it is, such as \"+30m\"",
            (FactType::Text | FactType::Choice(_), _) => "write a text in quotes",
            (FactType::Texts, _) => "write a list of texts",
        };
        let message = format!(
            "`{}` is {}, this is {}",
            fact.name,
            fact.kind.what(),
            node.what()
        );
        self.problems.push(
            Problem::error("wrong-type", node.span, message)
                .repair(format!("{repair}, or \"{UNKNOWN}\" when it is missing")),
        );
        None
    }
}

/// `09:15` or `09:15:30` in milliseconds after midnight.
fn time_of_day(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let mut next = |limit: i64| -> Option<i64> {
        let part = parts.next()?;
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let number: i64 = part.parse().ok()?;
        (digits && number < limit).then_some(number)
    };
    let (hours, minutes) = (next(24)?, next(60)?);
    let seconds = match text.len() {
        5 => 0,
        _ => next(60)?,
    };
    (parts.next().is_none()).then_some(((hours * 60 + minutes) * 60 + seconds) * 1_000)
}

/// The first instant at or after another at which the clock on the wall shows a time.
fn next_clock(zone: &Zone, from: Timestamp, of_day: i64) -> Timestamp {
    let mut at = from.plus((of_day - zone.local(from)).rem_euclid(DAY));
    // A change of the offset in between moves the clock by an hour or two.
    let off = (of_day - zone.local(at) + DAY / 2).rem_euclid(DAY) - DAY / 2;
    at = at.plus(off);
    if at < from { at.plus(DAY) } else { at }
}

/// Monday 23 November 2026, ten in the morning.
fn monday_at_ten(zone: &Zone) -> Timestamp {
    let midnight = Timestamp(MONDAY);
    let offset = zone.local(midnight) - midnight.0;
    midnight.plus(10 * HOUR - offset)
}
