//! The recorded points, one after the other, decided by both sets of rules.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    Window,
    lane::Evolving,
    matching::Matching,
    needs::{columns_of, is_content},
    pairing::Pairing,
    plain::{History, Plain},
    queue::Arrival,
    step::{OLD, Row, Stretch, Walk},
    thread::{Difference, Thread, Told},
    work::Work,
};
use crate::{
    calendar::Zone,
    ids::ConversationId,
    rules::{
        columns::{Bits, Frame, Grounds, Keys, Sweep, Swept},
        eval::{
            pass::{Mark, Stirred},
            record::{Conclusion, Outline},
        },
        facts::{
            Fact,
            chunk::{Chunk, Column},
        },
        outcome::{ControlTarget, EventKind, Slots},
        plan::{Ruleset, Status},
    },
    time::{DAY, HOUR, Timestamp},
};

/// Hours of a week.
pub const WEEK_HOURS: usize = 168;

/// How often a rule matched and acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct RuleTally {
    /// Points at which it matched.
    pub matched: u64,
    /// Points at which it acted, or in shadow would have.
    pub acted: u64,
}

/// Counts over all points.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) points: u64,
    pub(super) differences: u64,
    pub(super) other_reason: u64,
    pub(super) recorded: u64,
    pub(super) faithful: u64,
    pub(super) without_text: u64,
    pub(super) span: Option<(i64, i64)>,
    pub(super) drafts: u64,
    pub(super) between: u64,
}

/// The words of messages of a chunk, by row: what it says, and its subject.
#[derive(Debug, Clone, Default)]
pub struct Texts(pub BTreeMap<usize, (Arc<str>, Arc<str>)>);

impl Texts {
    /// Sets the words in a frame.
    pub fn fill(&self, frame: &mut Frame) {
        let texts = self.0.iter();
        let says = texts
            .clone()
            .map(|(row, words)| (*row, Arc::clone(&words.0)));
        frame.set_texts(Fact::MSG_TEXT, says);
        let subjects = texts.map(|(row, words)| (*row, Arc::clone(&words.1)));
        frame.set_texts(Fact::CONV_SUBJECT, subjects);
    }
}

/// One set of rules with what hangs on it.
pub(super) struct Side {
    pub(super) rules: Arc<Ruleset>,
    pub(super) keys: Keys,
    pub(super) tallies: Vec<RuleTally>,
    pub(super) load: Vec<u64>,
    /// The conversations that come into queues.
    pub(super) arrivals: Vec<Arrival>,
    /// Per rule and line, the points at which that line alone kept the rule from matching; none
    /// where that was not asked.
    pub(super) near: Vec<Vec<u64>>,
    /// Per rule, whether it may change a fact that a rule reads.
    pub(super) touching: Vec<bool>,
    /// What the rules do at the present point.
    pub(super) stirred: Stirred,
}

impl Side {
    fn new(rules: Arc<Ruleset>, evolving: &Evolving) -> Self {
        let touching = rules.rules().iter();
        Self {
            touching: touching.map(|rule| evolving.is_touched_by(rule)).collect(),
            stirred: Stirred::default(),
            keys: Keys::of(&rules),
            tallies: vec![RuleTally::default(); rules.rules().len()],
            load: vec![0; WEEK_HOURS],
            arrivals: Vec::new(),
            near: vec![Vec::new(); rules.rules().len()],
            rules,
        }
    }

    /// Counts what the rules do at the present point.
    pub(super) fn count(&mut self) {
        for mark in &self.stirred.marks {
            count(&mut self.tallies, usize::from(mark.rule), mark);
        }
    }

    /// Whether what the rules do at the present point may change a fact that a rule reads.
    pub(super) fn touches(&self) -> bool {
        let acting = self.stirred.acting.iter();
        let mut touching = acting.map(|rule| self.touching.get(usize::from(*rule)));
        touching.any(|touches| touches.copied().unwrap_or(true))
    }

    pub(super) fn hand_over(&mut self, slots: &Slots, at: i64, conversation: [u8; 16]) {
        let queued = slots.control.as_ref().is_some_and(|decided| {
            matches!(decided.value, ControlTarget::Queue | ControlTarget::Team(_))
        });
        if !queued {
            return;
        }
        self.arrivals.push(Arrival {
            at: since_monday(self.rules.zone(), at),
            conversation,
        });
        if let Some(count) = self.load.get_mut(hour_of_week(self.rules.zone(), at)) {
            *count += 1;
        }
    }
}

