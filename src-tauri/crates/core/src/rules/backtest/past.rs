//! What was recorded, apart from the rules: which points there are, whose they are, in which order
//! each conversation has them, and what merging and counting read of their facts. Of a history that
//! is tried with one edit after the other this stays, so nothing of it is read again.

use std::{collections::BTreeMap, sync::Arc};

use super::{Window, work::Work};
use crate::{
    calendar::Zone,
    ids::{ConversationId, Id as _},
    rules::{
        columns::{Bits, Frame, Grounds},
        eval::pass::Ground,
        facts::chunk::{Chunk, Codes, Outlines},
        memory::Standing,
        outcome::EventKind,
    },
    time::DAY,
};

/// No point, no conversation, no text.
const NONE: u32 = u32::MAX;

/// Changes of control within a day that make a conversation one that goes to and fro.
const TO_AND_FRO: usize = 3;

/// What the points of one conversation tell, whatever the rules say.
#[derive(Debug, Clone, Default)]
pub(super) struct Course {
    /// Whether a point of it counts.
    pub(super) counts: bool,
    /// Whether a deadline was missed.
    pub(super) missed: bool,
    /// Whether control went to and fro.
    pub(super) to_and_fro: bool,
    /// The customer's messages so far.
    pub(super) said: u32,
    /// The change of control after which the last answer of a person came.
    pub(super) answered: Option<i64>,
    epoch: Option<i64>,
    changes: Vec<i64>,
}

impl Course {
    /// Notes how often control has changed by an instant.
    pub(super) fn note_epoch(&mut self, epoch: i64, at: i64) {
        let before = self.epoch.replace(epoch);
        let Some(changed) = before.map(|before| epoch.saturating_sub(before)) else {
            return;
        };
        if changed <= 0 || self.to_and_fro {
            return;
        }
        self.changes.retain(|earlier| at - *earlier < DAY);
        let changed = usize::try_from(changed).unwrap_or(TO_AND_FRO);
        self.changes
            .extend(std::iter::repeat_n(at, changed.min(TO_AND_FRO)));
        self.to_and_fro = self.changes.len() >= TO_AND_FRO;
        if self.to_and_fro {
            self.changes = Vec::new();
        }
    }
}

/// Counts over all points, whatever the rules say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counted {
    pub(super) points: u64,
    pub(super) drafts: u64,
    pub(super) span: Option<(i64, i64)>,
}

/// A chunk among the points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    /// What it is known by.
    pub(super) number: u64,
    /// Its first point.
    pub(super) start: usize,
    /// How many it has.
    pub(super) rows: usize,
}

/// A fact that is a text, by the number of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Control,
    Queue,
    ChangedBy,
}

/// The points of a history up to some instant, as far as they do not hang on the rules.
pub(super) struct Past {
    window: Window,
    zone: Zone,
    pub(super) chunks: Vec<Held>,
    at: Vec<i64>,
    seq: Vec<i64>,
    /// The place in the log of the message that was decided on.
    message: Vec<i64>,
    event: Vec<EventKind>,
    /// Whose each point is; none of a point that is not looked at.
    thread: Vec<u32>,
    /// The point before in the same conversation.
    before: Vec<u32>,
    /// The points that are looked at.
    pub(super) seen: Bits,
    /// Those that count.
    pub(super) counts: Bits,
    /// Those from which on their conversation counts.
    pub(super) begun: Bits,
    /// Those at which a person acted, so that rules may change control again.
    pub(super) persons: Bits,
    /// Those that follow from what a rule did.
    follows: Bits,
    /// The first messages of customers.
    pub(super) first_contacts: Bits,
    /// The drafts that count.
    pub(super) drafts: Bits,
    texts: Vec<Arc<str>>,
    text_places: BTreeMap<Arc<str>, u32>,
    said: [Vec<u32>; 3],
    has_bot: Bits,
    draft_ids: BTreeMap<u32, Arc<str>>,
    standing: [Vec<i64>; 3],
    pub(super) ids: Vec<ConversationId>,
    places: BTreeMap<ConversationId, u32>,
    newest: Vec<u32>,
    pub(super) courses: Vec<Course>,
    pub(super) counted: Counted,
    pub(super) work: Work,
    /// Whether no point is earlier than the one before it.
    pub(super) ordered: bool,
    mark: Option<Mark>,
}

