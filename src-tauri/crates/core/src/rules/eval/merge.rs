//! Merging what several rules want, slot by slot.

use std::sync::Arc;

use super::{
    hand::Hand,
    pass::{Merged, Turn, drawn},
};
use crate::rules::{
    memory::Memory,
    outcome::{
        ControlTarget, Decided, EventKind, LossReason, Lost, PriorityChange, Review, RuleId, Slot,
        Slots,
    },
    plan::{PriorityEffect, ReviewDefault, ReviewEffect, Rule, Ruleset},
    text::duration::spell_duration,
};

/// Everything a rule wants, as written.
pub(super) fn wishes(rule: &Rule) -> Vec<(Slot, String)> {
    let effects = &rule.effects;
    let mut out = Vec::new();
    let mut put = |slot, value: Option<String>| out.extend(value.map(|value| (slot, value)));
    put(
        Slot::Control,
        effects.control.as_ref().map(ToString::to_string),
    );
    put(Slot::Review, effects.review.map(review_text));
    put(Slot::Priority, effects.priority.map(priority_text));
    put(Slot::Sla, effects.sla.as_ref().map(ToString::to_string));
    put(
        Slot::Ladder,
        effects.ladder.as_ref().map(ToString::to_string),
    );
    put(
        Slot::Macro,
        effects.macro_.as_ref().map(ToString::to_string),
    );
    put(Slot::Snooze, effects.snooze.map(spell_duration));
    put(
        Slot::Channel,
        effects.channel.as_ref().map(ToString::to_string),
    );
    for tag in &effects.tag {
        put(Slot::Tag, Some(tag.to_string()));
    }
    for tag in &effects.untag {
        put(Slot::Tag, Some(format!("-{tag}")));
    }
    for target in &effects.notify {
        put(Slot::Notify, Some(target.to_string()));
    }
    out
}

fn review_text(review: ReviewEffect) -> String {
    match review {
        ReviewEffect::None => "none".to_owned(),
        ReviewEffect::Sample(share) => format!("sample {share}"),
        ReviewEffect::Required => "required".to_owned(),
    }
}

fn priority_text(priority: PriorityEffect) -> String {
    match priority {
        PriorityEffect::Set(level) => format!("{level:?}").to_lowercase(),
        PriorityEffect::Raise(step) => format!("{step:+}"),
    }
}

/// Merges what the acting rules want. `reviewing` are the rules that matched a draft, whether or
/// not they act otherwise.
pub(super) fn merge<K: Ord + Clone>(
    ruleset: &Ruleset,
    turn: &Turn<'_>,
    acting: &[&Rule],
    reviewing: &[&Rule],
    memory: &mut Memory<K>,
    lost: Vec<Lost>,
) -> Merged {
    let mut merged = Merged::losing(lost);
    control(&mut merged, turn, acting.iter().copied(), memory);
    rest(&mut merged, ruleset, turn, acting, reviewing);
    merged
}

/// Merges everything but control, which hangs on nothing but what the acting rules want.
pub(super) fn rest(
    merged: &mut Merged,
    ruleset: &Ruleset,
    turn: &Turn<'_>,
    acting: &[&Rule],
    reviewing: &[&Rule],
) {
    first(
        merged,
        acting,
        Slot::Sla,
        |rule| rule.effects.sla.clone(),
        |slots| &mut slots.sla,
    );
    first(
        merged,
        acting,
        Slot::Macro,
        |rule| rule.effects.macro_.clone(),
        |slots| &mut slots.macro_,
    );
    let snoozes = |rule: &Rule| rule.effects.snooze;
    first(merged, acting, Slot::Snooze, snoozes, |slots| {
        &mut slots.snooze
    });
    let moves = |rule: &Rule| rule.effects.channel.clone();
    first(merged, acting, Slot::Channel, moves, |slots| {
        &mut slots.channel
    });
    ladder(merged, ruleset, acting);
    priority(merged, acting);
    if turn.event == EventKind::Draft {
        review(merged, ruleset, turn, reviewing);
    }
    for rule in acting {
        for tag in &rule.effects.tag {
            merged.tag(tag, &rule.id);
        }
        for tag in &rule.effects.untag {
            if !merged
                .slots
                .tags_remove
                .iter()
                .any(|known| known.value == *tag)
            {
                let value = Arc::clone(tag);
                merged.slots.tags_remove.push(Decided {
                    value,
                    by: rule.id.clone(),
                });
            }
        }
        for target in &rule.effects.notify {
            if !merged
                .slots
                .notify
                .iter()
                .any(|known| known.value == *target)
            {
                merged.slots.notify.push(Decided {
                    value: target.clone(),
                    by: rule.id.clone(),
                });
            }
        }
    }
    // A tag that one rule adds and another removes stays: the file was warned about it.
    let added: Vec<Arc<str>> = merged
        .slots
        .tags_add
        .iter()
        .map(|tag| Arc::clone(&tag.value))
        .collect();
    merged
        .slots
        .tags_remove
        .retain(|tag| !added.contains(&tag.value));
}

