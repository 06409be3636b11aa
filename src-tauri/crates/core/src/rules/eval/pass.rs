//! One pass: one event, one immutable set of facts, every rule of that event in file order, none
//! seeing another's effect.

use std::sync::Arc;

use super::{Truths, View, merge, record::DecisionRecord};
use crate::{
    hash::Hash,
    rules::{
        facts::{Fact, Facts, Value},
        memory::{Known, Memory, RuleMemory, Standing},
        outcome::{Decided, EventKind, LossReason, Lost, RuleId, Slot, Slots, Would},
        plan::{Rule, Ruleset, Status},
    },
    time::Timestamp,
};

/// What a pass is about.
#[derive(Debug, Clone, Copy)]
pub struct Pass<'a> {
    /// What happened.
    pub event: EventKind,
    /// What is known.
    pub facts: &'a Facts,
    /// The logical instant.
    pub now: Timestamp,
    /// What the rules remember about the conversation.
    pub memory: &'a RuleMemory,
    /// Identifies the conversation; canaries and samples are drawn by it.
    pub conversation_key: &'a [u8],
}

/// What a pass decides.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The decisions, per slot.
    pub slots: Slots,
    /// The rules that acted, in file order.
    pub fired: Vec<RuleId>,
    /// What rules wanted and did not get.
    pub lost: Vec<Lost>,
    /// What the rules remember from now on.
    pub memory_after: RuleMemory,
    /// What is stored, so that the decision can be explained at any time.
    pub record: DecisionRecord,
    /// The next instant at which a rule may change its mind, with the facts of this pass. When
    /// the decision changes facts, ask [`Ruleset::next_flip`] again.
    pub next_flip: Option<Timestamp>,
    /// Whether the change of control is to be shown to the rules that run on `control.changed`,
    /// with `conv.changed_by` set to `rule`.
    pub follow_up: bool,
}

/// How one rule did in a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) struct Mark {
    /// The rule, by its number.
    pub(in crate::rules) rule: u16,
    /// Whether it acted (or, in shadow, would have).
    pub(in crate::rules) acted: bool,
    /// Whether it was only watched.
    pub(in crate::rules) shadow: bool,
}

impl Mark {
    /// The rule, and how it did as records keep it: 1 for acted, 2 for shadow.
    pub(in crate::rules) fn parts(&self) -> (u16, u8) {
        (
            self.rule,
            u8::from(self.acted) | (u8::from(self.shadow) << 1),
        )
    }
}

/// What merging and counting read of the facts, whatever else is known.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::rules) struct Ground<'a> {
    /// Who has control.
    pub(in crate::rules) control: Option<&'a str>,
    /// The queue it waits in.
    pub(in crate::rules) queue: Option<&'a str>,
    /// Who made the last change of control.
    pub(in crate::rules) changed_by: Option<&'a str>,
    /// Whether a bot is connected.
    pub(in crate::rules) has_bot: bool,
    /// The draft that is decided on.
    pub(in crate::rules) draft: Option<&'a str>,
    /// Where the conversation stands, as far as `once` counts it.
    pub(in crate::rules) standing: Standing,
}

impl<'a> Ground<'a> {
    pub(in crate::rules) fn of(facts: &'a Facts) -> Self {
        Self {
            control: facts.text(Fact::CONV_CONTROL),
            queue: facts.text(Fact::CONV_QUEUE),
            changed_by: facts.text(Fact::CONV_CHANGED_BY),
            has_bot: *facts.get(Fact::CHANNEL_HAS_BOT) == Value::Bool(true),
            draft: facts.text(Fact::DRAFT_ID),
            standing: standing(facts),
        }
    }
}

/// Where a conversation stands, as far as `once` counts it.
pub(super) fn standing(facts: &Facts) -> Standing {
    Standing {
        message: facts.int(Fact::CONV_MESSAGE_COUNT),
        control: facts.int(Fact::CONV_CONTROL_EPOCH),
        episode: facts.int(Fact::CONV_EPISODE),
    }
}

/// One event for the rules, with what they found of it.
#[derive(Debug, Clone, Copy)]
pub(in crate::rules) struct Turn<'a> {
    /// What happened.
    pub(in crate::rules) event: EventKind,
    /// The logical instant.
    pub(in crate::rules) now: Timestamp,
    /// Identifies the conversation.
    pub(in crate::rules) key: &'a [u8],
    /// What is read of the facts.
    pub(in crate::rules) ground: Ground<'a>,
    /// The rules of the event that match, by rising number.
    pub(in crate::rules) matching: &'a [u16],
    /// Whether to say what rules that are only watched would have made of it.
    pub(in crate::rules) watch: bool,
    /// The rules, by number, of which it will matter later that they acted once; all when none are
    /// named.
    pub(in crate::rules) lasting: Option<&'a [bool]>,
}

