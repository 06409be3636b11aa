//! One condition over a whole frame.

use std::sync::Arc;

use super::{
    bits::{Bits, Truths},
    frame::{Column, Frame},
};
use crate::{
    rules::{
        eval::{Truth, View},
        facts::{Fact, Facts},
        plan::{Atom, Compare, Operand, Ruleset, Source, Test},
    },
    time::Timestamp,
};

/// The truth of an atom at every point of a frame.
pub(super) fn truths(ruleset: &Ruleset, atom: &Atom, frame: &Frame) -> Truths {
    let count = frame.count;
    let custom = |number: u16| {
        let fact = ruleset.custom.get(usize::from(number))?;
        frame.custom.get(&fact.name)
    };
    let source = |source: Source| match source {
        Source::Builtin(fact) => frame.builtin.get(&fact),
        Source::Custom(number) => custom(number),
    };
    match atom.operand {
        Operand::Builtin(fact) => column(frame.builtin.get(&fact), atom, count),
        Operand::Custom(number) => column(custom(number), atom, count),
        Operand::Words(number) => words(ruleset, usize::from(number), atom, frame),
        Operand::Business(number, fact) => {
            let calendar = ruleset.calendars.get(usize::from(number));
            let (Some(named), Some(column)) = (calendar, frame.builtin.get(&fact)) else {
                return unknown(atom, count);
            };
            let mut known = Bits::none(count);
            let mut numbers = vec![0; count];
            if let Some((running, anchors)) = &column.anchors {
                known.or(running);
                for index in running.ones() {
                    let (Some(place), Some(anchor), Some(at)) = (
                        numbers.get_mut(index),
                        anchors.get(index),
                        frame.at.get(index),
                    ) else {
                        continue;
                    };
                    let (from, to) = (Timestamp(*anchor), Timestamp(*at));
                    *place = named.calendar.elapsed(from, to).max(0);
                }
            }
            if let Some(nothing) = &column.nothing {
                known.or(nothing);
            }
            number_truths(&known, &numbers, atom, count)
        }
        Operand::Since(of) | Operand::Until(of) => {
            let Some((Some(instants), Some((_, values)))) =
                source(of).map(|column| (&column.instants, &column.numbers))
            else {
                return unknown(atom, count);
            };
            let until = matches!(atom.operand, Operand::Until(_));
            let numbers: Vec<i64> = values
                .iter()
                .zip(&frame.at)
                .map(|(instant, at)| {
                    if until {
                        Timestamp(*instant).since(Timestamp(*at))
                    } else {
                        Timestamp(*at).since(Timestamp(*instant))
                    }
                })
                .collect();
            number_truths(instants, &numbers, atom, count)
        }
        Operand::Open(_) | Operand::Now | Operand::Hour | Operand::Weekday => {
            moments(ruleset, atom, frame)
        }
    }
}

/// Nothing is known of it anywhere: only whether it is known is known.
fn unknown(atom: &Atom, count: usize) -> Truths {
    match atom.test {
        Test::Known => Truths::constant(false, count),
        _ => Truths::unknown(count),
    }
}

fn column(column: Option<&Column>, atom: &Atom, count: usize) -> Truths {
    let Some(column) = column else {
        return unknown(atom, count);
    };
    let found = match &atom.test {
        Test::Known => Some(Truths::known(column.known.clone(), &Bits::all(count))),
        Test::IsTrue => column
            .bools
            .as_ref()
            .map(|(known, yes)| Truths::known(yes.clone(), known)),
        Test::Number(..) | Test::NumberIn(_) => column
            .numbers
            .as_ref()
            .map(|(known, values)| number_truths(known, values, atom, count)),
        Test::Decimal(compare, limit) => column
            .decimals
            .as_ref()
            .map(|(known, values)| Truths::known(compared(*compare, values, *limit), known)),
        Test::Text(..)
        | Test::TextIn(_)
        | Test::Contains(_)
        | Test::StartsWith(_)
        | Test::Matches(_) => column.texts.as_ref().map(|(known, texts, codes)| {
            let passes: Vec<bool> = texts.iter().map(|text| passes(&atom.test, text)).collect();
            let yes = Bits::of(codes, |code| {
                usize::try_from(code)
                    .ok()
                    .and_then(|code| passes.get(code))
                    .copied()
                    .unwrap_or(false)
            });
            Truths::known(yes, known)
        }),
        Test::Has(member) => column.sets.as_ref().map(|(known, members)| {
            let yes = members.get(member).cloned();
            Truths::known(yes.unwrap_or_else(|| Bits::none(count)), known)
        }),
    };
    found.unwrap_or_else(|| Truths::unknown(count))
}

fn passes(test: &Test, text: &str) -> bool {
    match test {
        Test::Text(equal, value) => (text == &**value) == *equal,
        Test::TextIn(list) => list.iter().any(|one| &**one == text),
        Test::Contains(part) => text.contains(&**part),
        Test::StartsWith(part) => text.starts_with(&**part),
        Test::Matches(regex) => regex.is_match(text),
        _ => false,
    }
}