/// The first rule of the file decides.
fn first<T: Clone + std::fmt::Display>(
    merged: &mut Merged,
    acting: &[&Rule],
    slot: Slot,
    wish: impl Fn(&Rule) -> Option<T>,
    place: impl Fn(&mut Slots) -> &mut Option<Decided<T>>,
) {
    let mut winner: Option<RuleId> = None;
    for rule in acting {
        let Some(value) = wish(rule) else { continue };
        match &winner {
            None => {
                winner = Some(rule.id.clone());
                *place(&mut merged.slots) = Some(Decided {
                    value,
                    by: rule.id.clone(),
                });
            }
            Some(winner) => {
                merged.lose(rule, slot, &value, LossReason::EarlierRule, Some(winner));
            }
        }
    }
}

/// What comes of a rule's wish to give control to somebody.
enum Claim {
    /// An earlier rule has decided it.
    Late,
    /// It is so already.
    Held,
    /// It must not be.
    Forbidden(LossReason),
    /// It is done.
    Granted,
    /// The loop guard steps in; whether it gives control to a queue.
    Guarded { to_queue: bool },
}

/// Tells what comes of the next rule's wish, given whether one has decided it, and notes what the
/// memory has to know.
fn claim<K: Ord + Clone>(
    (rule, target): (&Rule, &ControlTarget),
    turn: &Turn<'_>,
    decided: bool,
    memory: &mut Memory<K>,
) -> Claim {
    if decided {
        return Claim::Late;
    }
    if is_so(target, turn) {
        return Claim::Held;
    }
    if let Some(reason) = forbidden(target, rule, turn, memory.is_guarded()) {
        return Claim::Forbidden(reason);
    }
    if memory.would_loop(turn.now) {
        memory.guard();
        let present = turn.ground.control;
        let to_queue = present != Some("agent") && present != Some("queue");
        return Claim::Guarded { to_queue };
    }
    memory.note_control_change(turn.now);
    Claim::Granted
}

/// Who gets control: the first rule of the file that may say so, and that the loop guard lets.
pub(super) fn control<'r, K: Ord + Clone>(
    merged: &mut Merged,
    turn: &Turn<'_>,
    acting: impl Iterator<Item = &'r Rule>,
    memory: &mut Memory<K>,
) {
    let mut winner: Option<RuleId> = None;
    for rule in acting {
        let Some(target) = &rule.effects.control else {
            continue;
        };
        let claimed = claim((rule, target), turn, winner.is_some(), memory);
        if !matches!(claimed, Claim::Late | Claim::Forbidden(_)) {
            winner = Some(rule.id.clone());
        }
        match claimed {
            Claim::Held => {}
            Claim::Late => {
                let reason = LossReason::EarlierRule;
                merged.lose(rule, Slot::Control, target, reason, winner.as_ref());
            }
            Claim::Forbidden(reason) => {
                merged.guarded |= memory.is_guarded();
                merged.lose(rule, Slot::Control, target, reason, None);
            }
            Claim::Granted => {
                merged.slots.control = Some(Decided {
                    value: target.clone(),
                    by: rule.id.clone(),
                });
            }
            Claim::Guarded { to_queue } => {
                merged.guarded = true;
                let by = RuleId::from(RuleId::LOOP_GUARD);
                let reason = LossReason::LoopGuard;
                merged.lose(rule, Slot::Control, target, reason, Some(&by));
                guard(merged, to_queue);
            }
        }
    }
}

