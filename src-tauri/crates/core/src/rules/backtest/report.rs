//! What a back-test comes to.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    metrics::{FEW_LABELS, Kind, Metric, Name, Pair},
    plain::{History, MODELLED},
    queue::{Arrival, waits},
    stats::{Middle, Owned, quantile, quantile_change, real},
    thread::{Difference, Told},
    walk::{Backtest, Parts, RuleTally},
    work::Work,
};
use crate::{
    hash::Hash,
    ids::{ConversationId, Id as _},
    label::Label,
    rules::plan::Rule,
    time::{HOUR, MINUTE},
};

/// What is known of a conversation beside its decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// Whose it is. What belongs to one customer is not independent.
    pub customer: u128,
    /// What a person said of it.
    pub label: Option<Label>,
}

/// What happens to the deadlines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SlaEffect {
    /// Conversations that do not part: their deadlines are the same with both rules.
    pub same: u64,
    /// Those of them in which one was missed.
    pub same_missed: u64,
    /// Conversations that part: what would have become of their deadlines is not known.
    pub open: u64,
    /// Those of them in which one was missed as it went.
    pub open_missed: u64,
}

/// A line that alone kept a rule from matching.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Near {
    /// The place of the line in the condition.
    pub row: u16,
    /// As written.
    pub text: String,
    /// At how many points.
    pub points: u64,
}

/// What one rule does with both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleEffect {
    /// The rule.
    pub rule: String,
    /// With the rules compared with; none when they do not have it.
    pub old: Option<RuleTally>,
    /// With the new rules; none when they do not have it.
    pub new: Option<RuleTally>,
    /// Lines of a changed rule that alone kept it from matching; not of one that looks for words.
    pub near: Vec<Near>,
}

/// What a back-test comes to.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The version of the new rules.
    pub ruleset: Hash,
    /// The version of the rules compared with.
    pub against: Hash,
    /// The instants of the first and last point that count.
    pub span: Option<(i64, i64)>,
    /// Points that count.
    pub points: u64,
    /// Those at which the two decide differently, facts being as recorded.
    pub differences: u64,
    /// Those at which they decide the same by another rule.
    pub other_reason: u64,
    /// Conversations with a point that counts.
    pub conversations: u64,
    /// Those with a moment at which the two decide differently.
    pub differing: u64,
    /// Those that would have gone another way from some point on.
    pub diverged: u64,
    /// Instants between recorded points at which they decide differently by time alone.
    pub between: u64,
    /// Points recorded under the rules compared with.
    pub recorded: u64,
    /// Those of them at which these rules decide now as was recorded.
    pub faithful: u64,
    /// Points where a rule asks for words that were erased.
    pub without_text: u64,
    /// Figures before and after.
    pub metrics: Vec<Metric>,
    /// Handoffs to queues per hour of the local week, from Monday 0:00, before and after.
    pub queue_load: Vec<(u64, u64)>,
    /// What happens to the deadlines.
    pub sla: SlaEffect,
    /// Each rule of both files.
    pub rules: Vec<RuleEffect>,
    /// Conversations in which the decisions differ, the newest first.
    #[serde(skip)]
    pub list: Vec<Difference>,
}

impl Backtest {
    /// What it comes to, given what else is known of each conversation.
    #[must_use]
    pub fn report(self, known: impl Fn(ConversationId) -> Known) -> Report {
        self.finish(known).0
    }

    /// The same, and what the next back-test against the same rules can [begin with](Self::resume),
    /// when that has been [sealed](Self::seal).
    #[must_use]
    pub fn finish(self, known: impl Fn(ConversationId) -> Known) -> (Report, Option<History>) {
        let (parts, history) = self.into_parts();
        (report(parts, known), history)
    }
}

