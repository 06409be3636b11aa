//! When one rule acts, over a whole history. A rule's memory hangs on its own condition and on the
//! course of the conversation, and on no other rule; so each rule is followed by itself, and after
//! an edit of one rule that one alone.

use super::past::Past;
use crate::rules::{
    columns::{Bits, bits::ones_of},
    eval::pass::in_shadow,
    memory::{Once, Standing},
    outcome::EventKind,
    plan::{Rule, Status},
};

const NONE: u32 = u32::MAX;

/// What one rule found over a history, and when it acted.
#[derive(Debug)]
pub(super) struct Acts {
    matches: Bits,
    /// Where its condition holds, of a rule that runs on time.
    holds: Option<Bits>,
    /// Where it acted or, in shadow, would have.
    acted: Bits,
    /// Where it acted in earnest, when that may be elsewhere.
    earnest: Option<Bits>,
    /// Where it acted last in each conversation, when that matters.
    last: Option<Vec<u32>>,
}

/// A rule, with the rule whose memory it took over where its conversation begins to count.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) rule: &'a Rule,
    /// None when the rule was in force from the beginning; then, whether there was one before.
    pub(super) earlier: Option<Option<(&'a Rule, &'a Acts)>>,
}

impl Acts {
    pub(super) fn new(rule: &Rule) -> Self {
        Self {
            matches: Bits::default(),
            holds: rule.runs_on(EventKind::Time).then(Bits::default),
            acted: Bits::default(),
            earnest: (rule.status != Status::Live).then(Bits::default),
            last: (rule.once != Once::UntilFalse).then(Vec::new),
        }
    }

    /// Where it matches.
    pub(super) const fn matches(&self) -> &Bits {
        &self.matches
    }

    /// Where it acted or, in shadow, would have.
    pub(super) const fn acted(&self) -> &Bits {
        &self.acted
    }

    /// Where it acts.
    pub(super) fn acting(&self) -> &Bits {
        self.earnest.as_ref().unwrap_or(&self.acted)
    }

    /// Bytes it takes.
    pub(super) fn size(&self) -> usize {
        let bits = self.matches.size() + self.acted.size();
        let more = [&self.holds, &self.earnest].into_iter().flatten();
        bits + more.map(Bits::size).sum::<usize>() + self.last.as_ref().map_or(0, Vec::len) * 4
    }

    /// Takes over what was found in the points that follow.
    pub(super) fn find(
        &mut self,
        start: usize,
        (matches, holding): (&Bits, Option<&Bits>),
        rows: usize,
    ) {
        self.matches.append(start, matches, rows);
        if let Some(holds) = &mut self.holds {
            match holding {
                Some(found) => holds.append(start, found, rows),
                None => holds.reach(start + rows),
            }
        }
        self.acted.reach(start + rows);
        if let Some(earnest) = &mut self.earnest {
            earnest.reach(start + rows);
        }
    }

    /// Follows the rule through points that were found before.
    pub(super) fn follow(&mut self, past: &Past, line: Line<'_>, from: usize, to: usize) {
        if let Some(last) = &mut self.last {
            last.resize(past.ids.len(), NONE);
        }
        let changed = line.earlier.is_some();
        if changed && self.last.is_some() {
            self.take_over(past, line);
        }
        for index in from / 64..to.div_ceil(64) {
            let mut word = self.matches.word(index) & past.seen.word(index);
            if changed {
                word &= past.begun.word(index);
            }
            if index == from / 64 {
                word &= u64::MAX << (from % 64);
            }
            for row in ones_of((index, &word)) {
                self.ask(past, line, row);
            }
        }
    }