/// The same of the rules of some numbers, without what is decided: who gets control, and whether the
/// loop guard had a say.
pub(super) fn hand<K: Ord + Clone>(
    rules: &[Rule],
    turn: &Turn<'_>,
    acting: &[u16],
    memory: &mut Memory<K>,
) -> (Hand, bool) {
    let (mut hand, mut decided, mut guarded) = (Hand::Nobody, false, false);
    for number in acting {
        let rule = rules.get(usize::from(*number));
        let Some((rule, target)) =
            rule.and_then(|rule| Some((rule, rule.effects.control.as_ref()?)))
        else {
            continue;
        };
        match claim((rule, target), turn, decided, memory) {
            // None of those after it is asked.
            Claim::Late => break,
            Claim::Held => decided = true,
            Claim::Forbidden(_) => guarded |= memory.is_guarded(),
            Claim::Granted => {
                decided = true;
                hand = Hand::Rule(*number);
            }
            Claim::Guarded { to_queue } => {
                (decided, guarded) = (true, true);
                hand = Hand::Guard { to_queue };
            }
        }
    }
    (hand, guarded)
}

/// What the loop guard says: nobody but people, and that somebody looks at it.
pub(in crate::rules) fn guard(merged: &mut Merged, to_queue: bool) {
    let by = RuleId::from(RuleId::LOOP_GUARD);
    if to_queue {
        merged.slots.control = Some(Decided {
            value: ControlTarget::Queue,
            by: by.clone(),
        });
    }
    merged.tag(&RuleId::LOOP_GUARD.into(), &by);
    let value = PriorityChange {
        set: None,
        raise: 1,
    };
    merged.slots.priority = Some(Decided { value, by });
}

/// Whether control is already where a rule wants it.
fn is_so(target: &ControlTarget, turn: &Turn<'_>) -> bool {
    let present = turn.ground.control;
    match target {
        ControlTarget::Bot => present == Some("bot"),
        // Waiting in the queue of a team is waiting in a queue.
        ControlTarget::Queue => present == Some("queue"),
        ControlTarget::Team(team) => present == Some("queue") && turn.ground.queue == Some(team),
        ControlTarget::Agent(_) => false,
        ControlTarget::Closed => present == Some("closed"),
    }
}

/// Why a rule must not move control there: people come first.
fn forbidden(
    target: &ControlTarget,
    rule: &Rule,
    turn: &Turn<'_>,
    guarded: bool,
) -> Option<LossReason> {
    let present = turn.ground.control;
    if guarded {
        return Some(LossReason::LoopGuard);
    }
    let fresh = matches!(
        turn.event,
        EventKind::CustomerMessage | EventKind::ConversationOpened
    );
    match (target, present) {
        // Where it is not known who has control, it may be a person.
        (ControlTarget::Bot, Some("agent") | None) => Some(LossReason::HumanHasControl),
        (ControlTarget::Bot, Some("closed")) if !fresh => Some(LossReason::Closed),
        (ControlTarget::Bot, _) => (!turn.ground.has_bot).then_some(LossReason::NoBot),
        (
            ControlTarget::Queue | ControlTarget::Team(_) | ControlTarget::Agent(_),
            Some("agent"),
        ) => (!rule.take_over).then_some(LossReason::NoTakeOver),
        _ => None,
    }
}

