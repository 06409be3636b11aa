//! Business calendars: opening hours of a week in one time zone, minus holidays.
//!
//! A calendar answers with exact instants. Between two offset changes of its zone, local time is
//! a plain line, so the open time up to an instant is a sum over whole weeks minus the holidays,
//! found by binary search; every other question is a bisection on that one monotone function.
//! Summer time needs no special case: a skipped hour lies in no segment, a repeated one in two.

use std::{fmt, sync::Arc};

use jiff::{
    Timestamp as Instant,
    civil::Date,
    tz::{TimeZone, TimeZoneDatabase},
};

use crate::time::{DAY, MINUTE, Timestamp};

const WEEK: i64 = 7 * DAY;
/// 1970-01-05, the first Monday after the epoch, on the local line.
const FIRST_MONDAY: i64 = 4 * DAY;
/// 1970-01-01T00:00Z.
const RANGE_START: i64 = 0;
/// 2120-01-01T00:00Z.
const RANGE_END: i64 = 4_733_510_400_000;

/// A time zone by its IANA name, with every offset change from 1970 to 2120.
#[derive(Clone)]
pub struct Zone {
    name: Arc<str>,
    /// Start of each stretch of constant offset, with the offset, both in milliseconds.
    stretches: Arc<[(i64, i64)]>,
}

impl Zone {
    /// Looks a zone up in the bundled time zone database; `None` when there is no such zone.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        let canonical: Arc<str> = zone.iana_name().unwrap_or(name).into();
        Some(Self {
            name: canonical,
            stretches: stretches_of(&zone),
        })
    }

    /// The zone of no offset.
    #[must_use]
    pub fn utc() -> Self {
        Self {
            name: "UTC".into(),
            stretches: Arc::from([(RANGE_START, 0)]),
        }
    }

    /// The IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Names of zones in the bundled database, for a suggestion after a misspelling.
    #[must_use]
    pub fn known_names() -> Vec<String> {
        TimeZoneDatabase::bundled()
            .available()
            .map(|name| name.to_string())
            .collect()
    }

    /// Milliseconds of local wall clock since 1970-01-01T00:00 local.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> i64 {
        let index = self.stretches.partition_point(|(start, _)| *start <= at.0);
        let offset = self
            .stretches
            .get(index.saturating_sub(1))
            .map_or(0, |(_, offset)| *offset);
        at.0.saturating_add(offset)
    }

    /// The first instant after `at` at which the local clock shows a multiple of `step`
    /// milliseconds, or the offset changes; `None` after 2120.
    #[must_use]
    pub fn next_local_multiple(&self, at: Timestamp, step: i64) -> Option<Timestamp> {
        let index = self.stretches.partition_point(|(start, _)| *start <= at.0);
        let local = self.local(at);
        let by_clock = at.0.saturating_add(step - local.rem_euclid(step));
        let by_zone = self
            .stretches
            .get(index)
            .map_or(RANGE_END, |(start, _)| *start);
        let next = by_clock.min(by_zone);
        (next < RANGE_END).then_some(Timestamp(next))
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

fn stretches_of(zone: &TimeZone) -> Arc<[(i64, i64)]> {
    let offset_at = |instant: Instant| i64::from(zone.to_offset(instant).seconds()) * 1_000;
    let mut stretches = vec![(RANGE_START, offset_at(Instant::UNIX_EPOCH))];
    for change in zone.following(Instant::UNIX_EPOCH) {
        let start = change.timestamp().as_millisecond();
        if start >= RANGE_END {
            break;
        }
        let offset = offset_at(change.timestamp());
        if stretches.last().is_none_or(|(_, before)| *before != offset) {
            stretches.push((start, offset));
        }
    }
    stretches.into()
}

/// One opening block on one weekday, in local minutes after midnight; `until` is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// First open minute, 0 to 1439.
    pub from: u16,
    /// First closed minute, up to 1440; at or before `from` the block runs past midnight.
    pub until: u16,
}

/// Opening hours of one week (Monday first), a zone and holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    shape: Shape,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    Always,
    Weekly(Weekly),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Weekly {
    zone: Zone,
    /// Open spans of the week, sorted and merged, in milliseconds after Monday midnight, each
    /// with the open time of the week before it.
    spans: Vec<(i64, i64, i64)>,
    open_per_week: i64,
    /// Local midnights of holidays, sorted, each with the open time all earlier ones take away.
    holidays: Vec<(i64, i64)>,
    /// Open time from 1970 to the start of each stretch of the zone.
    open_before_stretch: Vec<i64>,
}