    /// Whether it acts at a point at which it matches.
    fn ask(&mut self, past: &Past, line: Line<'_>, row: usize) {
        if !self.may_act(past, line, row) {
            return;
        }
        let shadow = self.earnest.is_some() && in_shadow(line.rule, &past.key(row));
        if !shadow && past.follows(row) && self.acted_in_chain(past, line, row) {
            return;
        }
        self.acted.set(row);
        if let Some(earnest) = &mut self.earnest
            && !shadow
        {
            earnest.set(row);
        }
        let last = self.last.as_mut();
        if let Some(place) = last.and_then(|last| last.get_mut(past.thread(row))) {
            *place = u32::try_from(row).unwrap_or(NONE);
        }
    }

    /// Where the rule whose memory is taken over acted last before each conversation counted.
    fn take_over(&mut self, past: &Past, line: Line<'_>) {
        let (Some(last), Some(Some((_, earlier)))) = (&mut self.last, line.earlier) else {
            return;
        };
        let mut before = earlier.acted.clone();
        before.and_not(&past.begun);
        for row in before.ones() {
            if let Some(place) = last.get_mut(past.thread(row)) {
                *place = u32::try_from(row).unwrap_or(NONE);
            }
        }
    }

    /// What stands for the rule at a point: itself, or what it took over; nothing where it was not
    /// there.
    fn at<'s>(&'s self, past: &Past, line: Line<'s>, row: usize) -> Option<(&'s Rule, &'s Self)> {
        match line.earlier {
            Some(earlier) if !past.begun.get(row) => earlier,
            _ => Some((line.rule, self)),
        }
    }

    /// Whether the condition held when it was last asked.
    fn held(&self, past: &Past, line: Line<'_>, row: usize) -> bool {
        let mut at = past.before(row);
        while let Some(row) = at {
            let Some((rule, acts)) = self.at(past, line, row) else {
                return false;
            };
            if rule.runs_on(past.event(row)) {
                return acts.matches.get(row);
            }
            if acts.holds.as_ref().is_some_and(|holds| !holds.get(row)) {
                return false;
            }
            at = past.before(row);
        }
        false
    }

    fn may_act(&self, past: &Past, line: Line<'_>, row: usize) -> bool {
        if line.rule.once == Once::UntilFalse {
            return !self.held(past, line, row);
        }
        let last = self.last.as_ref();
        let last = last.and_then(|last| last.get(past.thread(row))).copied();
        let Some(last) = last.filter(|last| *last != NONE) else {
            return true;
        };
        let then = past.standing(usize::try_from(last).unwrap_or(usize::MAX));
        let now = past.standing(row);
        let differs = |count: fn(&Standing) -> Option<i64>| match (count(&then), count(&now)) {
            (Some(then), Some(now)) => then != now,
            _ => !self.held(past, line, row),
        };
        match line.rule.once {
            Once::UntilFalse | Once::PerConversation => false,
            Once::PerMessage => differs(|standing| standing.message),
            Once::PerControl => differs(|standing| standing.control),
            Once::PerEpisode => differs(|standing| standing.episode),
        }
    }

    /// Whether it has acted in the chain of causes of a point.
    fn acted_in_chain(&self, past: &Past, line: Line<'_>, row: usize) -> bool {
        let mut at = past.before(row);
        while let Some(row) = at {
            let Some((_, acts)) = self.at(past, line, row) else {
                return false;
            };
            if acts.acting().get(row) {
                return true;
            }
            if !past.follows(row) {
                return false;
            }
            at = past.before(row);
        }
        false
    }

    /// Forgets the points from some place on.
    pub(super) fn truncate(&mut self, past: &Past, rows: usize) {
        if let Some(last) = &mut self.last {
            for place in last {
                let mut at = usize::try_from(*place).ok().filter(|_| *place != NONE);
                while let Some(row) = at
                    && (row >= rows || !self.acted.get(row))
                {
                    at = past.before(row);
                }
                *place = at.map_or(NONE, |row| u32::try_from(row).unwrap_or(NONE));
            }
        }
        self.matches.truncate(rows);
        self.acted.truncate(rows);
        for bits in [&mut self.holds, &mut self.earnest].into_iter().flatten() {
            bits.truncate(rows);
        }
    }
}