/// The most urgent ladder: the one declared last.
fn ladder(merged: &mut Merged, ruleset: &Ruleset, acting: &[&Rule]) {
    let rank = |name: &Arc<str>| {
        ruleset
            .ladders
            .iter()
            .position(|ladder| ladder.name == *name)
    };
    let wishes: Vec<(&Rule, &Arc<str>)> = acting
        .iter()
        .filter_map(|rule| rule.effects.ladder.as_ref().map(|name| (*rule, name)))
        .collect();
    let Some(top) = wishes.iter().map(|(_, name)| rank(name)).max() else {
        return;
    };
    let Some((winner, name)) = wishes.iter().find(|(_, name)| rank(name) == top) else {
        return;
    };
    for (rule, wish) in &wishes {
        if wish != name {
            merged.lose(
                rule,
                Slot::Ladder,
                wish,
                LossReason::Stronger,
                Some(&winner.id),
            );
        }
    }
    merged.slots.ladder = Some(Decided {
        value: Arc::clone(name),
        by: winner.id.clone(),
    });
}

/// The highest level, then one step up or down.
fn priority(merged: &mut Merged, acting: &[&Rule]) {
    let mut change = PriorityChange::default();
    let mut by: Option<RuleId> = None;
    let mut steps = 0_i32;
    if let Some(guard) = merged.slots.priority.take() {
        steps += i32::from(guard.value.raise);
        by = Some(guard.by);
    }
    for rule in acting {
        if let Some(PriorityEffect::Set(level)) = rule.effects.priority
            && change.set.is_none_or(|highest| level > highest)
        {
            change.set = Some(level);
            by = Some(rule.id.clone());
        }
    }
    for rule in acting {
        match rule.effects.priority {
            Some(PriorityEffect::Raise(step)) => {
                steps += i32::from(step);
                by.get_or_insert_with(|| rule.id.clone());
            }
            Some(PriorityEffect::Set(level)) if change.set != Some(level) => {
                let wish = priority_text(PriorityEffect::Set(level));
                merged.lose(
                    rule,
                    Slot::Priority,
                    wish,
                    LossReason::Stronger,
                    by.as_ref(),
                );
            }
            _ => {}
        }
    }
    change.raise = match steps.signum() {
        1 => 1,
        0 => 0,
        _ => -1,
    };
    if let Some(by) = by {
        merged.slots.priority = Some(Decided { value: change, by });
    }
}

/// The strictest review.
fn review(merged: &mut Merged, ruleset: &Ruleset, turn: &Turn<'_>, reviewing: &[&Rule]) {
    let rank = |effect: ReviewEffect| match effect {
        ReviewEffect::None => 0.0,
        ReviewEffect::Sample(share) => share,
        ReviewEffect::Required => 2.0,
    };
    let mut best: Option<(&Rule, ReviewEffect)> = None;
    for rule in reviewing {
        let Some(effect) = rule.effects.review else {
            continue;
        };
        if best.is_none_or(|(_, known)| rank(effect) > rank(known)) {
            best = Some((rule, effect));
        }
    }
    let Some((winner, effect)) = best else {
        let required = ruleset.defaults.review == ReviewDefault::Required;
        let value = Review {
            required,
            sample: None,
        };
        merged.slots.review = Some(Decided {
            value,
            by: RuleId::from(RuleId::DEFAULT),
        });
        return;
    };
    for rule in reviewing {
        if let Some(wish) = rule.effects.review
            && wish != effect
        {
            let wish = review_text(wish);
            merged.lose(
                rule,
                Slot::Review,
                wish,
                LossReason::Stronger,
                Some(&winner.id),
            );
        }
    }
    let draft = turn.ground.draft.map_or(turn.key, str::as_bytes);
    let value = match effect {
        ReviewEffect::None => Review {
            required: false,
            sample: None,
        },
        ReviewEffect::Required => Review {
            required: true,
            sample: None,
        },
        ReviewEffect::Sample(share) => Review {
            required: drawn(&[draft], share),
            sample: Some(share),
        },
    };
    merged.slots.review = Some(Decided {
        value,
        by: winner.id.clone(),
    });
    if value.required {
        for rule in reviewing {
            for target in &rule.effects.reviewers {
                if !merged
                    .slots
                    .reviewers
                    .iter()
                    .any(|known| known.value == *target)
                {
                    let value = target.clone();
                    merged.slots.reviewers.push(Decided {
                        value,
                        by: rule.id.clone(),
                    });
                }
            }
        }
    }
}