impl Calendar {
    /// The calendar that never closes.
    #[must_use]
    pub const fn always() -> Self {
        Self {
            shape: Shape::Always,
        }
    }

    /// Builds a calendar from blocks per weekday (Monday first) and holidays as (year, month,
    /// day). A date that does not exist is ignored; the rule file checks dates before.
    #[must_use]
    pub fn weekly(zone: Zone, week: &[Vec<Block>; 7], holidays: &[(i16, i8, i8)]) -> Self {
        let spans = week_spans(week);
        let open_per_week = spans
            .last()
            .map_or(0, |(from, until, before)| before + until - from);
        let mut weekly = Weekly {
            zone,
            spans,
            open_per_week,
            holidays: Vec::new(),
            open_before_stretch: Vec::new(),
        };
        let mut midnights: Vec<i64> = holidays
            .iter()
            .filter_map(|(year, month, day)| midnight(*year, *month, *day))
            .collect();
        midnights.sort_unstable();
        midnights.dedup();
        let mut taken = 0;
        for at in midnights {
            weekly.holidays.push((at, taken));
            taken += weekly.plain_open(at + DAY) - weekly.plain_open(at);
        }
        weekly.sum_stretches();
        Self {
            shape: Shape::Weekly(weekly),
        }
    }

    /// Whether the calendar is open at an instant.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        match &self.shape {
            Shape::Always => true,
            Shape::Weekly(weekly) => weekly.is_open(at),
        }
    }

    /// The first instant after `at` at which the calendar opens or closes; `None` if it never
    /// does again.
    #[must_use]
    pub fn next_boundary(&self, at: Timestamp) -> Option<Timestamp> {
        match &self.shape {
            Shape::Always => None,
            Shape::Weekly(weekly) => weekly.next_boundary(at.0),
        }
    }

    /// The earliest instant at which `duration` milliseconds of open time have passed since
    /// `anchor`; the anchor itself for nothing or less, `None` if that much never passes.
    #[must_use]
    pub fn add(&self, anchor: Timestamp, duration: i64) -> Option<Timestamp> {
        if duration <= 0 {
            return Some(anchor);
        }
        match &self.shape {
            Shape::Always => anchor.0.checked_add(duration).map(Timestamp),
            Shape::Weekly(weekly) => {
                let from = anchor.0.clamp(RANGE_START, RANGE_END);
                let target = weekly.open_until(from).saturating_add(duration);
                weekly.first_with(from, |at| weekly.open_until(at) >= target)
            }
        }
    }

    /// Open milliseconds between two instants, negative when `to` lies before `from`.
    #[must_use]
    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> i64 {
        match &self.shape {
            Shape::Always => to.since(from),
            Shape::Weekly(weekly) => weekly.open_until(to.0) - weekly.open_until(from.0),
        }
    }

    /// The instants at which its holidays begin.
    #[must_use]
    pub fn holidays(&self) -> Vec<Timestamp> {
        match &self.shape {
            Shape::Always => Vec::new(),
            Shape::Weekly(weekly) => weekly
                .holidays
                .iter()
                .map(|(midnight, _)| {
                    let offset = weekly.zone.local(Timestamp(*midnight)) - midnight;
                    Timestamp(midnight - offset)
                })
                .collect(),
        }
    }

    /// Whether this is the calendar that never closes.
    #[must_use]
    pub const fn is_always(&self) -> bool {
        matches!(self.shape, Shape::Always)
    }
}

impl Weekly {
    /// Open time on the local line since the first Monday, as if there were no holidays.
    fn plain_open(&self, local: i64) -> i64 {
        let line = local - FIRST_MONDAY;
        let in_week = line.rem_euclid(WEEK);
        let index = self.spans.partition_point(|(from, _, _)| *from <= in_week);
        let within = self
            .spans
            .get(index.wrapping_sub(1))
            .map_or(0, |(from, until, before)| {
                before + in_week.min(*until) - from
            });
        line.div_euclid(WEEK) * self.open_per_week + within
    }

    /// Open time on the local line, holidays taken away.
    fn line_open(&self, local: i64) -> i64 {
        let index = self
            .holidays
            .partition_point(|(midnight, _)| *midnight <= local);
        let taken = self
            .holidays
            .get(index.wrapping_sub(1))
            .map_or(0, |(midnight, before)| {
                before + self.plain_open(local.min(midnight + DAY)) - self.plain_open(*midnight)
            });
        self.plain_open(local) - taken
    }