/// What is needed to forget the points after some place again.
#[derive(Debug)]
struct Mark {
    rows: usize,
    threads: usize,
    chunks: usize,
    counted: Counted,
    work: (usize, Vec<(u64, u64)>),
    ordered: bool,
    courses: BTreeMap<usize, Course>,
}

impl Past {
    pub(super) fn new(window: Window, zone: &Zone) -> Self {
        Self {
            window,
            zone: zone.clone(),
            chunks: Vec::new(),
            at: Vec::new(),
            seq: Vec::new(),
            message: Vec::new(),
            event: Vec::new(),
            thread: Vec::new(),
            before: Vec::new(),
            seen: Bits::default(),
            counts: Bits::default(),
            begun: Bits::default(),
            persons: Bits::default(),
            follows: Bits::default(),
            first_contacts: Bits::default(),
            drafts: Bits::default(),
            texts: Vec::new(),
            text_places: BTreeMap::new(),
            said: [const { Vec::new() }; 3],
            has_bot: Bits::default(),
            draft_ids: BTreeMap::new(),
            standing: [const { Vec::new() }; 3],
            ids: Vec::new(),
            places: BTreeMap::new(),
            newest: Vec::new(),
            courses: Vec::new(),
            counted: Counted::default(),
            work: Work::new(),
            ordered: true,
            mark: None,
        }
    }

    /// How many points it holds.
    pub(super) const fn rows(&self) -> usize {
        self.at.len()
    }

    pub(super) fn at(&self, row: usize) -> i64 {
        self.at.get(row).copied().unwrap_or_default()
    }

    pub(super) fn seq(&self, row: usize) -> i64 {
        self.seq.get(row).copied().unwrap_or_default()
    }

    pub(super) fn event(&self, row: usize) -> EventKind {
        let event = self.event.get(row);
        event.copied().unwrap_or(EventKind::ConversationOpened)
    }

    /// The conversation of a point that is looked at.
    pub(super) fn thread(&self, row: usize) -> usize {
        let thread = self.thread.get(row).copied().unwrap_or_default();
        usize::try_from(thread).unwrap_or(usize::MAX)
    }

    /// The point before in the same conversation.
    pub(super) fn before(&self, row: usize) -> Option<usize> {
        let before = self.before.get(row).copied().filter(|row| *row != NONE)?;
        usize::try_from(before).ok()
    }

    /// Whether a point follows from what a rule did.
    pub(super) fn follows(&self, row: usize) -> bool {
        self.follows.get(row)
    }

    /// Identifies the conversation of a point.
    pub(super) fn key(&self, row: usize) -> [u8; 16] {
        let id = self.ids.get(self.thread(row));
        id.map(|id| id.bits().to_be_bytes()).unwrap_or_default()
    }

    fn text(&self, what: Said, row: usize) -> Option<&str> {
        let code = self.said.get(what as usize)?.get(row)?;
        let text = self.texts.get(usize::try_from(*code).ok()?)?;
        Some(text)
    }

    /// Where the conversation stood, as far as `once` counts it.
    pub(super) fn standing(&self, row: usize) -> Standing {
        let [message, control, episode] = &self.standing;
        let count = |counts: &Vec<i64>| counts.get(row).copied().filter(|at| *at != i64::MIN);
        Standing {
            message: count(message),
            control: count(control),
            episode: count(episode),
        }
    }

    /// Who has control at a point.
    pub(super) fn control(&self, row: usize) -> Option<&str> {
        self.text(Said::Control, row)
    }