/// What the matching rules of one event do, before it is merged: the rules by their numbers.
#[derive(Debug, Clone, Default)]
pub(in crate::rules) struct Stirred {
    /// Those that act.
    pub(in crate::rules) acting: Vec<u16>,
    /// Those that matched a draft, whether or not they act otherwise.
    pub(in crate::rules) reviewing: Vec<u16>,
    /// Those that would act if they were more than watched.
    watched: Vec<u16>,
    /// Those that the same cause has let act before.
    again: Vec<u16>,
    /// How each matching rule did.
    pub(in crate::rules) marks: Vec<Mark>,
}

impl Stirred {
    fn clear(&mut self) {
        self.acting.clear();
        self.reviewing.clear();
        self.watched.clear();
        self.again.clear();
        self.marks.clear();
    }
}

/// What comes of one event.
#[derive(Debug, Clone, Default)]
pub(in crate::rules) struct Settled {
    /// The decisions, per slot.
    pub(in crate::rules) slots: Slots,
    /// The rules that acted, in file order.
    pub(in crate::rules) fired: Vec<RuleId>,
    /// What rules wanted and did not get.
    pub(in crate::rules) lost: Vec<Lost>,
    /// How each matching rule did.
    pub(in crate::rules) marks: Vec<Mark>,
    /// What watched rules would have changed.
    pub(in crate::rules) would: Vec<Would>,
}

/// Whether a key falls into a share: the same on every machine, and a larger share holds every
/// smaller one.
pub(super) fn drawn(parts: &[&[u8]], share: f64) -> bool {
    let hash = Hash::of_parts(parts);
    let number = hash
        .0
        .iter()
        .take(4)
        .fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
    f64::from(number) < share * 4_294_967_296.0
}

pub(in crate::rules) fn in_shadow(rule: &Rule, key: &[u8]) -> bool {
    match rule.status {
        Status::Live => false,
        Status::Canary(share) => !drawn(&[rule.id.as_str().as_bytes(), key], share),
        Status::Shadow | Status::Off => true,
    }
}

impl Ruleset {
    /// Decides one event.
    #[must_use]
    pub fn decide(&self, pass: &Pass<'_>) -> Verdict {
        let view = View::new(self, pass.facts);
        let truths = Truths::new(&view, pass.now);
        let mut memory = pass.memory.clone();
        let settled = self.settle_by(pass, &truths, &mut memory);
        let next_flip = self.flip_after(&truths, &memory);
        let follow_up = settled.slots.control.is_some()
            && !self.event(EventKind::ControlChanged).rules.is_empty()
            && !memory.chain_is_full();
        let record = DecisionRecord {
            ruleset: self.id,
            event: pass.event,
            at: pass.now,
            facts: pass.facts.snapshot(),
            truths: self
                .event(pass.event)
                .atoms
                .iter()
                .map(|atom| truths.get(*atom))
                .collect(),
            marks: settled.marks.iter().map(Mark::parts).collect(),
            slots: settled.slots.clone(),
            lost: settled.lost.clone(),
            would: settled.would,
            next_flip,
        };
        Verdict {
            slots: settled.slots,
            fired: settled.fired,
            lost: settled.lost,
            memory_after: memory,
            record,
            next_flip,
            follow_up,
        }
    }

    /// Decides one event without writing a record.
    pub(in crate::rules) fn settle_on(&self, pass: &Pass<'_>, memory: &mut RuleMemory) -> Settled {
        let view = View::new(self, pass.facts);
        self.settle_by(pass, &Truths::new(&view, pass.now), memory)
    }

    fn settle_by(
        &self,
        pass: &Pass<'_>,
        truths: &Truths<'_, '_>,
        memory: &mut RuleMemory,
    ) -> Settled {
        let holds = |number: u16| {
            self.rules.get(usize::from(number)).is_some_and(|rule| {
                let truth = rule.when.truth(&|atom| truths.get(atom));
                truth.matches(rule.unknown_matches)
            })
        };
        let rules = self.event(pass.event).rules.iter().copied();
        let matching: Vec<u16> = rules.filter(|number| holds(*number)).collect();
        let turn = Turn {
            event: pass.event,
            now: pass.now,
            key: pass.conversation_key,
            ground: Ground::of(pass.facts),
            matching: &matching,
            watch: true,
            lasting: None,
        };
        self.settle(&turn, holds, memory)
    }