    fn sum_stretches(&mut self) {
        let mut sum = 0;
        let mut sums = Vec::with_capacity(self.zone.stretches.len());
        let mut ends = self.zone.stretches.iter().skip(1).map(|(start, _)| *start);
        for (start, offset) in self.zone.stretches.iter() {
            sums.push(sum);
            let end = ends.next().unwrap_or(RANGE_END);
            sum += self.line_open(end + offset) - self.line_open(start + offset);
        }
        self.open_before_stretch = sums;
    }

    /// Open time from 1970 to an instant.
    fn open_until(&self, at: i64) -> i64 {
        let at = at.clamp(RANGE_START, RANGE_END);
        let index = self
            .zone
            .stretches
            .partition_point(|(start, _)| *start <= at)
            .saturating_sub(1);
        match (
            self.zone.stretches.get(index),
            self.open_before_stretch.get(index),
        ) {
            (Some((start, offset)), Some(before)) => {
                before + self.line_open(at + offset) - self.line_open(start + offset)
            }
            _ => 0,
        }
    }

    fn is_open(&self, at: Timestamp) -> bool {
        if at.0 < RANGE_START || at.0 >= RANGE_END {
            return false;
        }
        let local = self.zone.local(at);
        let day = local.div_euclid(DAY) * DAY;
        if self
            .holidays
            .binary_search_by_key(&day, |(midnight, _)| *midnight)
            .is_ok()
        {
            return false;
        }
        let in_week = (local - FIRST_MONDAY).rem_euclid(WEEK);
        let index = self.spans.partition_point(|(from, _, _)| *from <= in_week);
        self.spans
            .get(index.wrapping_sub(1))
            .is_some_and(|(_, until, _)| in_week < *until)
    }

    /// The first instant not before `from` at which a monotone condition holds.
    fn first_with(&self, from: i64, holds: impl Fn(i64) -> bool) -> Option<Timestamp> {
        if holds(from) {
            return Some(Timestamp(from));
        }
        let mut low = from;
        let mut stride = DAY;
        let mut high = loop {
            let probe = low.saturating_add(stride).min(RANGE_END);
            if holds(probe) {
                break probe;
            }
            if probe == RANGE_END {
                return None;
            }
            low = probe;
            stride = stride.saturating_mul(4);
        };
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if holds(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        Some(Timestamp(high))
    }

    fn next_boundary(&self, at: i64) -> Option<Timestamp> {
        let from = at.max(RANGE_START - 1);
        if from >= RANGE_END {
            return None;
        }
        let base = self.open_until(from);
        // The state of a millisecond shows in the sum one millisecond later.
        let changed = if self.is_open(Timestamp(from)) {
            self.first_with(from, |t| self.open_until(t) - base < t - from)
        } else {
            self.first_with(from, |t| self.open_until(t) > base)
        };
        changed
            .map(|next| next.plus(-1))
            .filter(|next| next.0 < RANGE_END - 1)
    }
}

fn midnight(year: i16, month: i8, day: i8) -> Option<i64> {
    let date = Date::new(year, month, day).ok()?;
    let since = date.since(Date::new(1970, 1, 1).ok()?).ok()?;
    Some(i64::from(since.get_days()) * DAY)
}

/// Whether a date exists, for the check of the rule file.
#[must_use]
pub fn date_exists(year: i16, month: i8, day: i8) -> bool {
    Date::new(year, month, day).is_ok()
}

/// Joins the blocks of a week into sorted spans; what runs past Sunday night wraps to Monday.
fn week_spans(week: &[Vec<Block>; 7]) -> Vec<(i64, i64, i64)> {
    let mut raw = Vec::new();
    for (day, blocks) in (0_i64..).zip(week) {
        for block in blocks {
            let from = day * DAY + i64::from(block.from) * MINUTE;
            let overnight = if block.until <= block.from { DAY } else { 0 };
            let until = day * DAY + i64::from(block.until) * MINUTE + overnight;
            raw.push((from, until.min(WEEK)));
            if until > WEEK {
                raw.push((0, until - WEEK));
            }
        }
    }
    raw.sort_unstable();
    let mut spans: Vec<(i64, i64, i64)> = Vec::new();
    for (from, until) in raw {
        match spans.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => spans.push((from, until, 0)),
        }
    }
    let mut before = 0;
    for span in &mut spans {
        span.2 = before;
        before += span.1 - span.0;
    }
    spans
}

#[cfg(test)]
mod tests;