    /// What merging reads of the facts of a point.
    pub(super) fn ground(&self, row: usize) -> Ground<'_> {
        let draft = u32::try_from(row).ok();
        Ground {
            control: self.text(Said::Control, row),
            queue: self.text(Said::Queue, row),
            changed_by: self.text(Said::ChangedBy, row),
            has_bot: self.has_bot.get(row),
            draft: draft
                .and_then(|row| self.draft_ids.get(&row))
                .map(|draft| &**draft),
            standing: self.standing(row),
        }
    }

    /// Bytes it takes, about.
    pub(super) fn size(&self) -> usize {
        self.rows() * 80 + self.ids.len() * 200
    }

    /// The points of a chunk, without their facts and what came of them.
    pub(super) fn bare(&self, held: Held) -> Chunk {
        let range = held.start..held.start + held.rows;
        let part = |list: &[i64]| list.get(range.clone()).unwrap_or_default().to_vec();
        let events = self.event.get(range.clone()).unwrap_or_default();
        Chunk {
            seq: part(&self.seq),
            at: part(&self.at),
            event: events.iter().map(|event| event.number()).collect(),
            conversations: Vec::new(),
            conversation: Codes::Narrow(Vec::new()),
            rulesets: Vec::new(),
            ruleset: Codes::Narrow(Vec::new()),
            changes: Vec::new(),
            message: part(&self.message),
            outlines: Outlines::default(),
            outline: Codes::Narrow(Vec::new()),
            columns: BTreeMap::new(),
        }
    }

    /// Adds the points of a chunk, in the order of the log.
    pub(super) fn feed(&mut self, number: u64, chunk: &Chunk, frame: &Frame) -> Held {
        let (start, rows) = (self.rows(), chunk.rows());
        let held = Held {
            number,
            start,
            rows,
        };
        self.chunks.push(held);
        let grounds = Grounds::of(frame);
        let threads: Vec<u32> = chunk
            .conversations
            .iter()
            .map(|id| self.place(*id))
            .collect();
        let end = start + rows;
        for bits in self.bits() {
            bits.reach(end);
        }
        self.take_texts(&grounds, rows);
        let newest = self.at.last().copied().unwrap_or(i64::MIN);
        let mut steps = std::iter::once(&newest).chain(&chunk.at).zip(&chunk.at);
        self.ordered = self.ordered && steps.all(|(before, after)| before <= after);
        self.at.extend_from_slice(&chunk.at);
        self.seq.extend_from_slice(&chunk.seq);
        self.message.extend_from_slice(&chunk.message);
        for row in 0..rows {
            let code = chunk.conversation.get(row);
            let thread = code.and_then(|code| threads.get(code)).copied();
            let event = chunk.event(row);
            let at = self.at(start + row);
            // What is of a newer version cannot be decided again.
            let known = thread.zip(event).filter(|_| at < self.window.until);
            self.event
                .push(event.unwrap_or(EventKind::ConversationOpened));
            let standing = grounds.at(row).standing;
            let counts = [standing.message, standing.control, standing.episode];
            for (kept, count) in self.standing.iter_mut().zip(counts) {
                kept.push(count.unwrap_or(i64::MIN));
            }
            self.thread.push(known.map_or(NONE, |(thread, _)| thread));
            match known {
                Some((thread, event)) => self.row((row, start + row), thread, event, &grounds),
                None => self.before.push(NONE),
            }
        }
        held
    }

    /// What is one bit a point.
    fn bits(&mut self) -> [&mut Bits; 8] {
        [
            &mut self.seen,
            &mut self.counts,
            &mut self.begun,
            &mut self.persons,
            &mut self.follows,
            &mut self.first_contacts,
            &mut self.drafts,
            &mut self.has_bot,
        ]
    }

    fn place(&mut self, id: ConversationId) -> u32 {
        let next = u32::try_from(self.ids.len()).unwrap_or(NONE);
        let place = *self.places.entry(id).or_insert(next);
        if place == next {
            self.ids.push(id);
            self.newest.push(NONE);
            self.courses.push(Course::default());
        }
        place
    }

    fn take_texts(&mut self, grounds: &Grounds<'_>, rows: usize) {
        for (what, column) in grounds.texts().into_iter().enumerate() {
            let Some((known, texts, codes)) = column else {
                if let Some(said) = self.said.get_mut(what) {
                    said.resize(said.len() + rows, NONE);
                }
                continue;
            };
            let mut table = Vec::with_capacity(texts.len());
            for text in texts {
                let next = u32::try_from(self.texts.len()).unwrap_or(NONE);
                let place = *self.text_places.entry(Arc::clone(text)).or_insert(next);
                if place == next {
                    self.texts.push(Arc::clone(text));
                }
                table.push(place);
            }
            let code = |row: usize| {
                let code = known.get(row).then(|| codes.get(row)).flatten()?;
                table.get(usize::try_from(*code).ok()?).copied()
            };
            if let Some(said) = self.said.get_mut(what) {
                said.extend((0..rows).map(|row| code(row).unwrap_or(NONE)));
            }
        }
    }

    fn row(
        &mut self,
        (local, row): (usize, usize),
        thread: u32,
        event: EventKind,
        grounds: &Grounds<'_>,
    ) {
        let place = usize::try_from(thread).unwrap_or(usize::MAX);
        if let Some(mark) = &mut self.mark
            && place < mark.threads
            && let Some(course) = self.courses.get(place)
        {
            mark.courses.entry(place).or_insert_with(|| course.clone());
        }
        let at = self.at(row);
        let counts = at >= self.window.since;
        let number = u32::try_from(row).unwrap_or(NONE);
        let before = self.newest.get_mut(place);
        let before = before.map_or(NONE, |newest| std::mem::replace(newest, number));
        self.before.push(before);
        self.seen.set(row);
        let by = self.text(Said::ChangedBy, row);
        let changed = event == EventKind::ControlChanged;
        let person = event == EventKind::AgentMessage || changed && by == Some("agent");
        let follows = changed && by == Some("rule");
        if person {
            self.persons.set(row);
        }
        if follows {
            self.follows.set(row);
        }
        if grounds.has_bot(local) {
            self.has_bot.set(row);
        }
        if event == EventKind::Draft
            && let Some(draft) = grounds.at(local).draft
        {
            self.draft_ids.insert(number, draft.into());
        }
        let Some(course) = self.courses.get_mut(place) else {
            return;
        };
        if event == EventKind::CustomerMessage {
            course.said += 1;
            if course.said == 1 {
                self.first_contacts.set(row);
            }
        }
        course.counts |= counts;
        if course.counts {
            self.begun.set(row);
        }
        if !counts {
            return;
        }
        self.counts.set(row);
        self.counted.points += 1;
        if event == EventKind::Draft {
            self.counted.drafts += 1;
            self.drafts.set(row);
        }
        let span = self.counted.span.get_or_insert((at, at));
        *span = (span.0.min(at), span.1.max(at));
        if let Some(epoch) = grounds.epoch(local) {
            course.note_epoch(epoch, at);
        }
        course.missed = course.missed || grounds.missed(local);
        self.work.note(
            (local, event, at),
            grounds,
            &self.zone,
            &mut course.answered,
        );
    }

    /// Remembers where it ends now, so that it can be [rewound](Self::rewind).
    pub(super) fn mark(&mut self) {
        self.mark = Some(Mark {
            rows: self.rows(),
            threads: self.ids.len(),
            chunks: self.chunks.len(),
            counted: self.counted,
            work: self.work.place(),
            ordered: self.ordered,
            courses: BTreeMap::new(),
        });
    }

    /// Forgets the points that came after the mark.
    pub(super) fn rewind(&mut self) {
        let Some(mark) = self.mark.take() else {
            return;
        };
        for row in (mark.rows..self.rows()).rev() {
            let before = self.before.get(row).copied().unwrap_or(NONE);
            let thread = self.thread(row);
            if self.seen.get(row)
                && let Some(newest) = self.newest.get_mut(thread)
            {
                *newest = before;
            }
        }
        for id in self.ids.drain(mark.threads..) {
            self.places.remove(&id);
        }
        self.newest.truncate(mark.threads);
        self.courses.truncate(mark.threads);
        for (place, course) in mark.courses {
            if let Some(known) = self.courses.get_mut(place) {
                *known = course;
            }
        }
        self.chunks.truncate(mark.chunks);
        self.at.truncate(mark.rows);
        self.seq.truncate(mark.rows);
        self.message.truncate(mark.rows);
        self.event.truncate(mark.rows);
        self.thread.truncate(mark.rows);
        self.before.truncate(mark.rows);
        for bits in self.bits() {
            bits.truncate(mark.rows);
        }
        for said in &mut self.said {
            said.truncate(mark.rows);
        }
        for standing in &mut self.standing {
            standing.truncate(mark.rows);
        }
        let rows = u32::try_from(mark.rows).unwrap_or(NONE);
        self.draft_ids.split_off(&rows);
        self.counted = mark.counted;
        self.work.return_to(mark.work);
        self.ordered = mark.ordered;
    }
}
