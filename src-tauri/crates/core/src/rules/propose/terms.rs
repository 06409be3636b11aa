//! Words for word sets: what customers wrote in conversations that needed people and were missed,
//! and hardly wrote elsewhere.
//!
//! The statistic is the log odds ratio of a case needing people with the word against without it,
//! each count half a case larger than it is, so that what was seen once proves nothing. A word is
//! looked at when at least three needed cases have it and the lower end of its interval lies above
//! nothing; then the words that save most are taken one after the other.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Case, Change, Costs, Draft, FEWEST_CHANGED, Proposal, Term,
    held_out::HeldOut,
    judge::{Judge, Place},
    limits::wanted,
    made,
    weigh::{cost, outcome, saving},
};
use crate::rules::{
    EventKind, Fact,
    edit::Edit,
    plan::Operand,
    words::{WordSet, fold},
};

/// Needed cases that must have a word.
const SUPPORT: u32 = 3;

/// Words proposed for one set at once.
const MOST_WORDS: usize = 5;

/// Words of a case that are looked at, so that a long letter costs no more than any other.
const MOST_TERMS: usize = 2_000;

/// Proposes words.
pub(super) fn propose(judge: &Judge<'_>, costs: Costs) -> Vec<Draft> {
    let said: Vec<BTreeSet<String>> = judge.cases.iter().map(said).collect();
    if telling(judge.cases, &said, &|_| true).is_empty() {
        return Vec::new();
    }
    let sets = judge.ruleset.words().sets();
    sets.iter()
        .enumerate()
        .filter_map(|(number, set)| for_set(judge, number, set, &said, costs))
        .collect()
}

/// The words and pairs of words that customers wrote in a case.
fn said(case: &Case) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for point in &case.points {
        if point.event != EventKind::CustomerMessage {
            continue;
        }
        if let Some(text) = point.facts.text(Fact::MSG_TEXT) {
            terms_of(text, &mut terms);
        }
    }
    terms
}

/// The words and pairs of words of a text, folded as word sets fold them.
fn terms_of(text: &str, terms: &mut BTreeSet<String>) {
    let folded = fold(text);
    // A pair stands within a sentence, as it would be looked for.
    for sentence in folded.split(['.', '!', '?', ',', ';', ':', '(', ')', '"']) {
        let mut before: Option<&str> = None;
        for word in sentence.split(' ') {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            let telling = word.chars().count() >= 3 && word.chars().any(char::is_alphabetic);
            if terms.len() >= MOST_TERMS {
                return;
            }
            if telling {
                terms.insert(word.to_owned());
                if let Some(before) = before {
                    terms.insert(format!("{before} {word}"));
                }
            }
            before = telling.then_some(word);
        }
    }
}

/// The words that tell needed cases from others, the clearest first.
fn telling(cases: &[Case], said: &[BTreeSet<String>], among: &dyn Fn(usize) -> bool) -> Vec<Term> {
    let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let (mut needed, mut others) = (0_u32, 0_u32);
    let some = cases.iter().zip(said).enumerate();
    for (_, (case, terms)) in some.filter(|(number, _)| among(*number)) {
        needed += u32::from(case.needed);
        others += u32::from(!case.needed);
        for term in terms {
            let (with, without) = counts.entry(term).or_default();
            *with += u32::from(case.needed);
            *without += u32::from(!case.needed);
        }
    }
    let mut found: Vec<Term> = counts
        .into_iter()
        .filter(|(_, (with, _))| *with >= SUPPORT)
        .map(|(text, (with, without))| weighed(text, (with, needed), (without, others)))
        .filter(|term| term.low > 0.0)
        .collect();
    // Of words that tell as much, one word goes before two, and a long one before a short.
    let plain = |term: &Term| {
        let words = term.text.split(' ').count();
        (words, std::cmp::Reverse(term.text.chars().count()))
    };
    found.sort_by(|a, b| {
        let clearest = b.low.total_cmp(&a.low);
        clearest
            .then_with(|| plain(a).cmp(&plain(b)))
            .then_with(|| a.text.cmp(&b.text))
    });
    found
}

/// The log odds of being needed, with a word against without it.
fn weighed(text: &str, needed: (u32, u32), others: (u32, u32)) -> Term {
    let half = |count: u32| f64::from(count) + 0.5;
    let (with, without) = (half(needed.0), half(needed.1.saturating_sub(needed.0)));
    let (elsewhere, nowhere) = (half(others.0), half(others.1.saturating_sub(others.0)));
    let log_odds = (with / without).ln() - (elsewhere / nowhere).ln();
    let spread = 1.96 * (1.0 / with + 1.0 / without + 1.0 / elsewhere + 1.0 / nowhere).sqrt();
    Term {
        text: text.to_owned(),
        needed: needed.0,
        others: others.0,
        log_odds,
        low: log_odds - spread,
        high: log_odds + spread,
    }
}