    /// Decides one event whose matching rules are known. `holds` says whether the condition of a
    /// rule holds that does not run on this event; it is asked for rules that run on time only.
    pub(in crate::rules) fn settle<K: Known>(
        &self,
        turn: &Turn<'_>,
        holds: impl Fn(u16) -> bool,
        memory: &mut Memory<K>,
    ) -> Settled {
        let mut stirred = Stirred::default();
        self.stir(turn, holds, memory, &mut stirred);
        let mut settled = Settled::default();
        let [acting, reviewing, watched, again] = [
            &stirred.acting,
            &stirred.reviewing,
            &stirred.watched,
            &stirred.again,
        ]
        .map(|numbers| self.numbered(numbers));
        for rule in again {
            let wishes = merge::wishes(rule).into_iter();
            settled.lost.extend(wishes.map(|(slot, value)| Lost {
                rule: rule.id.clone(),
                slot,
                value,
                reason: LossReason::SameCause,
                to: None,
            }));
        }
        let tried: Vec<&Rule> = match turn.watch {
            true => self.tried(&stirred),
            false => Vec::new(),
        };
        let before = (!watched.is_empty() || !tried.is_empty()).then(|| memory.clone());
        if !acting.is_empty() || turn.event == EventKind::Draft {
            let lost = std::mem::take(&mut settled.lost);
            let merged = merge::merge(self, turn, &acting, &reviewing, memory, lost);
            (settled.slots, settled.lost) = (merged.slots, merged.lost);
        }
        if let Some(before) = before {
            let lists = [&*acting, &*reviewing];
            settled.would = self.would(turn, lists, [&watched, &tried], &before, &settled.slots);
        }
        settled.fired = acting.iter().map(|rule| rule.id.clone()).collect();
        settled.marks = stirred.marks;
        settled
    }

    /// Finds out which rules act, and remembers it.
    pub(in crate::rules) fn stir<K: Known>(
        &self,
        turn: &Turn<'_>,
        holds: impl Fn(u16) -> bool,
        memory: &mut Memory<K>,
        out: &mut Stirred,
    ) {
        out.clear();
        let (event, ground) = (turn.event, &turn.ground);
        let control_changed = event == EventKind::ControlChanged;
        let follows_a_rule = control_changed && ground.changed_by == Some("rule");
        memory.begin_pass(follows_a_rule);
        if event == EventKind::AgentMessage || control_changed && ground.changed_by == Some("agent")
        {
            memory.person_acted();
        }
        self.release(turn, holds, memory);
        for number in turn.matching {
            let Some(rule) = self.rules.get(usize::from(*number)) else {
                continue;
            };
            let known = K::of(*number, rule);
            let mut acts = memory.may_act(&known, rule.once, &ground.standing);
            let shadow = in_shadow(rule, turn.key);
            if acts && !shadow && follows_a_rule && memory.acted_in_chain(&known) {
                acts = false;
                out.again.push(*number);
            }
            let lasts = turn
                .lasting
                .is_none_or(|lasting| lasting.get(usize::from(*number)).copied().unwrap_or(true));
            memory.note(&known, true, (acts && lasts).then_some(ground.standing));
            out.marks.push(Mark {
                rule: *number,
                acted: acts,
                shadow,
            });
            if shadow {
                if acts && turn.watch {
                    out.watched.push(*number);
                }
                continue;
            }
            if acts {
                out.acting.push(*number);
            }
            // A review belongs to this draft, however often the rule has matched before.
            if event == EventKind::Draft && rule.effects.review.is_some() {
                out.reviewing.push(*number);
            }
        }
        let acting = out.acting.iter().copied();
        memory.note_in_chain(acting.filter_map(|number| {
            let rule = self.rules.get(usize::from(number))?;
            Some(K::of(number, rule))
        }));
    }

    /// What is decided beside who gets control.
    pub(in crate::rules) fn complete(
        &self,
        turn: &Turn<'_>,
        stirred: &Stirred,
        merged: &mut Merged,
    ) {
        let [acting, reviewing] =
            [&stirred.acting, &stirred.reviewing].map(|numbers| self.numbered(numbers));
        merge::rest(merged, self, turn, &acting, &reviewing);
    }

    /// The rules that are tried in the place of one that acts, and would not act themselves.
    fn tried(&self, stirred: &Stirred) -> Vec<&Rule> {
        let acts =
            |number: &u16| stirred.acting.contains(number) || stirred.reviewing.contains(number);
        let tried = self
            .copies
            .iter()
            .filter(|(copy, original)| acts(original) && !stirred.watched.contains(copy));
        let numbers: Vec<u16> = tried.map(|(copy, _)| *copy).collect();
        self.numbered(&numbers)
    }