/// The local time since a Monday at midnight, in milliseconds.
pub(super) fn since_monday(zone: &Zone, at: i64) -> i64 {
    // 1970-01-01 was a Thursday.
    zone.local(Timestamp(at)) + 3 * DAY
}

/// The hour of the local week, which begins on Monday.
pub(super) fn hour_of_week(zone: &Zone, at: i64) -> usize {
    let hour = since_monday(zone, at).div_euclid(HOUR);
    usize::try_from(hour.rem_euclid(7 * 24)).unwrap_or_default()
}

/// Counts that a rule matched and, maybe, acted.
pub(super) fn count(tallies: &mut [RuleTally], rule: usize, mark: &Mark) {
    if let Some(tally) = tallies.get_mut(rule) {
        tally.matched += 1;
        tally.acted += u64::from(mark.acted);
    }
}

/// A back-test under way: chunks of the history are fed to it in the order of the log.
pub struct Backtest {
    pub(super) old: Side,
    pub(super) new: Side,
    pub(super) pairing: Pairing,
    pub(super) evolving: Evolving,
    /// Whether every fact is read that a rule asks for: a conversation in which rules change what
    /// rules read is evaluated point by point, and so is one that time is looked at in.
    pub(super) whole: bool,
    pub(super) window: Window,
    threads: Vec<Thread>,
    places: BTreeMap<ConversationId, usize>,
    counts: Counts,
    work: Work,
    /// The short way, where each point is decided on what was recorded.
    pub(super) plain: Option<Plain>,
}

impl Backtest {
    /// Compares two sets of rules from one instant to another: the new ones are put in force at
    /// the first, in the place of the old.
    #[must_use]
    pub fn new(old: Arc<Ruleset>, new: Arc<Ruleset>, window: Window) -> Self {
        let evolving = Evolving::of([&old, &new]);
        let (old, new) = (Side::new(old, &evolving), Side::new(new, &evolving));
        let pairing = Pairing::of((&old.rules, &old.keys), (&new.rules, &new.keys));
        let touching = [&old, &new].map(|side| side.touching.contains(&true));
        let whole = pairing.time_differs || touching.contains(&true);
        Self {
            plain: (!whole).then(|| Plain::new(&old.rules, &new.rules, &pairing, window)),
            whole,
            pairing,
            evolving,
            old,
            new,
            window,
            threads: Vec::new(),
            places: BTreeMap::new(),
            counts: Counts::default(),
            work: Work::new(),
        }
    }

    /// Whether time is looked at between the recorded points too, because rules that run on it
    /// differ.
    #[must_use]
    pub const fn looks_between(&self) -> bool {
        self.pairing.time_differs
    }

    /// The rules compared with, and the new ones.
    #[must_use]
    pub const fn rulesets(&self) -> [&Arc<Ruleset>; 2] {
        [&self.old.rules, &self.new.rules]
    }

    /// The keys of both sets of rules.
    #[must_use]
    pub const fn keys(&self) -> [&Keys; 2] {
        [&self.old.keys, &self.new.keys]
    }

    /// Decides the points of a chunk. `number` stands for the chunk in the sweep; `texts` are the
    /// words that [`Self::rows_without_words`] asked for, as far as they are still there, and stand
    /// in the frame.
    pub fn feed(
        &mut self,
        number: u64,
        chunk: &Chunk,
        (frame, texts): (&Frame, &Texts),
        sweep: &mut Sweep,
    ) {
        let old = sweep.sweep_with(&self.old.rules, &self.old.keys, number, frame);
        let new = sweep.sweep_with(&self.new.rules, &self.new.keys, number, frame);
        self.note_near(number, (&chunk.at, frame), &new, sweep);
        if let Some(plain) = &mut self.plain {
            plain.feed(number, chunk, frame, [&old, &new]);
            if let Some(conclusions) = chunk.conclusions() {
                plain.settle(conclusions);
            }
            return;
        }
        let mut touched = Bits::none(chunk.rows());
        for (bits, twin) in old.matches.iter().zip(&self.pairing.same) {
            if twin.is_none() {
                touched.or(bits);
            }
        }
        for (bits, fresh) in new.matches.iter().zip(&self.pairing.fresh) {
            if *fresh {
                touched.or(bits);
            }
        }
        if self.pairing.review_differs {
            touched.or(&frame.event(EventKind::Draft));
        }
        let mut stretch = Stretch {
            chunk,
            texts,
            grounds: Grounds::of(frame),
            matching: [
                Matching::of(&old, chunk.rows()),
                Matching::of(&new, chunk.rows()),
            ],
            swept: [old, new],
            touched,
            harmless: self.harmless(chunk),
            recorded: match chunk.conclusions() {
                Some((different, _)) => vec![None; different.len()],
                None => Vec::new(),
            },
            outline: Outline::default(),
        };
        let places: Vec<usize> = chunk
            .conversations
            .iter()
            .map(|id| self.place(*id))
            .collect();
        for row in 0..chunk.rows() {
            let place = chunk
                .conversation
                .get(row)
                .and_then(|code| places.get(code));
            let (Some(place), Some(event)) = (place, chunk.event(row)) else {
                continue;
            };
            self.row(*place, row, event, &mut stretch);
        }
    }

