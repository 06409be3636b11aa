//! Which slots of a decision can be otherwise, so that the others need not be worked out.

use crate::rules::{
    eval::hand::Hand,
    outcome::Slot,
    plan::{Rule, Ruleset, Status},
};

/// Some slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct SlotSet(u16);

impl SlotSet {
    /// The slots in which decisions may differ that give control otherwise: the loop guard decides
    /// others as well.
    pub(super) fn given(hands: [Hand; 2]) -> Self {
        let guard = |hand: &Hand| matches!(hand, Hand::Guard { .. });
        match hands.iter().any(guard) {
            true => Self(bit(Slot::Control) | bit(Slot::Priority) | bit(Slot::Tag)),
            false => Self(bit(Slot::Control)),
        }
    }

    /// The slots that a rule decides.
    pub(super) fn of(rule: &Rule) -> Self {
        let effects = &rule.effects;
        let any = |slot, decides: bool| if decides { bit(slot) } else { 0 };
        let tags = !effects.tag.is_empty() || !effects.untag.is_empty();
        Self(
            any(Slot::Control, effects.control.is_some())
                | any(Slot::Review, effects.review.is_some())
                | any(Slot::Priority, effects.priority.is_some())
                | any(Slot::Sla, effects.sla.is_some())
                | any(Slot::Ladder, effects.ladder.is_some())
                | any(Slot::Tag, tags)
                | any(Slot::Notify, !effects.notify.is_empty())
                | any(Slot::Macro, effects.macro_.is_some())
                | any(Slot::Snooze, effects.snooze.is_some())
                | any(Slot::Channel, effects.channel.is_some()),
        )
    }

    /// Whether it holds none.
    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether one is among them.
    pub(super) const fn has(self, slot: Slot) -> bool {
        self.0 & bit(slot) != 0
    }

    /// These and others.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether one of others is among them.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

const fn bit(slot: Slot) -> u16 {
    1 << slot as u16
}

/// The rules that decide some slots beside who gets control, kept per set of slots that was asked
/// for.
pub(super) struct Writers {
    of: Vec<SlotSet>,
    known: Vec<(SlotSet, Vec<u16>)>,
}

impl Writers {
    pub(super) fn new(rules: &Ruleset) -> Self {
        let slots = |rule: &Rule| match rule.status {
            Status::Off => SlotSet::default(),
            _ => SlotSet(SlotSet::of(rule).0 & !bit(Slot::Control)),
        };
        Self {
            of: rules.rules().iter().map(slots).collect(),
            known: Vec::new(),
        }
    }

    /// The rules that decide one of some slots, by rising number; of control none is asked, since
    /// who gets that is known.
    pub(super) fn of(&mut self, slots: SlotSet) -> &[u16] {
        let place = self.known.iter().position(|(known, _)| *known == slots);
        let place = place.unwrap_or_else(|| {
            let numbered = (0_u16..).zip(&self.of);
            let writers = numbered.filter(|(_, of)| of.meets(slots));
            let writers = writers.map(|(number, _)| number).collect();
            self.known.push((slots, writers));
            self.known.len() - 1
        });
        self.known.get(place).map_or(&[], |(_, writers)| writers)
    }
}
