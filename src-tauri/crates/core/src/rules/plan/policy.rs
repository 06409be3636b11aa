//! What a ruleset holds beside its rules: custom facts, calendars, service levels, ladders.

use std::sync::Arc;

use super::{Condition, PriorityEffect};
use crate::{
    calendar::Calendar,
    rules::{
        facts::FactType,
        outcome::{ControlTarget, Target},
        problem::Span,
    },
    status::Priority,
    time::Timestamp,
};

/// A custom fact of the team.
#[derive(Debug, Clone)]
pub struct CustomFact {
    /// The name, such as `attr.plan_seats`.
    pub name: Arc<str>,
    /// The type.
    pub kind: FactType,
    /// The texts it can be, when they are few.
    pub values: Vec<Arc<str>>,
    /// The least and the largest number.
    pub range: (Option<f64>, Option<f64>),
    /// One line for the editor.
    pub about: Arc<str>,
}

/// A business calendar with its name.
#[derive(Debug, Clone)]
pub struct NamedCalendar {
    /// The name in the file.
    pub name: Arc<str>,
    /// When it is open.
    pub calendar: Calendar,
}

/// A service level policy.
#[derive(Debug, Clone)]
pub struct SlaPolicy {
    /// The name in the file.
    pub name: Arc<str>,
    /// The name of its calendar.
    pub hours: Arc<str>,
    /// Its calendar.
    pub calendar: Calendar,
    /// Milliseconds of open time until the first reply of a person.
    pub first_reply: Option<i64>,
    /// Milliseconds of open time until the next reply of a person.
    pub next_reply: Option<i64>,
    /// Milliseconds of open time until the episode is closed.
    pub resolve: Option<i64>,
    /// The share of a target after which a warning is given.
    pub warn_at: f64,
    /// When its clocks stand still.
    pub pause_when: Option<Condition>,
}

/// One rung of a ladder.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Milliseconds of the ladder's clock after its start.
    pub after: i64,
    /// Whom to alert.
    pub notify: Vec<Target>,
    /// To whom to offer the conversation.
    pub offer: Option<Target>,
    /// How the priority changes.
    pub priority: Option<PriorityEffect>,
    /// Whether it makes a sound.
    pub sound: bool,
    /// Milliseconds after which it is repeated.
    pub repeat: Option<i64>,
    /// How often it happens at most, repetitions included; no end when not said.
    pub at_most: Option<u32>,
}

/// The timed steps that widen the circle of people alerted.
#[derive(Debug, Clone)]
pub struct LadderPlan {
    /// The name in the file.
    pub name: Arc<str>,
    /// The name of its clock.
    pub clock: Arc<str>,
    /// The calendar of its clock.
    pub calendar: Calendar,
    /// The rungs, by their time.
    pub steps: Vec<Step>,
    /// When it ends early.
    pub stop_when: Option<Condition>,
}

impl LadderPlan {
    /// When a rung is due for the n-th repetition (from 0); `None` when it never is.
    #[must_use]
    pub fn due(&self, started: Timestamp, rung: u32, repeat: u32) -> Option<Timestamp> {
        let step = self.steps.get(usize::try_from(rung).ok()?)?;
        if repeat == 0 {
            return self.calendar.add(started, step.after);
        }
        if step.at_most.is_some_and(|most| repeat >= most) {
            return None;
        }
        let again = step.repeat?.saturating_mul(i64::from(repeat));
        self.calendar.add(started, step.after.saturating_add(again))
    }
}

/// What a team asks of conversations that come to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuePolicy {
    /// The name of the queue.
    pub name: Arc<str>,
    /// The fields that a packet should have when a conversation comes here.
    pub packet: Vec<Arc<str>>,
    /// Milliseconds that its people have to read a draft.
    pub review_within: Option<i64>,
    /// Where the file names it.
    pub(in crate::rules) span: Span,
}

/// What a conversation starts with.
#[derive(Debug, Clone, PartialEq)]
pub struct Defaults {
    /// Who has control.
    pub control: ControlTarget,
    /// How urgent it is.
    pub priority: Priority,
    /// Whether drafts must be read when no rule says so.
    pub review: ReviewDefault,
    /// The service level policy.
    pub sla: Option<Arc<str>>,
}

/// Whether drafts must be read when no rule says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewDefault {
    /// They are sent.
    None,
    /// They are read first.
    Required,
}
