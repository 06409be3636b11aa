//! The way of most back-tests: what rules change of the facts is read by no rule, so each point is
//! decided on what was recorded, and each rule is followed by itself.

use std::sync::Arc;

use super::{
    WEEK_HOURS, Window,
    acts::{Acts, Line},
    base::Base,
    change::Change,
    lane::Evolving,
    others::Others,
    pairing::Pairing,
    past::{Held, Past},
    queue::Arrival,
    thread::{Tally, Told},
    walk::{Counts, Parts, hour_of_week, since_monday},
};
use crate::{
    calendar::Zone,
    rules::{
        columns::{Bits, Frame, Swept},
        facts::chunk::{Chunk, Codes},
        plan::{Ruleset, Status},
    },
    time::HOUR,
};

/// Arrivals that the model of the queue looks at, the newest.
pub(super) const MODELLED: usize = 20_000;

/// How far local clocks may be from one another, and more.
const APART: i64 = 48 * HOUR;

/// What a back-test found of the recorded points and of what the rules compared with decide. The
/// next one with the same rules in the same window begins with it, and need read and decide only
/// what its new rules make different.
pub struct History {
    past: Past,
    base: Base,
    window: Window,
    /// What other versions of the rules changed of the facts.
    others: Others,
}

impl History {
    /// Whether a back-test of other rules against these, in this window, can go on from here.
    #[must_use]
    pub fn is_of(&self, old: &Ruleset, window: Window) -> bool {
        self.base.rules.id() == old.id() && self.window == window
    }

    /// Bytes it takes, about.
    #[must_use]
    pub fn size(&self) -> usize {
        self.past.size() + self.base.size()
    }

    /// The place in the log of the last point that it holds; 0 when there is none.
    #[must_use]
    pub fn until(&self) -> i64 {
        match self.past.rows() {
            0 => 0,
            rows => self.past.seq(rows - 1),
        }
    }

    /// What other versions of the rules changed of the facts.
    pub(super) const fn others(&self) -> &Others {
        &self.others
    }
}

/// A back-test under way, each point decided on what was recorded.
pub(super) struct Plain {
    history: History,
    /// Per new rule, when it acts, where no old one says so.
    fresh: Vec<Option<Acts>>,
    /// How many chunks the new rules have been shown.
    shown: usize,
    /// Where what will still be there for the next back-test ends: points and conversations.
    sealed: Option<(usize, usize)>,
    /// Whether it went on from what another one found.
    resumed: bool,
}

impl Plain {
    pub(super) fn new(
        old: &Arc<Ruleset>,
        new: &Ruleset,
        pairing: &Pairing,
        window: Window,
    ) -> Self {
        let rules = new.rules().iter().zip(&pairing.fresh);
        Self {
            fresh: rules
                .map(|(rule, fresh)| fresh.then(|| Acts::new(rule)))
                .collect(),
            history: History {
                past: Past::new(window, old.zone()),
                base: Base::new(Arc::clone(old)),
                window,
                others: Others::default(),
            },
            shown: 0,
            sealed: None,
            resumed: false,
        }
    }

    /// Goes on from what another back-test found.
    pub(super) fn resume(&mut self, history: History) {
        self.history = history;
        self.resumed = true;
    }

    /// The next chunk that the new rules have not been shown, of those that are held already.
    pub(super) fn next_held(&self) -> Option<Held> {
        self.history.past.chunks.get(self.shown).copied()
    }

    /// A chunk that is held, without its facts.
    pub(super) fn bare(&self, held: Held) -> Chunk {
        self.history.past.bare(held)
    }

    /// Shows a chunk that is held already to the rules that are new.
    pub(super) fn show(&mut self, held: Held, found: &Swept) {
        let founds = found.matches.iter().zip(&found.holds);
        for (fresh, (matches, holds)) in self.fresh.iter_mut().zip(founds) {
            if let Some(acts) = fresh {
                acts.find(held.start, (matches, holds.as_deref()), held.rows);
            }
        }
        self.shown += 1;
    }

    /// Decides the points of a chunk.
    pub(super) fn feed(
        &mut self,
        number: u64,
        chunk: &Chunk,
        frame: &Frame,
        [old, new]: [&Swept; 2],
    ) {
        if self.sealed.is_none() {
            let version = self.history.base.rules.id();
            self.history.others.note(chunk, version);
        }
        let held = self.history.past.feed(number, chunk, frame);
        self.history.base.feed(&self.history.past, held, old, chunk);
        self.show(held, new);
    }

