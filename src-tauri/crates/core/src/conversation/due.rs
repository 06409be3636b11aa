//! What a conversation waits for: every deadline is in its state, so it survives restart and sleep.

use crate::conversation::{Conversation, Outgoing, OutgoingState};
use crate::message::Author;
use crate::review::HeldDraft;
use crate::sla::{Clock, ClockState};
use crate::status::WorkStatus;
use crate::time::{MINUTE, Timestamp};

/// How long after the deadline of an attempt its answer may still arrive before the message counts
/// as in doubt.
pub const ANSWER_MARGIN: i64 = MINUTE;

impl Conversation {
    /// The earliest instant at which a [`Tick`](crate::command::Command::Tick) has something to do.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        let offer = self.control.offer.as_ref().map(|offer| offer.expires_at);
        let snooze = self
            .snoozed_until
            .filter(|_| self.status == WorkStatus::Snoozed);
        let ladder = self.ladder.as_ref().and_then(|ladder| ladder.next_at);
        let clocks = self
            .clocks
            .values()
            .filter_map(|clock| self.clock_due(clock));
        let outbox = self.outbox.values().filter_map(Outgoing::due);
        let drafts = self.drafts.values().filter_map(HeldDraft::due);
        [
            offer,
            snooze,
            self.control.wrapping_until,
            ladder,
            self.next_flip,
        ]
        .into_iter()
        .flatten()
        .chain(clocks)
        .chain(outbox)
        .chain(drafts)
        .min()
    }

    /// When a clock warns or runs out next. While an answer is on its way the clocks of answers
    /// hold their breath: they are met when it leaves, and speak up when it does not.
    pub(crate) fn clock_due(&self, clock: &Clock) -> Option<Timestamp> {
        if self.answer_under_way() {
            return None;
        }
        match clock.state {
            ClockState::Running => [clock.warn_at, clock.due_at].into_iter().flatten().min(),
            ClockState::Warned => clock.due_at,
            ClockState::Paused | ClockState::Met | ClockState::Missed | ClockState::Dropped => None,
        }
    }

    /// Whether a person's answer is in its undo window or in its first attempt.
    #[must_use]
    pub fn answer_under_way(&self) -> bool {
        self.outbox.values().any(|entry| {
            entry.author == Author::Agent
                && match entry.state {
                    OutgoingState::Queued { .. } => entry.attempts == 0,
                    OutgoingState::Committing { .. } => entry.attempts <= 1,
                    _ => false,
                }
        })
    }
}

impl HeldDraft {
    /// When nobody has read it in time.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.waits().then_some(self.due_at)
    }
}

impl Outgoing {
    /// Whether it waits to be sent.
    #[must_use]
    pub const fn is_queued(&self) -> bool {
        matches!(self.state, OutgoingState::Queued { .. })
    }

    /// When the state of this entry changes by time alone.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        match self.state {
            OutgoingState::Committing { deadline } => Some(deadline.plus(ANSWER_MARGIN)),
            OutgoingState::InDoubt { judge_by } => judge_by,
            OutgoingState::Queued { .. }
            | OutgoingState::Sent
            | OutgoingState::Failed
            | OutgoingState::Cancelled => None,
        }
    }
}