    fn numbered(&self, numbers: &[u16]) -> Vec<&Rule> {
        let rules = numbers.iter();
        let rules = rules.filter_map(|number| self.rules.get(usize::from(*number)));
        rules.collect()
    }

    /// What would have been decided with each of the watched rules live, where that differs: every
    /// rule alone, as it would be put live. `tried` are those that would not have acted, in the
    /// place of rules that did.
    fn would<K: Known>(
        &self,
        turn: &Turn<'_>,
        [acting, reviewing]: [&[&Rule]; 2],
        [watched, tried]: [&[&Rule]; 2],
        memory: &Memory<K>,
        decided: &Slots,
    ) -> Vec<Would> {
        let matches = |rule: &Rule| {
            let number = self.number(rule.id.as_str());
            number.is_some_and(|number| turn.matching.contains(&number))
        };
        let acts = watched.iter().map(|rule| (*rule, true));
        let mut out = Vec::new();
        for (rule, acts) in acts.chain(tried.iter().map(|rule| (*rule, false))) {
            let reviews = turn.event == EventKind::Draft && rule.effects.review.is_some();
            let mut placed = rule.clone();
            placed.id = rule.acts_as().clone();
            let acting = self.with_placed(acting, &placed, acts);
            let reviewing = self.with_placed(reviewing, &placed, reviews && matches(rule));
            let mut memory = memory.clone();
            let merged = merge::merge(self, turn, &acting, &reviewing, &mut memory, Vec::new());
            if merged.slots != *decided {
                out.push(Would {
                    rule: rule.id.clone(),
                    slots: merged.slots,
                });
            }
        }
        out
    }

    /// The rules of a list in the order of the file, with one of them as given instead, or without
    /// it.
    fn with_placed<'r>(&'r self, list: &[&Rule], placed: &'r Rule, joins: bool) -> Vec<&'r Rule> {
        let rules = self.rules.iter();
        let listed = |rule: &Rule| list.iter().any(|known| known.id == rule.id);
        rules
            .filter_map(|rule| match rule.id == placed.id {
                true => joins.then_some(placed),
                false => listed(rule).then_some(rule),
            })
            .collect()
    }

    /// Arms rules again whose condition no longer holds: those of the event, and those that run on
    /// time, whatever makes their condition false. Otherwise time would find it true, and
    /// remembered as true, and say nothing.
    fn release<K: Known>(
        &self,
        turn: &Turn<'_>,
        holds: impl Fn(u16) -> bool,
        memory: &mut Memory<K>,
    ) {
        memory.release(|known| {
            let found = known.number(self);
            let rule =
                found.and_then(|number| Some((number, self.rules.get(usize::from(number))?)));
            let Some((number, rule)) = rule else {
                return false;
            };
            if turn.matching.contains(&number) || rule.status == Status::Off {
                return false;
            }
            if rule.runs_on(turn.event) {
                return true;
            }
            rule.runs_on(EventKind::Time) && !holds(number)
        });
    }
}

/// What merging yields.
#[derive(Debug, Clone, Default)]
pub(in crate::rules) struct Merged {
    pub(in crate::rules) slots: Slots,
    pub(super) lost: Vec<Lost>,
    /// Whether the loop guard had a say.
    pub(in crate::rules) guarded: bool,
    /// Whether what is lost is of no interest.
    quiet: bool,
}

impl Merged {
    /// With what is lost already.
    pub(super) fn losing(lost: Vec<Lost>) -> Self {
        Self {
            lost,
            ..Self::default()
        }
    }

    pub(in crate::rules) fn quiet() -> Self {
        Self {
            quiet: true,
            ..Self::default()
        }
    }

    pub(super) fn lose(
        &mut self,
        rule: &Rule,
        slot: Slot,
        value: impl ToString,
        reason: LossReason,
        to: Option<&RuleId>,
    ) {
        if self.quiet {
            return;
        }
        self.lost.push(Lost {
            rule: rule.id.clone(),
            slot,
            value: value.to_string(),
            reason,
            to: to.cloned(),
        });
    }

    pub(super) fn tag(&mut self, tag: &Arc<str>, by: &RuleId) {
        if !self.slots.tags_add.iter().any(|known| known.value == *tag) {
            let value = Arc::clone(tag);
            self.slots.tags_add.push(Decided {
                value,
                by: by.clone(),
            });
        }
    }
}
