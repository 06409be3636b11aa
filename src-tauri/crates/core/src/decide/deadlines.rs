//! What time alone does: each deadline at its own logical instant, in order, once, however late
//! the clock gets to say so.

use crate::control::{ControlState, Controller, Reason, ReasonCode, Verb};
use crate::conversation::Outgoing;
use crate::decide::alerts::Call;
use crate::decide::hand::Move;
use crate::decide::work::Work;
use crate::event::Actor;
use crate::ids::{MessageId, OutboxId};
use crate::rules::EventKind;
use crate::sla::ClockKind;
use crate::status::WorkStatus;
use crate::time::Timestamp;

/// More deadlines than this in one go are left to the next; it bounds what a broken state can cost.
const AT_ONCE: usize = 4_096;

/// What is due.
enum Due {
    Offer,
    Snooze,
    Wrapping,
    Clock(ClockKind),
    Ladder,
    Send(OutboxId),
    Draft(MessageId),
    Rules,
}

impl Work<'_> {
    /// Does everything that is due by now.
    pub(super) fn meet_deadlines(&mut self) {
        if self.is_history() {
            return;
        }
        for _ in 0..AT_ONCE {
            let Some(at) = self.state.next_due().filter(|due| *due <= self.now) else {
                return;
            };
            let Some(due) = self.due_at(at) else {
                return;
            };
            self.on_behalf(Actor::system(), at, |work| {
                let message = work.message.take();
                let mark = work.mark();
                work.meet(&due);
                work.follow_up(mark);
                work.call_people_owed();
                work.message = message;
            });
        }
    }

    /// The first thing that is due at an instant, in a fixed order.
    fn due_at(&self, at: Timestamp) -> Option<Due> {
        let state = &self.state;
        let is = |due: Option<Timestamp>| due == Some(at);
        if is(state.control.offer.as_ref().map(|offer| offer.expires_at)) {
            return Some(Due::Offer);
        }
        if is(state.snoozed_until) && state.status == WorkStatus::Snoozed {
            return Some(Due::Snooze);
        }
        if is(state.control.wrapping_until) {
            return Some(Due::Wrapping);
        }
        if let Some(clock) = state
            .clocks
            .values()
            .find(|clock| is(state.clock_due(clock)))
        {
            return Some(Due::Clock(clock.kind));
        }
        if is(state.ladder.as_ref().and_then(|ladder| ladder.next_at)) {
            return Some(Due::Ladder);
        }
        if let Some(entry) = state.outbox.values().find(|entry| is(Outgoing::due(entry))) {
            return Some(Due::Send(entry.id));
        }
        if let Some(draft) = state.drafts.values().find(|draft| is(draft.due())) {
            return Some(Due::Draft(draft.id));
        }
        is(state.next_flip).then_some(Due::Rules)
    }

    fn meet(&mut self, due: &Due) {
        match due {
            Due::Offer => self.offer_times_out(),
            Due::Snooze => {
                self.become_status(WorkStatus::Open, None);
                let people = self.responsible();
                self.call(Call::about(people, Reason::code(ReasonCode::Scheduled)).afresh());
                self.pass_rules(EventKind::StatusChanged);
            }
            Due::Wrapping => self.after_work_ends(),
            Due::Clock(kind) => self.clock_is_due(*kind),
            Due::Ladder => self.rung_is_due(),
            Due::Send(outbox) => self.send_is_due(*outbox),
            Due::Draft(draft) => self.draft_is_due(*draft),
            Due::Rules => self.pass_rules(EventKind::Time),
        }
    }

    /// After-work is over: what was solved is closed, the rest has no controller.
    fn after_work_ends(&mut self) {
        let reason = self.state.control.reason.clone();
        // A move to nobody has no packet that could be refused.
        let _ = if self.state.status == WorkStatus::Solved {
            self.close(reason, None)
        } else {
            self.hand(Move {
                state: Some(ControlState::Released),
                ..Move::to(Controller::Nobody, Verb::Release, reason)
            })
        };
    }
}
