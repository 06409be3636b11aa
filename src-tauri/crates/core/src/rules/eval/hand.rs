//! Who gets control at a point: a part of what is decided that a back-test follows without the rest.

use super::{
    merge,
    pass::{Merged, Stirred, Turn},
};
use crate::rules::{
    memory::Memory,
    outcome::{ControlTarget, Decided},
    plan::Ruleset,
};

/// Who gets control at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::rules) enum Hand {
    /// It stays where it is.
    #[default]
    Nobody,
    /// The loop guard takes it from the rules.
    Guard {
        /// Whether it puts the conversation into the queue.
        to_queue: bool,
    },
    /// A rule gives it to somebody.
    Rule(u16),
}

impl Ruleset {
    /// Who gets control: the memory has to know of that at once, of the rest it need not.
    pub(in crate::rules) fn hand(
        &self,
        turn: &Turn<'_>,
        stirred: &Stirred,
        memory: &mut Memory<u16>,
    ) -> Merged {
        let mut merged = Merged::quiet();
        let rules = stirred.acting.iter();
        let rules = rules.filter_map(|number| self.rules.get(usize::from(*number)));
        merge::control(&mut merged, turn, rules, memory);
        merged
    }

    /// Who gets control, of the rules that act, and whether the loop guard had a say.
    pub(in crate::rules) fn hand_of(
        &self,
        turn: &Turn<'_>,
        acting: &[u16],
        memory: &mut Memory<u16>,
    ) -> (Hand, bool) {
        merge::hand(&self.rules, turn, acting, memory)
    }

    /// To whom control goes, from who got it.
    pub(in crate::rules) fn target_of(&self, hand: Hand) -> Option<&ControlTarget> {
        match hand {
            Hand::Nobody | Hand::Guard { to_queue: false } => None,
            Hand::Guard { to_queue: true } => Some(&ControlTarget::Queue),
            Hand::Rule(number) => self
                .rules
                .get(usize::from(number))?
                .effects
                .control
                .as_ref(),
        }
    }

    /// What [`Self::hand`] decided, from who got control.
    pub(in crate::rules) fn handed(&self, hand: Hand) -> Merged {
        let mut merged = Merged::quiet();
        match hand {
            Hand::Nobody => {}
            Hand::Guard { to_queue } => merge::guard(&mut merged, to_queue),
            Hand::Rule(number) => {
                let rule = self.rules.get(usize::from(number));
                merged.slots.control = rule.and_then(|rule| {
                    Some(Decided {
                        value: rule.effects.control.clone()?,
                        by: rule.id.clone(),
                    })
                });
            }
        }
        merged
    }
}