fn report(parts: Parts, known: impl Fn(ConversationId) -> Known) -> Report {
    let Parts {
        rules: [old, new],
        tallies,
        load,
        arrivals,
        work,
        near,
        threads,
        mut list,
        counts,
    } = parts;
    let threads: Vec<(Told, Known)> = threads
        .into_iter()
        .map(|thread| {
            let known = known(thread.id);
            (thread, known)
        })
        .collect();
    let figures = Figures {
        customers: numbered(&threads),
        threads: &threads,
        drafts: counts.drafts,
    };
    let sla = figures.sla();
    let [old_tallies, new_tallies] = &tallies;
    let owners = figures.owners();
    let mut metrics = figures.metrics(work.minutes());
    metrics.extend(waiting(arrivals, &work, |which| {
        owners.get(&which).copied()
    }));
    let silent =
        |tallies: &[RuleTally]| tallies.iter().filter(|tally| tally.matched == 0).count() as u64;
    metrics.push(silent_rules(
        silent(old_tallies),
        silent(new_tallies),
        new_tallies.len(),
    ));
    let mut effects: Vec<RuleEffect> = new
        .rules()
        .iter()
        .zip(new_tallies)
        .zip(&near)
        .map(|((rule, tally), near)| RuleEffect {
            rule: rule.id.to_string(),
            old: None,
            new: Some(*tally),
            near: nearly(rule, near),
        })
        .collect();
    for (rule, tally) in old.rules().iter().zip(old_tallies) {
        let known = effects
            .iter_mut()
            .find(|effect| effect.rule == rule.id.as_str());
        match known {
            Some(effect) => effect.old = Some(*tally),
            None => effects.push(RuleEffect {
                rule: rule.id.to_string(),
                old: Some(*tally),
                new: None,
                near: Vec::new(),
            }),
        }
    }
    let [old_load, new_load] = load;
    let conversations = threads.len() as u64;
    let diverged = threads.iter().filter(|(thread, _)| thread.parted);
    let diverged = diverged.count() as u64;
    let differing = threads.iter().filter(|(thread, _)| thread.differs);
    let differing = differing.count() as u64;
    list.sort_by_key(|difference| (std::cmp::Reverse(difference.at), difference.conversation));
    Report {
        ruleset: new.id(),
        against: old.id(),
        span: counts.span,
        points: counts.points,
        differences: counts.differences,
        other_reason: counts.other_reason,
        conversations,
        differing,
        diverged,
        between: counts.between,
        recorded: counts.recorded,
        faithful: counts.faithful,
        without_text: counts.without_text,
        metrics,
        queue_load: old_load.into_iter().zip(new_load).collect(),
        sla,
        rules: effects,
        list,
    }
}

/// The lines that alone kept a rule from matching at some point.
fn nearly(rule: &Rule, near: &[u64]) -> Vec<Near> {
    let lines = (0_u16..).zip(&rule.when.rows).zip(near);
    lines
        .filter(|(_, points)| **points > 0)
        .map(|((row, line), points)| Near {
            row,
            text: line.text.to_string(),
            points: *points,
        })
        .collect()
}

/// How long conversations would wait in queues, after a model; `customer` says whose each is.
fn waiting(
    arrivals: [Vec<Arrival>; 2],
    work: &Work,
    customer: impl Fn([u8; 16]) -> Option<u32>,
) -> Vec<Metric> {
    let (Some(week), Some(minutes)) = (work.week(), work.minutes()) else {
        return Vec::new();
    };
    let [old, new] = arrivals.map(|mut arrivals| {
        arrivals.sort_unstable();
        // The newest tell of the present, and are enough.
        let beyond = arrivals.len().saturating_sub(MODELLED);
        arrivals.drain(..beyond);
        let service: Vec<i64> = work
            .handling
            .iter()
            .copied()
            .cycle()
            .take(arrivals.len())
            .collect();
        let instants: Vec<i64> = arrivals.iter().map(|arrival| arrival.at).collect();
        let waits = waits(&instants, &service, &week, HOUR);
        let owners = arrivals
            .iter()
            .map(|arrival| customer(arrival.conversation));
        let owned = owners.zip(waits);
        let mut owned: Vec<Owned> = owned
            .filter_map(|(customer, wait)| {
                Some(Owned {
                    wait,
                    customer: customer?,
                })
            })
            .collect();
        owned.sort_unstable();
        owned
    });
    let note = format!(
        "A model: who comes first is served first, by as many people as could be reached in that \
         hour of the week (at most {}), each for one of {} times on record from taking a \
         conversation to the first answer, in their order. The interval is of whose conversations \
         came, drawn by customer; that the model may be wrong is not in it.",
        week.most(),
        minutes.n
    );
    let of = new.len() as u64;
    let metric = |name, share| {
        let spread = quantile_change(&old, &new, share);
        let [old, new] = [&old, &new].map(|owned| {
            let waits: Vec<i64> = owned.iter().map(|one| one.wait).collect();
            quantile(&waits, share).map(in_minutes)
        });
        Metric {
            old,
            new,
            delta: old.zip(new).map(|(old, new)| new - old),
            low: spread.map(|spread| in_minutes_of(spread.low)),
            high: spread.map(|spread| in_minutes_of(spread.high)),
            ..Metric::empty(name, of, Kind::Estimate)
        }
        .noted(note.clone())
    };
    let half = Name {
        name: "queue_wait",
        says: "Minutes that half of the conversations in queues wait at most",
        unit: "conversations",
    };
    let most = Name {
        name: "queue_wait_95",
        says: "Minutes that 95 of 100 conversations in queues wait at most",
        unit: "conversations",
    };
    vec![metric(half, 0.5), metric(most, 0.95)]
}

