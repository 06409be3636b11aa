//! Where two decisions differ.

use crate::rules::{
    outcome::{ControlTarget, Decided, RuleId, Slot, Slots},
    text::duration::spell_duration,
};

/// The slots in the order of their weight: the first that differs is told.
const ORDER: [Slot; 10] = [
    Slot::Control,
    Slot::Review,
    Slot::Macro,
    Slot::Snooze,
    Slot::Channel,
    Slot::Priority,
    Slot::Sla,
    Slot::Ladder,
    Slot::Tag,
    Slot::Notify,
];

/// The slots that change what the customer, the bot or an agent does next: from where they differ
/// on, the recorded history is no longer what would have happened.
pub(super) const PARTING: [Slot; 5] = [
    Slot::Control,
    Slot::Review,
    Slot::Macro,
    Slot::Snooze,
    Slot::Channel,
];

/// One slot in which two decisions differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differs {
    /// The slot.
    pub slot: Slot,
    /// What the old rules decide; empty for nothing.
    pub old: String,
    /// What the new rules decide; empty for nothing.
    pub new: String,
    /// The rule that makes the difference: that of the new decision, or else of the old.
    pub rule: RuleId,
}

impl Differs {
    /// How two decisions differ in a slot.
    pub(super) fn of(slot: Slot, old: &Slots, new: &Slots) -> Self {
        let (before, after) = (value(old, slot), value(new, slot));
        Self {
            slot,
            rule: by(new, slot)
                .filter(|_| !after.is_empty())
                .or_else(|| by(old, slot))
                .unwrap_or_else(|| RuleId::from(RuleId::DEFAULT)),
            old: before,
            new: after,
        }
    }
}

/// The slots in which two decisions differ by what happens, the weightiest first.
pub(super) fn differing(old: &Slots, new: &Slots) -> Vec<Differs> {
    slots_that_differ(old, new)
        .map(|slot| Differs::of(slot, old, new))
        .collect()
}

/// The same without how they differ.
pub(super) fn slots_that_differ(old: &Slots, new: &Slots) -> impl Iterator<Item = Slot> {
    ORDER.into_iter().filter(move |slot| {
        // In words only where it is not the same to the letter: that is seldom.
        !is_same(old, new, *slot) && value(old, *slot) != value(new, *slot)
    })
}

/// Whether two decisions say the same for a slot, whoever says it.
fn is_same(old: &Slots, new: &Slots, slot: Slot) -> bool {
    fn one<T: PartialEq>(old: Option<&Decided<T>>, new: Option<&Decided<T>>) -> bool {
        old.map(|decided| &decided.value) == new.map(|decided| &decided.value)
    }
    fn all<T: PartialEq>(old: &[Decided<T>], new: &[Decided<T>]) -> bool {
        old.len() == new.len() && old.iter().zip(new).all(|(old, new)| old.value == new.value)
    }
    match slot {
        Slot::Control => one(old.control.as_ref(), new.control.as_ref()),
        Slot::Review => {
            one(old.review.as_ref(), new.review.as_ref()) && all(&old.reviewers, &new.reviewers)
        }
        Slot::Macro => one(old.macro_.as_ref(), new.macro_.as_ref()),
        Slot::Channel => one(old.channel.as_ref(), new.channel.as_ref()),
        Slot::Snooze => one(old.snooze.as_ref(), new.snooze.as_ref()),
        Slot::Priority => one(old.priority.as_ref(), new.priority.as_ref()),
        Slot::Sla => one(old.sla.as_ref(), new.sla.as_ref()),
        Slot::Ladder => one(old.ladder.as_ref(), new.ladder.as_ref()),
        Slot::Tag => all(&old.tags_add, &new.tags_add) && all(&old.tags_remove, &new.tags_remove),
        Slot::Notify => all(&old.notify, &new.notify),
    }
}

/// What was decided for a slot, in words that are equal when the same happens; empty for nothing.
pub(super) fn value(slots: &Slots, slot: Slot) -> String {
    fn one<T: ToString>(decided: Option<&Decided<T>>) -> String {
        decided.map_or_else(String::new, |decided| decided.value.to_string())
    }
    fn sorted(mut list: Vec<String>) -> String {
        list.sort();
        list.join(", ")
    }
    match slot {
        Slot::Control => one(slots.control.as_ref()),
        Slot::Review => match &slots.review {
            Some(review) if review.value.required => {
                let who = slots.reviewers.iter().map(|who| who.value.to_string());
                let who = sorted(who.collect());
                if who.is_empty() {
                    "required".to_owned()
                } else {
                    format!("required by {who}")
                }
            }
            _ => String::new(),
        },
        Slot::Priority => slots.priority.as_ref().map_or_else(String::new, |change| {
            let step = match change.value.raise {
                0 => String::new(),
                step => format!("{step:+}"),
            };
            let level = change.value.set.map_or("", |level| level.word());
            format!("{level}{step}")
        }),
        Slot::Sla => one(slots.sla.as_ref()),
        Slot::Ladder => one(slots.ladder.as_ref()),
        Slot::Macro => one(slots.macro_.as_ref()),
        Slot::Channel => one(slots.channel.as_ref()),
        Slot::Snooze => slots
            .snooze
            .as_ref()
            .map_or_else(String::new, |snooze| spell_duration(snooze.value)),
        Slot::Tag => {
            let added = slots.tags_add.iter().map(|tag| format!("+{}", tag.value));
            let removed = slots.tags_remove.iter();
            let removed = removed.map(|tag| format!("-{}", tag.value));
            sorted(added.chain(removed).collect())
        }
        Slot::Notify => {
            let who = slots.notify.iter().map(|who| who.value.to_string());
            sorted(who.collect())
        }
    }
}

fn by(slots: &Slots, slot: Slot) -> Option<RuleId> {
    fn of<T>(decided: Option<&Decided<T>>) -> Option<RuleId> {
        decided.map(|decided| decided.by.clone())
    }
    match slot {
        Slot::Control => of(slots.control.as_ref()),
        Slot::Review => of(slots.review.as_ref()),
        Slot::Priority => of(slots.priority.as_ref()),
        Slot::Sla => of(slots.sla.as_ref()),
        Slot::Ladder => of(slots.ladder.as_ref()),
        Slot::Macro => of(slots.macro_.as_ref()),
        Slot::Channel => of(slots.channel.as_ref()),
        Slot::Snooze => of(slots.snooze.as_ref()),
        Slot::Tag => of(slots.tags_add.first()).or_else(|| of(slots.tags_remove.first())),
        Slot::Notify => of(slots.notify.first()),
    }
}

/// Whether a decision hands a conversation to people who do not have it.
pub(super) fn hands_over(slots: &Slots, control: Option<&str>) -> bool {
    let target = slots.control.as_ref();
    target.is_some_and(|decided| hands_to_people(&decided.value, control))
}

/// Whether control goes to people when it goes there, and they do not have it.
pub(super) fn hands_to_people(target: &ControlTarget, control: Option<&str>) -> bool {
    let to_people = matches!(
        target,
        ControlTarget::Queue | ControlTarget::Team(_) | ControlTarget::Agent(_)
    );
    to_people && !matches!(control, Some("queue" | "agent"))
}
