//! What handling conversations took people, and how many of them were there, as the recorded points
//! tell: nobody has to be watched for it.
//!
//! At the first answer of a person since control was theirs stands how long they had had it: that is
//! what the reading and the answering took. At every point stands how many people could be reached.

use super::{
    queue::Week,
    stats::{Middle, middle},
    walk::{WEEK_HOURS, hour_of_week},
};
use crate::{
    calendar::Zone,
    rules::{columns::Grounds, outcome::EventKind},
    time::{HOUR, MINUTE},
};

/// Whoever held a conversation for longer before the first answer did something else meanwhile.
const LONGEST: i64 = 8 * HOUR;

/// What is known of the work.
#[derive(Debug, Clone)]
pub(super) struct Work {
    /// How long each first answer took, in milliseconds.
    pub(super) handling: Vec<i64>,
    /// Per hour of the week, the sum of people who could be reached, and at how many points.
    present: Vec<(u64, u64)>,
}

impl Work {
    pub(super) fn new() -> Self {
        Self {
            handling: Vec::new(),
            present: vec![(0, 0); WEEK_HOURS],
        }
    }

    /// Notes what a point tells. `answered` is the change of control after which the last answer
    /// came.
    pub(super) fn note(
        &mut self,
        (row, event, at): (usize, EventKind, i64),
        grounds: &Grounds<'_>,
        zone: &Zone,
        answered: &mut Option<i64>,
    ) {
        if let Some(people) = grounds.people(row)
            && let Some((sum, points)) = self.present.get_mut(hour_of_week(zone, at))
        {
            *sum += u64::try_from(people).unwrap_or_default();
            *points += 1;
        }
        if event != EventKind::AgentMessage || grounds.at(row).control != Some("agent") {
            return;
        }
        let (Some(epoch), Some(held)) = (grounds.epoch(row), grounds.held(row)) else {
            return;
        };
        let first = answered.replace(epoch) != Some(epoch);
        // An answer that takes the conversation does not tell how long it took.
        if first && (1..=LONGEST).contains(&held) {
            self.handling.push(held);
        }
    }

    /// How much is known by now, to [return to](Self::return_to).
    pub(super) fn place(&self) -> (usize, Vec<(u64, u64)>) {
        (self.handling.len(), self.present.clone())
    }

    /// Forgets what was noted since.
    pub(super) fn return_to(&mut self, (handling, present): (usize, Vec<(u64, u64)>)) {
        self.handling.truncate(handling);
        self.present = present;
    }

    /// The middle of the minutes until an answer; none when too few are known.
    pub(super) fn minutes(&self) -> Option<Middle> {
        #[allow(clippy::cast_precision_loss, reason = "lengths of hours")]
        let minutes = self.handling.iter().map(|held| *held as f64);
        middle(minutes.map(|held| held / MINUTE_MS).collect())
    }

    /// How many people were there in each hour of the week, rounded; an hour of which nothing is
    /// known has nobody. None when nothing is known of any.
    pub(super) fn week(&self) -> Option<Week> {
        let people = |(sum, points): &(u64, u64)| match points {
            0 => 0,
            points => u32::try_from((sum + points / 2) / points).unwrap_or(u32::MAX),
        };
        Week::of(self.present.iter().map(people).collect())
    }
}

#[allow(clippy::cast_precision_loss, reason = "a minute")]
const MINUTE_MS: f64 = MINUTE as f64;