    /// Counts, for each rule that is not the same in both, where one line alone kept it from
    /// matching. Rules that look for words are left out: their words are not at hand again.
    fn note_near(
        &mut self,
        number: u64,
        (at, frame): (&[i64], &Frame),
        found: &Swept,
        sweep: &mut Sweep,
    ) {
        let Side {
            rules, keys, near, ..
        } = &mut self.new;
        let mut counts: Option<Bits> = None;
        let fresh = self.pairing.fresh.iter().zip(rules.rules());
        for (((fresh, rule), near), matches) in fresh.zip(near).zip(&found.matches) {
            let mut columns = BTreeSet::new();
            if *fresh {
                columns_of(rules, rule, &mut columns);
            }
            if !*fresh || rule.status == Status::Off || columns.iter().any(is_content) {
                continue;
            }
            let counts = counts.get_or_insert_with(|| {
                Bits::of(at, |at| at >= self.window.since && at < self.window.until)
            });
            near.resize(rule.when.rows.len(), 0);
            for (line, sum) in (0_u16..).zip(near) {
                let known = (&**rules, &*keys);
                let mut would = sweep.suppose(known, rule, (line, true), number, frame);
                would.or(&sweep.suppose(known, rule, (line, false), number, frame));
                would.and_not(matches);
                would.and(counts);
                *sum += would.count();
            }
        }
    }

    /// The versions of the rules of a chunk that, as far as is known, changed no fact that is read.
    pub(super) fn harmless(&self, chunk: &Chunk) -> Vec<bool> {
        let sides = [&self.old, &self.new];
        let versions = chunk.rulesets.iter();
        versions
            .map(|version| {
                let side = sides.iter().find(|side| side.rules.id() == *version);
                side.is_some_and(|side| !side.touching.contains(&true))
            })
            .collect()
    }

    fn place(&mut self, id: ConversationId) -> usize {
        *self.places.entry(id).or_insert_with(|| {
            self.threads.push(Thread::new(id));
            self.threads.len() - 1
        })
    }

    fn row(&mut self, place: usize, number: usize, event: EventKind, stretch: &mut Stretch<'_>) {
        let (Some(at), Some(seq)) = (stretch.chunk.at.get(number), stretch.chunk.seq.get(number))
        else {
            return;
        };
        let (at, seq) = (*at, *seq);
        if at >= self.window.until {
            return;
        }
        let counts = at >= self.window.since;
        let Some(thread) = self.threads.get_mut(place) else {
            return;
        };
        if event == EventKind::CustomerMessage {
            thread.course.said += 1;
        }
        if counts {
            let begins = !std::mem::replace(&mut thread.course.counts, true);
            if begins && !thread.old.is_blank() {
                // The new rules come into force here and take over what the old ones remember. Left
                // for later, they would miss that what held before no longer does.
                thread.new = Some(self.pairing.taken_over(&thread.old));
            }
            self.counts.points += 1;
            self.counts.drafts += u64::from(event == EventKind::Draft);
            let span = self.counts.span.get_or_insert((at, at));
            *span = (span.0.min(at), span.1.max(at));
            if let Some(epoch) = stretch.grounds.epoch(number) {
                thread.course.note_epoch(epoch, at);
            }
            thread.course.missed |= stretch.grounds.missed(number);
            let zone = self.old.rules.zone();
            let point = (number, event, at);
            self.work
                .note(point, &stretch.grounds, zone, &mut thread.course.answered);
        }
        let touched = counts && stretch.touched.get(number);
        let idle = thread.new.is_none()
            && !touched
            && thread.lanes.is_none()
            && !(self.pairing.time_differs && counts)
            && event != EventKind::Draft
            && stretch.matching(OLD, number).is_empty()
            && thread.old.is_blank();
        if idle {
            if counts && stretch.chunk.ruleset(number) == Some(self.old.rules.id()) {
                let nothing = |then: Arc<Conclusion>| then.slots.is_empty();
                let same = stretch.is_outlined(number, std::iter::empty())
                    || stretch.recorded(number).is_some_and(nothing);
                self.counts.recorded += 1;
                self.counts.faithful += u64::from(same);
            }
            return;
        }
        let row = Row {
            number,
            event,
            at,
            seq,
            ground: stretch.grounds.at(number),
        };
        let mut walk = Walk {
            old: &mut self.old,
            new: &mut self.new,
            pairing: &self.pairing,
            evolving: &self.evolving,
            counts: &mut self.counts,
            thread,
        };
        walk.step(&row, counts, touched, stretch);
    }