    /// Whether what was decided has to be read to see that the last chunk was decided as the old
    /// rules do.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.history.base.is_in_doubt()
    }

    /// Settles that with what was decided.
    pub(super) fn settle(&mut self, conclusions: (&[Arc<[u8]>], &Codes)) {
        let History { past, base, .. } = &mut self.history;
        base.settle(past, conclusions);
    }

    /// Says that what comes from here on will not be there for the next back-test.
    pub(super) fn seal(&mut self) {
        let History { past, base, .. } = &mut self.history;
        self.sealed = Some((past.rows(), past.ids.len()));
        past.mark();
        base.mark();
    }

    /// What it comes to, and what the next back-test can begin with.
    pub(super) fn finish(
        mut self,
        new: &Arc<Ruleset>,
        pairing: &Pairing,
        evolving: &Evolving,
        (near, without_text): (Vec<Vec<u64>>, u64),
    ) -> (Parts, Option<History>) {
        self.follow(new, pairing);
        let History { past, base, .. } = &self.history;
        let old = Arc::clone(&base.rules);
        let change = Change {
            past,
            base,
            pairing,
            evolving,
            rules: new,
            fresh: &self.fresh,
        };
        let tallies = base.tallies(past);
        let changed = change.run(&tallies);
        let mut turned = changed.turned;
        let mut threads = Vec::with_capacity(past.ids.len());
        let mut list = Vec::new();
        let places = past.ids.iter().zip(&past.courses).zip(&base.sums);
        for (place, ((id, course), sum)) in places.enumerate() {
            if !course.counts {
                continue;
            }
            let turn = turned.get_mut(place);
            let after = turn.as_ref().map_or(*sum, |turn| turn.sum);
            let [before, mut after] = [*sum, after].map(|sum| Tally {
                handed: sum.handed > 0,
                at_first_contact: sum.at_first,
                reviews: sum.reviews,
                surely_handed: false,
            });
            let (mut differs, mut parted) = (false, false);
            if let Some(turn) = turn {
                after.surely_handed = turn.surely_handed;
                parted = turn.parted;
                differs = turn.first.is_some();
                list.extend(turn.first.take());
            }
            threads.push(Told {
                id: *id,
                tally: [before, after],
                differs,
                parted,
                missed: course.missed,
                to_and_fro: course.to_and_fro,
            });
        }
        let counted = past.counted;
        let zones = [old.zone(), new.zone()];
        let parts = Parts {
            tallies: [tallies, changed.tallies],
            load: load(past, zones, [&base.queued, &changed.queued]),
            arrivals: [
                arrivals(past, zones[0], &base.queued),
                arrivals(past, zones[1], &changed.queued),
            ],
            rules: [old, Arc::clone(new)],
            work: past.work.clone(),
            near,
            threads,
            list,
            counts: Counts {
                points: counted.points,
                differences: changed.differences,
                other_reason: changed.other_reason,
                recorded: base.recorded,
                faithful: base.faithful,
                without_text,
                span: counted.span,
                drafts: counted.drafts,
                between: 0,
            },
        };
        (parts, self.rewound())
    }

    /// Follows the rules that are new through the whole history.
    fn follow(&mut self, new: &Ruleset, pairing: &Pairing) {
        let History { past, base, .. } = &self.history;
        let rules = new.rules().iter().zip(&mut self.fresh).zip(0_u16..);
        for ((rule, acts), number) in rules {
            let Some(acts) = acts else { continue };
            if rule.status == Status::Off {
                continue;
            }
            let namesake = pairing.namesake_of(number).map(usize::from);
            let earlier = namesake
                .and_then(|place| Some((base.rules.rules().get(place)?, base.acts.get(place)?)));
            let line = Line {
                rule,
                earlier: Some(earlier),
            };
            acts.follow(past, line, 0, past.rows());
        }
    }

    /// What the next back-test can begin with when this one does not come to its end.
    pub(super) fn give_back(self) -> Option<History> {
        match self.sealed {
            None => self.resumed.then_some(self.history),
            Some(_) => self.rewound(),
        }
    }

    /// What will still be so at the next back-test.
    fn rewound(mut self) -> Option<History> {
        let (rows, threads) = self.sealed?;
        let History { past, base, .. } = &mut self.history;
        base.rewind(past, rows, threads);
        past.rewind();
        Some(self.history)
    }
}

/// How many conversations come into queues in each hour of the week.
fn load(past: &Past, [old, new]: [&Zone; 2], [before, after]: [&Bits; 2]) -> [Vec<u64>; 2] {
    let add = |load: &mut Vec<u64>, zone: &Zone, rows: &Bits, add: bool| {
        for row in rows.ones() {
            if let Some(count) = load.get_mut(hour_of_week(zone, past.at(row))) {
                *count = if add { *count + 1 } else { *count - 1 };
            }
        }
    };
    let mut loads = [vec![0; WEEK_HOURS], vec![0; WEEK_HOURS]];
    let [then, now] = &mut loads;
    add(then, old, before, true);
    if old.name() != new.name() {
        add(now, new, after, true);
        return loads;
    }
    now.clone_from(then);
    let (mut come, mut gone) = (after.clone(), before.clone());
    come.and_not(before);
    gone.and_not(after);
    add(now, new, &come, true);
    add(now, new, &gone, false);
    loads
}

/// The newest conversations that come into queues.
fn arrivals(past: &Past, zone: &Zone, queued: &Bits) -> Vec<Arrival> {
    let all = queued.count();
    let enough = u64::try_from(MODELLED).unwrap_or_default();
    let mut skip = all.saturating_sub(enough);
    if skip > 0 && past.ordered {
        let oldest = queued.ones().nth(usize::try_from(skip).unwrap_or_default());
        let oldest = oldest.map_or(i64::MIN, |row| past.at(row));
        // Clocks are put back now and then, so those shortly before may come after.
        let early = |row: &usize| past.at(*row) < oldest - APART;
        skip = queued.ones().take_while(early).count() as u64;
    } else {
        skip = 0;
    }
    let newest = queued
        .ones()
        .skip(usize::try_from(skip).unwrap_or_default());
    let arrival = |row| Arrival {
        at: since_monday(zone, past.at(row)),
        conversation: past.key(row),
    };
    newest.map(arrival).collect()
}
