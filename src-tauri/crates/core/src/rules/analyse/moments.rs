//! Which conditions on the time of day, the week and opening hours can be true together: found by
//! looking at every instant of a stretch of time at which one of them changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    calendar::Calendar,
    rules::{
        eval::{Truth, View},
        facts::Facts,
        plan::{Operand, Ruleset, Test},
    },
    time::{DAY, HOUR, Timestamp},
};

/// 2026-01-01T00:00Z.
const FIRST: i64 = 1_767_225_600_000;
/// 2026-11-23T09:00Z, a Monday.
const MONDAY: i64 = 1_795_424_400_000;
/// What is looked at before the first and after the last instant that a condition names.
const STRETCH: i64 = 366 * DAY;
/// Instants that are looked at.
const MOST: usize = 200_000;
/// Instants that are kept of each combination.
const KEPT: usize = 24;

/// Every combination of truths, with instants that have it.
pub(super) struct Moments {
    /// The atoms that hang on nothing but the time, by their numbers.
    pub(super) atoms: Vec<u16>,
    /// Which combinations there are: the truths in the order of the atoms, and when.
    pub(super) kinds: Vec<(Vec<bool>, Vec<Timestamp>)>,
}

/// Whether an operand hangs on nothing but the time.
pub(super) const fn is_moment(operand: Operand) -> bool {
    matches!(
        operand,
        Operand::Open(_) | Operand::Hour | Operand::Weekday | Operand::Now
    )
}

impl Moments {
    pub(super) fn of(ruleset: &Ruleset) -> Self {
        let atoms: Vec<u16> = (0_u16..)
            .zip(&ruleset.atoms)
            .filter(|(_, atom)| is_moment(atom.operand) && !matches!(atom.test, Test::Known))
            .map(|(number, _)| number)
            .collect();
        let facts = Facts::new();
        let view = View::new(ruleset, &facts);
        let mut kinds: BTreeMap<Vec<bool>, Vec<Timestamp>> = BTreeMap::new();
        for at in instants(ruleset, &atoms) {
            let truths = atoms
                .iter()
                .filter_map(|number| ruleset.atoms.get(usize::from(*number)))
                .map(|atom| view.truth(atom, at) == Truth::True)
                .collect();
            let kept = kinds.entry(truths).or_default();
            if kept.len() < KEPT {
                kept.push(at);
            }
        }
        Self {
            atoms,
            kinds: kinds.into_iter().collect(),
        }
    }
}

/// The instants at which something may change, and the first of each stretch.
fn instants(ruleset: &Ruleset, atoms: &[u16]) -> Vec<Timestamp> {
    let mut stretches = vec![(FIRST, STRETCH)];
    let (mut hours, mut days) = (false, false);
    // Open time hangs on where in the week it is counted from.
    let mut calendars: BTreeSet<u16> = ruleset
        .atoms
        .iter()
        .filter_map(|atom| match atom.operand {
            Operand::Business(number, _) => Some(number),
            _ => None,
        })
        .collect();
    for number in atoms {
        let Some(atom) = ruleset.atoms.get(usize::from(*number)) else {
            continue;
        };
        match (atom.operand, &atom.test) {
            (Operand::Hour, _) => hours = true,
            (Operand::Weekday, _) => days = true,
            (Operand::Open(number), _) => {
                calendars.insert(number);
            }
            (Operand::Now, Test::Number(_, limit)) => {
                stretches.push((limit.saturating_sub(STRETCH), STRETCH));
                stretches.push((*limit, 1));
                stretches.push((limit.saturating_add(1), STRETCH));
            }
            _ => {}
        }
    }
    let calendars: Vec<&Calendar> = calendars
        .into_iter()
        .filter_map(|number| ruleset.calendars.get(usize::from(number)))
        .map(|named| &named.calendar)
        .collect();
    for holiday in calendars.iter().flat_map(|calendar| calendar.holidays()) {
        stretches.push((holiday.0.saturating_sub(DAY), 3 * DAY));
    }
    let mut out: BTreeSet<Timestamp> = BTreeSet::new();
    for (start, length) in stretches {
        let mut at = Timestamp(start);
        let end = at.plus(length);
        out.insert(at);
        while out.len() < MOST {
            let hours_of = calendars
                .iter()
                .filter_map(|calendar| calendar.next_boundary(at));
            let clock = hours
                .then(|| ruleset.zone.next_local_multiple(at, HOUR))
                .flatten();
            let week = days
                .then(|| ruleset.zone.next_local_multiple(at, DAY))
                .flatten();
            let Some(next) = hours_of.chain(clock).chain(week).min() else {
                break;
            };
            if next >= end {
                break;
            }
            out.insert(next);
            at = next;
        }
    }
    // Working hours of a Monday come first: they are shown where the time does not matter.
    std::iter::once(Timestamp(MONDAY)).chain(out).collect()
}