/// Words for one set, when rules that bring people in ask for it and there is enough that speaks
/// for them.
fn for_set(
    judge: &Judge<'_>,
    number: usize,
    set: &WordSet,
    said: &[BTreeSet<String>],
    costs: Costs,
) -> Option<Draft> {
    let places = places_of(judge, number);
    let rules: BTreeSet<usize> = places.iter().map(|(rule, _)| *rule).collect();
    if places.is_empty()
        || !places
            .iter()
            .all(|place| wanted(judge, *place) == Some(true))
    {
        return None;
    }
    let before: Vec<bool> = judge.caught();
    // Of each case that is not caught, the words at points where the set would bring people in.
    let within: Vec<BTreeSet<String>> = (0..judge.cases.len())
        .map(|case| {
            let mut terms = BTreeSet::new();
            let hangs = judge.hangs_on(case, &places, true, |look, _| {
                if let Some(text) = look.text() {
                    terms_of(text, &mut terms);
                }
            });
            if hangs { terms } else { BTreeSet::new() }
        })
        .collect();
    let known: BTreeSet<String> = set.words.iter().map(|word| fold(word)).collect();
    let choose = |among: &dyn Fn(usize) -> bool| {
        let mut telling = telling(judge.cases, said, among);
        telling.retain(|term| !known.contains(&term.text));
        choose(judge.cases, (&before, &within), &telling, costs, among)
    };
    let (chosen, now) = choose(&|_| true);
    let (saving, changed) = saving(judge.cases, &before, &now, costs);
    if changed < FEWEST_CHANGED || saving.low <= 0.0 {
        return None;
    }
    let held_out = HeldOut::of(judge.cases, &before, costs, |among| choose(among).1);
    if held_out.saving.rate <= 0.0 {
        return None;
    }
    let mut words = set.words.clone();
    words.extend(chosen.iter().map(|term| term.text.clone()));
    let edit = Edit::Words {
        name: set.name.to_string(),
        words,
    };
    let (id, text) = made(judge, &edit, &now)?;
    let named = |number: &usize| judge.ruleset.rules().get(*number);
    let before = outcome(judge.cases, &before, costs);
    let proposal = Proposal {
        id,
        rules: rules
            .iter()
            .filter_map(named)
            .map(|rule| rule.id.to_string())
            .collect(),
        change: Change::Words {
            set: set.name.to_string(),
            add: chosen,
        },
        text,
        before,
        after: outcome(judge.cases, &now, costs),
        saving,
        held_out,
        curve: Vec::new(),
        labels: before.labelled,
        changed,
    };
    Some(Draft {
        proposal,
        edit,
        caught: now,
    })
}

/// The words that save most on some of the cases, one after the other, and which of all cases reach
/// people with them.
fn choose(
    cases: &[Case],
    (before, within): (&[bool], &[BTreeSet<String>]),
    telling: &[Term],
    costs: Costs,
    among: &dyn Fn(usize) -> bool,
) -> (Vec<Term>, Vec<bool>) {
    let costs_of = |caught: &[bool]| -> f64 {
        let each = cases.iter().zip(caught).enumerate();
        each.filter(|(number, _)| among(*number))
            .map(|(_, (case, caught))| cost(case, *caught, costs))
            .sum()
    };
    let mut chosen: Vec<Term> = Vec::new();
    let mut now = before.to_vec();
    while chosen.len() < MOST_WORDS {
        let costs_now = costs_of(&now);
        let best = telling
            .iter()
            .map(|term| {
                let then = with_term(&now, within, &term.text);
                (costs_now - costs_of(&then), term, then)
            })
            // Of words that do the same, the one that tells more, which comes first.
            .reduce(|best, next| if next.0 > best.0 { next } else { best });
        match best {
            Some((saved, term, then)) if saved > 0.0 => {
                chosen.push(term.clone());
                now = then;
            }
            _ => break,
        }
    }
    (chosen, now)
}

fn with_term(now: &[bool], within: &[BTreeSet<String>], term: &str) -> Vec<bool> {
    now.iter()
        .zip(within)
        .map(|(caught, terms)| *caught || terms.contains(term))
        .collect()
}

/// The lines that ask for a word set.
fn places_of(judge: &Judge<'_>, set: usize) -> BTreeSet<Place> {
    let mut places = BTreeSet::new();
    for (number, rule) in judge.handing() {
        for row in (0_u16..).take(rule.when.rows.len()) {
            let place = (number, row);
            let asks = judge.atom(place).map(|atom| atom.operand);
            if matches!(asks, Some(Operand::Words(of)) if usize::from(of) == set) {
                places.insert(place);
            }
        }
    }
    places
}