    pub(super) fn into_parts(self) -> (Parts, Option<History>) {
        if let Some(plain) = self.plain {
            let noted = (self.new.near, self.counts.without_text);
            return plain.finish(&self.new.rules, &self.pairing, &self.evolving, noted);
        }
        let threads = self.threads.into_iter();
        let threads = threads.filter(|thread| thread.course.counts);
        let (threads, list): (Vec<Told>, Vec<Option<Difference>>) =
            threads.map(Thread::told).unzip();
        let parts = Parts {
            rules: [self.old.rules, self.new.rules],
            tallies: [self.old.tallies, self.new.tallies],
            load: [self.old.load, self.new.load],
            arrivals: [self.old.arrivals, self.new.arrivals],
            work: self.work,
            near: self.new.near,
            threads,
            list: list.into_iter().flatten().collect(),
            counts: self.counts,
        };
        (parts, None)
    }

    /// Goes on from what another back-test of the same old rules found in the same window; the
    /// chunks that it holds are [shown](Self::show) and not fed again. Says whether it does.
    pub fn resume(&mut self, history: History) -> bool {
        let fits = history.is_of(&self.old.rules, self.window);
        match &mut self.plain {
            Some(plain) if fits => {
                plain.resume(history);
                true
            }
            _ => false,
        }
    }

    /// The next chunk that is held from before and that the new rules have not been shown: what it
    /// is known by, and its points without facts.
    #[must_use]
    pub fn next_held(&self) -> Option<(u64, Chunk)> {
        let plain = self.plain.as_ref()?;
        let held = plain.next_held()?;
        Some((held.number, plain.bare(held)))
    }

    /// Shows the facts of a chunk that is held from before to the rules that are new.
    pub fn show(&mut self, number: u64, chunk: &Chunk, frame: &Frame, sweep: &mut Sweep) {
        let Some(held) = self.plain.as_ref().and_then(Plain::next_held) else {
            return;
        };
        let fresh = &self.pairing.fresh;
        let (rules, keys) = (&self.new.rules, &self.new.keys);
        let new = sweep.sweep_some(rules, keys, fresh, number, frame);
        self.note_near(number, (&chunk.at, frame), &new, sweep);
        if let Some(plain) = &mut self.plain {
            plain.show(held, &new);
        }
    }

    /// What the next back-test can begin with when this one does not come to its end.
    #[must_use]
    pub fn give_back(self) -> Option<History> {
        self.plain?.give_back()
    }

    /// Says that the chunks that follow will not be there for the next back-test.
    pub fn seal(&mut self) {
        if let Some(plain) = &mut self.plain {
            plain.seal();
        }
    }

    /// Whether what was decided has to be read of the chunk that was fed last, to
    /// [settle](Self::settle) that it was decided as the rules compared with do.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.plain.as_ref().is_some_and(Plain::is_in_doubt)
    }

    /// Settles what was in doubt about the chunk that was fed last, with what was decided.
    pub fn settle(&mut self, decided: &Column) {
        if let (Some(plain), Column::Conclusions { different, codes }) = (&mut self.plain, decided)
        {
            plain.settle((different, codes));
        }
    }

    /// Notes that the words of a point are gone although a rule asks for them.
    pub const fn miss_text(&mut self) {
        self.counts.without_text += 1;
    }
}

/// What is left when everything was walked.
pub(super) struct Parts {
    pub(super) rules: [Arc<Ruleset>; 2],
    pub(super) tallies: [Vec<RuleTally>; 2],
    pub(super) load: [Vec<u64>; 2],
    pub(super) arrivals: [Vec<Arrival>; 2],
    pub(super) work: Work,
    pub(super) near: Vec<Vec<u64>>,
    /// The conversations that count.
    pub(super) threads: Vec<Told>,
    /// Where the decisions first differ in those in which they do.
    pub(super) list: Vec<Difference>,
    pub(super) counts: Counts,
}