fn number_truths(known: &Bits, values: &[i64], atom: &Atom, count: usize) -> Truths {
    let yes = match &atom.test {
        Test::Known => return Truths::known(known.clone(), &Bits::all(count)),
        Test::Number(compare, limit) => compared(*compare, values, *limit),
        Test::NumberIn(list) => Bits::of(values, |value| list.contains(&value)),
        _ => return Truths::unknown(count),
    };
    Truths::known(yes, known)
}

/// Each comparison in a loop of its own, so that the loop holds nothing else.
fn compared<T: PartialOrd + Copy>(compare: Compare, values: &[T], limit: T) -> Bits {
    match compare {
        Compare::Equal => Bits::of(values, |value| value == limit),
        Compare::NotEqual => Bits::of(values, |value| value != limit),
        Compare::Less => Bits::of(values, |value| value < limit),
        Compare::AtMost => Bits::of(values, |value| value <= limit),
        Compare::More => Bits::of(values, |value| value > limit),
        Compare::AtLeast => Bits::of(values, |value| value >= limit),
    }
}

/// Words as recorded, or else searched in the text, or else unknown.
fn words(ruleset: &Ruleset, number: usize, atom: &Atom, frame: &Frame) -> Truths {
    let count = frame.count;
    let Some(set) = ruleset.words.sets().get(number) else {
        return unknown(atom, count);
    };
    let nothing = || (Bits::none(count), Bits::none(count));
    let (mut known, mut yes) = frame.words.get(&set.key).cloned().unwrap_or_else(nothing);
    let texts = frame.builtin.get(&Fact::MSG_TEXT);
    if let Some((there, texts, codes)) = texts.and_then(|column| column.texts.as_ref()) {
        let mut missing = there.clone();
        missing.and_not(&known);
        let mut found: Vec<Option<bool>> = vec![None; texts.len()];
        for index in missing.ones() {
            let Some(code) = codes
                .get(index)
                .and_then(|code| usize::try_from(*code).ok())
            else {
                continue;
            };
            let (Some(text), Some(place)) = (texts.get(code), found.get_mut(code)) else {
                continue;
            };
            let holds = *place.get_or_insert_with(|| {
                let sets = ruleset.words.find(text);
                sets.get(number).copied().unwrap_or(false)
            });
            if holds {
                yes.set(index);
            }
        }
        known.or(&missing);
    }
    match atom.test {
        Test::Known => Truths::known(known, &Bits::all(count)),
        Test::IsTrue => Truths::known(yes, &known),
        _ => Truths::unknown(count),
    }
}

/// What hangs on nothing but the time, each instant looked at by itself.
fn moments(ruleset: &Ruleset, atom: &Atom, frame: &Frame) -> Truths {
    let nothing = Facts::new();
    let view = View::new(ruleset, &nothing);
    let mut out = Truths::unknown(frame.count);
    let mut before: Option<(i64, Truth)> = None;
    for (index, at) in frame.at.iter().enumerate() {
        let truth = match before {
            Some((same, truth)) if same == *at => truth,
            _ => view.truth(atom, Timestamp(*at)),
        };
        before = Some((*at, truth));
        match truth {
            Truth::True => out.yes.set(index),
            Truth::False => out.no.set(index),
            Truth::Unknown => {}
        }
    }
    out
}

/// Whether an atom looks for words in messages. They are at hand only where somebody asked for them,
/// so what it finds holds for that time alone.
pub(super) fn looks_for_words(atom: &Atom) -> bool {
    match atom.operand {
        Operand::Words(_) => true,
        Operand::Builtin(fact) => fact.def().content,
        _ => false,
    }
}

/// Everything that identifies an atom, whatever ruleset it stands in.
pub(super) fn identity(ruleset: &Ruleset, atom: &Atom) -> String {
    let calendar = |number: u16| {
        ruleset
            .calendars
            .get(usize::from(number))
            .map(|named| format!("{:?}", named.calendar))
            .unwrap_or_default()
    };
    let operand = match atom.operand {
        Operand::Words(number) => ruleset
            .words
            .sets()
            .get(usize::from(number))
            .map(|set| format!("words {}", set.key))
            .unwrap_or_default(),
        Operand::Open(number) => format!("open {}", calendar(number)),
        Operand::Business(number, fact) => format!("business {fact:?} {}", calendar(number)),
        Operand::Hour | Operand::Weekday => format!("{:?} {:?}", atom.operand, ruleset.zone),
        Operand::Custom(_) | Operand::Since(_) | Operand::Until(_) => {
            Arc::clone(&atom.fact).to_string()
        }
        Operand::Builtin(_) | Operand::Now => format!("{:?}", atom.operand),
    };
    format!("{operand}\n{:?}\n{:?}", atom.kind, atom.test)
}