#[allow(clippy::cast_precision_loss, reason = "lengths of weeks")]
fn in_minutes(length: i64) -> f64 {
    in_minutes_of(length as f64)
}

#[allow(clippy::cast_precision_loss, reason = "a minute")]
fn in_minutes_of(length: f64) -> f64 {
    (length / MINUTE as f64 * 10.0).round() / 10.0
}

fn silent_rules(old: u64, new: u64, n: usize) -> Metric {
    let name = Name {
        name: "silent_rules",
        says: "Rules that never match",
        unit: "rules",
    };
    Metric {
        old: Some(real(old)),
        new: Some(real(new)),
        delta: Some(real(new) - real(old)),
        ..Metric::empty(name, n as u64, Kind::Exact)
    }
}

/// The customer of each conversation, by numbers from 0.
fn numbered(threads: &[(Told, Known)]) -> Vec<u32> {
    let mut order: Vec<(u128, usize)> = threads
        .iter()
        .enumerate()
        .map(|(place, (_, known))| (known.customer, place))
        .collect();
    order.sort_unstable();
    let mut numbers = vec![0; threads.len()];
    let mut number = 0;
    let mut before: Option<u128> = None;
    for (customer, place) in order {
        number += u32::from(before.is_some_and(|before| before != customer));
        before = Some(customer);
        if let Some(known) = numbers.get_mut(place) {
            *known = number;
        }
    }
    numbers
}

struct Figures<'f> {
    threads: &'f [(Told, Known)],
    customers: Vec<u32>,
    drafts: u64,
}

impl Figures<'_> {
    /// Whose a conversation is.
    fn owners(&self) -> BTreeMap<[u8; 16], u32> {
        let threads = self.threads.iter().zip(&self.customers);
        threads
            .map(|((thread, _), customer)| (thread.id.bits().to_be_bytes(), *customer))
            .collect()
    }

    fn count(&self, pick: impl Fn(&Told, &Known) -> bool) -> u64 {
        let found = self
            .threads
            .iter()
            .filter(|(thread, known)| pick(thread, known));
        found.count() as u64
    }

    fn pairs(
        &self,
        keep: impl Fn(&Told, &Known) -> bool,
        pick: impl Fn(&super::thread::Tally) -> i64,
    ) -> Vec<Pair> {
        self.threads
            .iter()
            .zip(&self.customers)
            .filter(|((thread, known), _)| keep(thread, known))
            .map(|((thread, _), customer)| {
                let [old, new] = &thread.tally;
                Pair {
                    customer: *customer,
                    old: pick(old),
                    new: pick(new),
                }
            })
            .collect()
    }

    fn metrics(&self, minutes: Option<Middle>) -> Vec<Metric> {
        let all = |_: &Told, _: &Known| true;
        let n = self.threads.len() as u64;
        let mut out = vec![
            Metric::paired(
                Name {
                    name: "handoffs",
                    says: "Conversations that rules hand to people",
                    unit: "conversations",
                },
                &self.pairs(all, |tally| i64::from(tally.handed)),
                n,
                Kind::Exact,
                true,
            )
            .noted("Decisions on the recorded points, each conversation counted once."),
            self.handoffs_after_parting(n),
            Metric::paired(
                Name {
                    name: "first_contact_handoff",
                    says: "Conversations handed to people at the first message",
                    unit: "conversations",
                },
                &self.pairs(all, |tally| i64::from(tally.at_first_contact)),
                n,
                Kind::Exact,
                true,
            ),
        ];
        out.extend(self.labelled());
        out.push(Metric::paired(
            Name {
                name: "review_items",
                says: "Drafts that a person must read",
                unit: "drafts",
            },
            &self.pairs(all, |tally| i64::from(tally.reviews)),
            self.drafts,
            Kind::Exact,
            false,
        ));
        if let Some(minutes) = minutes {
            out.push(self.minutes(minutes));
        }
        out.push(self.to_and_fro(n));
        out.push(self.missed(n));
        out
    }

    /// What becomes of handoffs once the conversation goes another way: between the sure ones and
    /// those that may still come.
    fn handoffs_after_parting(&self, n: u64) -> Metric {
        let old = self.count(|thread, _| thread.tally[0].handed);
        let sure = self.count(|thread, _| match thread.parted {
            false => thread.tally[1].handed,
            true => thread.tally[1].surely_handed,
        });
        let open = self.count(|thread, _| thread.parted && !thread.tally[1].surely_handed);
        let name = Name {
            name: "handoffs_in_the_end",
            says: "Conversations that people get in the end",
            unit: "conversations",
        };
        let note = match open {
            0 => "Nothing is left open.".to_owned(),
            _ => format!(
                "{open} conversations would have gone on otherwise under the new rules. Whether people \
                 would have got them later is not known, so this is the least and the most it can be."
            ),
        };
        Metric::bounded(name, old, sure, sure + open, n).noted(note)
    }

    fn labelled(&self) -> [Metric; 2] {
        let labelled = self.count(|_, known| known.label.is_some());
        let kind = |n: u64| n >= FEW_LABELS;
        let note = |n: u64| {
            let share = match self.threads.len() {
                0 => 0.0,
                all => 100.0 * real(labelled) / real(all as u64),
            };
            let few = if kind(n) {
                ""
            } else {
                " Too few for a share: counts only."
            };
            format!(
                "{labelled} conversations are labelled ({share:.1} %), {n} of them count here.{few}"
            )
        };
        let handed = self.pairs(
            |thread, known| known.label.is_some() && thread.tally.iter().any(|tally| tally.handed),
            |_| 0,
        );
        let unneeded = self.pairs(
            |_, known| known.label == Some(Label::NotNeeded),
            |tally| i64::from(tally.handed),
        );
        let needed = |_: &Told, known: &Known| known.label.is_some_and(Label::person_needed);
        let missed = self.pairs(needed, |tally| i64::from(!tally.handed));
        let (n_handed, n_needed) = (handed.len() as u64, missed.len() as u64);
        [
            Metric::paired(
                Name {
                    name: "false_escalations",
                    says: "Handoffs that people called not needed",
                    unit: "conversations",
                },
                &unneeded,
                n_handed,
                Kind::Estimate,
                kind(n_handed),
            )
            .noted(note(n_handed)),
            Metric::paired(
                Name {
                    name: "missed_escalations",
                    says: "Conversations kept from people who, people say, were needed",
                    unit: "conversations",
                },
                &missed,
                n_needed,
                Kind::Estimate,
                kind(n_needed),
            )
            .noted(note(n_needed)),
        ]
    }

    fn minutes(&self, each: Middle) -> Metric {
        let all = |_: &Told, _: &Known| true;
        let name = Name {
            name: "reviewer_minutes",
            says: "Minutes that people spend on reviews",
            unit: "minutes",
        };
        let pairs = self.pairs(all, |tally| i64::from(tally.reviews));
        let items = Metric::paired(name, &pairs, self.drafts, Kind::Estimate, false);
        let scaled = |figure: Option<f64>| figure.map(|figure| figure * each.median);
        // Neither how many there are nor how long each takes is certain.
        let ends: Vec<f64> = [items.low, items.high]
            .into_iter()
            .flatten()
            .flat_map(|items| [items * each.low, items * each.high])
            .collect();
        Metric {
            old: scaled(items.old),
            new: scaled(items.new),
            delta: scaled(items.delta),
            low: ends.iter().copied().reduce(f64::min),
            high: ends.iter().copied().reduce(f64::max),
            ..items
        }
        .noted(format!(
            "With {:.1} minutes for each ({:.1} to {:.1}): the median of {} times on record from \
             taking a conversation to the first answer.",
            each.median, each.low, each.high, each.n
        ))
    }

    fn to_and_fro(&self, n: u64) -> Metric {
        let name = Name {
            name: "ping_pong",
            says: "Conversations whose control changed three times or more within 24 hours",
            unit: "conversations",
        };
        let old = self.count(|thread, _| thread.to_and_fro);
        let sure = self.count(|thread, _| thread.to_and_fro && !thread.parted);
        let open = self.count(|thread, _| thread.parted);
        Metric::bounded(name, old, sure, sure + open, n).noted(
            "Counted as it went. Where the new rules would have changed the course of a conversation, \
             how often control would have changed after that is not known.",
        )
    }

    fn sla(&self) -> SlaEffect {
        SlaEffect {
            same: self.count(|thread, _| !thread.parted),
            same_missed: self.count(|thread, _| !thread.parted && thread.missed),
            open: self.count(|thread, _| thread.parted),
            open_missed: self.count(|thread, _| thread.parted && thread.missed),
        }
    }

    fn missed(&self, n: u64) -> Metric {
        let sla = self.sla();
        let name = Name {
            name: "sla_missed",
            says: "Conversations in which a deadline was missed",
            unit: "conversations",
        };
        Metric::bounded(
            name,
            sla.same_missed + sla.open_missed,
            sla.same_missed,
            sla.same_missed + sla.open,
            n,
        )
        .noted(
            "Exact for conversations that take the same course under both; for the others not known.",
        )
    }
}
