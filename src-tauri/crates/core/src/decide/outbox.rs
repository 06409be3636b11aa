//! The life of a message to be sent: queued, under way, sent, tried again, failed, or in doubt
//! until a person judges. No step is automatic twice: an attempt whose end is unknown is never
//! repeated by a machine.

use crate::command::SendEnd;
use crate::control::{Controller, Reason, ReasonCode, Target, Verb};
use crate::conversation::{Outgoing, OutgoingState};
use crate::decide::Refusal;
use crate::decide::alerts::Call;
use crate::decide::hand::Move;
use crate::decide::work::Work;
use crate::effect::Effect;
use crate::event::body::{Join, MessageRecorded, SendChanged, SendStep};
use crate::event::{Actor, ActorKind, BlobRef, Event};
use crate::ids::{AgentName, OutboxId};
use crate::message::{Author, Direction, MessageKind};
use crate::review::HeldDraft;
use crate::rules::EventKind;
use crate::status::WorkStatus;
use crate::time::{DAY, HOUR, MINUTE, Timestamp};
use crate::world::Delivery;

/// A message that could not be sent for so long has failed.
pub const GIVE_UP_AFTER: i64 = 2 * DAY;

/// How long to wait after an attempt that sent nothing.
#[must_use]
pub const fn back_off(attempts: u32) -> i64 {
    match attempts {
        0 | 1 => MINUTE,
        2 => 5 * MINUTE,
        3 => 15 * MINUTE,
        4 => HOUR,
        5 => 2 * HOUR,
        _ => 4 * HOUR,
    }
}

impl Work<'_> {
    /// Takes a message back before it is sent.
    pub(super) fn cancel_send(&mut self, outbox: OutboxId) -> Result<(), Refusal> {
        if self.actor.kind != ActorKind::Agent {
            return Err(Refusal::NotAllowed);
        }
        let entry = self.entry(outbox)?;
        if entry.has_left() {
            return Err(Refusal::TooLateToCancel);
        }
        match entry.state {
            OutgoingState::Queued { .. } | OutgoingState::Failed => {
                let draft = self.draft_leaving_by(outbox);
                let later = self.said_after(&entry, draft.as_ref());
                self.step(outbox, SendStep::Cancelled);
                self.take_back_resolving(&entry, draft.is_some())?;
                // What a reviewer takes back waits for a reviewer again, and what its author said
                // after it waits with it.
                self.hold_again(draft.as_slice());
                for (outbox, draft) in later {
                    self.step(outbox, SendStep::Cancelled);
                    self.hold_again(&[draft]);
                }
                Ok(())
            }
            OutgoingState::Committing { .. }
            | OutgoingState::InDoubt { .. }
            | OutgoingState::Sent => Err(Refusal::TooLateToCancel),
            OutgoingState::Cancelled => Ok(()),
        }
    }

    /// What the author of an approved draft said after it and has not left: other drafts that were
    /// approved, and of a bot everything, for it is all of one piece.
    fn said_after(
        &self,
        entry: &Outgoing,
        approved: Option<&HeldDraft>,
    ) -> Vec<(OutboxId, HeldDraft)> {
        let Some(approved) = approved else {
            return Vec::new();
        };
        let later = self.state.outbox.values().filter(|one| {
            one.id != entry.id
                && (one.author, &one.author_name) == (entry.author, &entry.author_name)
                && one.queued_at >= entry.queued_at
                && one.epoch == self.state.control.epoch
                && matches!(one.state, OutgoingState::Queued { .. })
        });
        later
            .filter_map(|one| {
                let draft = self.draft_leaving_by(one.id).or_else(|| {
                    (one.author == Author::Bot).then(|| HeldDraft {
                        id: one.message,
                        outbox: one.id,
                        document: one.document,
                        held_at: one.queued_at,
                        resolves: false,
                        ..approved.clone()
                    })
                })?;
                Some((one.id, draft))
            })
            .collect()
    }

    /// What was resolved with an answer that never left is not resolved: it is as it was before,
    /// in the hands of whoever takes the answer back, unless something has moved it since. What was
    /// read first waits in the hands of its author again.
    fn take_back_resolving(&mut self, entry: &Outgoing, was_read: bool) -> Result<(), Refusal> {
        let point = self.state.undo.clone();
        let Some(point) = point.filter(|point| entry.resolved_by == Some(point.of)) else {
            return Ok(());
        };
        self.go_back_to(&point)?;
        if self.is_closed() || was_read {
            return Ok(());
        }
        self.take_now(Reason::code(ReasonCode::HumanReply))
    }

    /// An attempt to send begins; this is the gate every attempt goes through.
    pub(super) fn begin_send(
        &mut self,
        outbox: OutboxId,
        deadline: Timestamp,
    ) -> Result<(), Refusal> {
        let entry = self.entry(outbox)?;
        match entry.state {
            OutgoingState::Queued { not_before } if !is_due(&entry, not_before, self.now) => {
                Err(Refusal::SendNotDue { not_before })
            }
            OutgoingState::Queued { .. } if deadline <= self.now => Err(Refusal::DeadlinePassed),
            OutgoingState::Queued { .. } if self.is_superseded(&entry) => Err(Refusal::Superseded),
            OutgoingState::Queued { .. } => {
                let attempt = entry.attempts.saturating_add(1);
                self.step(outbox, SendStep::Committing { attempt, deadline });
                Ok(())
            }
            OutgoingState::Committing { .. } | OutgoingState::InDoubt { .. } => {
                Err(Refusal::SendUnderWay)
            }
            OutgoingState::Sent | OutgoingState::Failed | OutgoingState::Cancelled => {
                Err(Refusal::SendSettled)
            }
        }
    }

    /// An attempt to send ended. A late answer may still settle a doubt, and that it was sent wins
    /// over what a person made of the doubt meanwhile: it must not go out a second time.
    pub(super) fn end_send(&mut self, outbox: OutboxId, end: &SendEnd) -> Result<(), Refusal> {
        let entry = self.entry(outbox)?;
        let under_way = matches!(entry.state, OutgoingState::Committing { .. });
        let doubted = matches!(entry.state, OutgoingState::InDoubt { .. });
        let late = matches!(end, SendEnd::Sent { .. }) && entry.may_have_left();
        if !under_way && !doubted && !late {
            return Err(Refusal::SendSettled);
        }
        match end {
            SendEnd::Sent { refused, put_off } => self.sent(&entry, refused, put_off),
            SendEnd::NotSent { text } => {
                let next = self.now.plus(back_off(entry.attempts));
                if next.since(entry.queued_at) > GIVE_UP_AFTER {
                    self.not_sent(&entry, text)?;
                } else {
                    self.step(
                        outbox,
                        SendStep::Retry {
                            at: next,
                            text: text.clone(),
                        },
                    );
                    self.resend(&entry, next);
                }
            }
            SendEnd::Rejected { text } => self.not_sent(&entry, text)?,
            SendEnd::InDoubt { text } if under_way => self.send_in_doubt(&entry, text),
            SendEnd::InDoubt { .. } => {}
        }
        Ok(())
    }

    /// The server took it, for all recipients or for some.
    fn sent(&mut self, entry: &Outgoing, refused: &[String], put_off: &[String]) {
        let next = self.now.plus(back_off(entry.attempts));
        let again = !put_off.is_empty() && next.since(entry.queued_at) <= GIVE_UP_AFTER;
        let mut refused = refused.to_vec();
        if again {
            self.step(
                entry.id,
                SendStep::PartlySent {
                    refused: refused.clone(),
                    left: put_off.to_vec(),
                    at: next,
                },
            );
        } else {
            refused.extend(put_off.iter().cloned());
            self.step(
                entry.id,
                SendStep::Sent {
                    refused: refused.clone(),
                },
            );
        }
        if !entry.has_left() {
            self.record_sent(entry, None);
        }
        if again {
            self.ask(Effect::Send {
                outbox: entry.id,
                not_before: next,
            });
        }
        if !refused.is_empty() {
            self.tell_author(entry, "some recipients were refused", false);
        }
    }

    /// It is refused for good, or given up: nobody has it, or not those that were left.
    fn not_sent(&mut self, entry: &Outgoing, text: &str) -> Result<(), Refusal> {
        if !entry.has_left() {
            return self.send_failed(entry, text);
        }
        self.sent(entry, &entry.left, &[]);
        Ok(())
    }

    /// Says what waits where it is said once it stands in the log: no attempt can fail there, and
    /// nobody can take control between the last look at who has it and the words being out.
    pub(super) fn say_what_is_due(&mut self) {
        if self.world.channel.delivery != Delivery::Immediate {
            return;
        }
        let entries = self.state.outbox.values();
        let mut waiting: Vec<_> = entries.map(|entry| (entry.queued_at, entry.id)).collect();
        waiting.sort_unstable();
        for (_, outbox) in waiting {
            // What is said may have moved control from the next one.
            let Some(entry) = self.state.outbox.get(&outbox).cloned() else {
                continue;
            };
            let OutgoingState::Queued { not_before } = entry.state else {
                continue;
            };
            if !is_due(&entry, not_before, self.now) || self.is_superseded(&entry) {
                continue;
            }
            self.need_no_errand(outbox);
            self.sent(&entry, &[], &[]);
        }
    }

    /// Takes back that somebody is to send a message.
    pub(super) fn need_no_errand(&mut self, outbox: OutboxId) {
        self.take_back_effects(
            |effect| matches!(effect, Effect::Send { outbox: gone, .. } if *gone == outbox),
        );
    }

    /// Whether control has left the machine that wrote a message before anybody has seen it.
    fn is_superseded(&self, entry: &Outgoing) -> bool {
        entry.author != Author::Agent
            && !entry.has_left()
            && entry.epoch != self.state.control.epoch
    }

    /// Asks for another attempt, unless control has left the machine that wrote the message.
    fn resend(&mut self, entry: &Outgoing, not_before: Timestamp) {
        if self.is_superseded(entry) {
            self.step(entry.id, SendStep::Superseded);
        } else {
            self.ask(Effect::Send {
                outbox: entry.id,
                not_before,
            });
        }
    }

    /// A person has a failed message tried again.
    pub(super) fn retry_send(&mut self, outbox: OutboxId) -> Result<(), Refusal> {
        if self.actor.kind != ActorKind::Agent {
            return Err(Refusal::NotAllowed);
        }
        let entry = self.entry(outbox)?;
        if entry.state != OutgoingState::Failed {
            return Err(Refusal::NotFailed);
        }
        let at = self.now;
        self.step(
            outbox,
            SendStep::Retry {
                at,
                text: String::new(),
            },
        );
        self.resend(&entry, at);
        Ok(())
    }

    /// A person judges a message in doubt.
    pub(super) fn judge_send(&mut self, outbox: OutboxId, sent: bool) -> Result<(), Refusal> {
        if self.actor.kind != ActorKind::Agent {
            return Err(Refusal::NotAllowed);
        }
        let entry = self.entry(outbox)?;
        if !matches!(entry.state, OutgoingState::InDoubt { .. }) {
            return Err(Refusal::NotInDoubt);
        }
        self.step(outbox, SendStep::Judged { sent });
        if sent && !entry.has_left() {
            self.record_sent(&entry, None);
        }
        Ok(())
    }

    /// The state of an entry changes by time alone, at this instant.
    pub(super) fn send_is_due(&mut self, outbox: OutboxId) {
        let Some(entry) = self.state.outbox.get(&outbox).cloned() else {
            return;
        };
        match entry.state {
            OutgoingState::Committing { .. } => {
                self.send_in_doubt(&entry, "the attempt did not report back");
            }
            OutgoingState::InDoubt { .. } => {
                self.step(
                    outbox,
                    SendStep::InDoubt {
                        text: entry.last_error.clone(),
                        judge_by: None,
                    },
                );
                self.tell_author(&entry, "a message is still in doubt", true);
            }
            OutgoingState::Queued { .. }
            | OutgoingState::Sent
            | OutgoingState::Failed
            | OutgoingState::Cancelled => {}
        }
    }

    /// The message becomes part of the conversation: it has left.
    pub(super) fn record_sent(&mut self, entry: &Outgoing, raw: Option<BlobRef>) {
        let recorded = MessageRecorded {
            message: entry.message,
            direction: Direction::Outbound,
            author: entry.author,
            author_name: entry.author_name.clone(),
            kind: MessageKind::Message,
            document: entry.document,
            raw,
            contact: self.state.contact,
            join: Join::Native,
            outbox: Some(entry.id),
            imported: false,
            source: String::new(),
            channel: self.channel_of(self.state.channel),
            whispered: None,
        };
        let actor = match entry.author {
            Author::Agent => Actor::agent(entry.author_name.clone()),
            Author::Bot => Actor::bot(entry.author_name.clone()),
            Author::Customer | Author::System => Actor::system(),
        };
        let at = self.written_at(entry.queued_at, entry.attempts);
        self.on_behalf(actor, at, |work| {
            work.emit(Event::MessageRecorded(recorded));
        });
        let theirs = entry.author == Author::Agent
            && self.state.talk.waiting_since.is_none()
            && matches!(self.state.status, WorkStatus::New | WorkStatus::Open);
        if theirs && !self.is_closed() {
            self.by_itself(|work| work.become_status(WorkStatus::WaitingCustomer, None));
        }
        self.tend_clocks();
        if entry.author == Author::Agent {
            self.pass_rules(EventKind::AgentMessage);
        }
    }

    fn send_failed(&mut self, entry: &Outgoing, text: &str) -> Result<(), Refusal> {
        self.step(
            entry.id,
            SendStep::Failed {
                text: text.to_owned(),
            },
        );
        // Whoever thinks the customer was answered must see that they were not.
        self.by_itself(|work| work.back_to_work(author_of(entry)))?;
        self.tell_author(entry, "a message could not be sent", true);
        self.pass_rules(EventKind::DeliveryFailed);
        Ok(())
    }

    fn send_in_doubt(&mut self, entry: &Outgoing, text: &str) {
        let judge_by = self.at.plus(self.world.settings.judge_within_ms);
        self.step(
            entry.id,
            SendStep::InDoubt {
                text: text.to_owned(),
                judge_by: Some(judge_by),
            },
        );
        self.tell_author(entry, "nobody knows whether a message arrived", false);
    }

    /// Opens the conversation again for the person who wrote, or for the queue.
    pub(super) fn back_to_work(&mut self, author: Option<&str>) -> Result<(), Refusal> {
        if self.is_closed() {
            let to = self
                .author_in_team(author)
                .map_or_else(|| self.fallback(), Controller::Agent);
            self.open_episode();
            let reason = Reason::code(ReasonCode::ToolFailure);
            self.hand(Move::to(to, Verb::Reopen, reason))?;
        }
        self.open_work();
        Ok(())
    }

    fn author_in_team(&self, author: Option<&str>) -> Option<AgentName> {
        author
            .map(AgentName::new)
            .filter(|name| self.world.team.agents.contains_key(name))
    }

    fn tell_author(&mut self, entry: &Outgoing, text: &str, urgent: bool) {
        self.tell_people(author_of(entry), text, urgent);
    }

    /// Calls whoever holds the conversation, and the person who wrote.
    pub(super) fn tell_people(&mut self, author: Option<&str>, text: &str, urgent: bool) {
        let mut people = self.responsible();
        people.extend(self.author_in_team(author).map(Target::Agent));
        people.dedup();
        let call = Call::about(people, Reason::new(ReasonCode::ToolFailure, text)).afresh();
        self.by_itself(|work| work.call(if urgent { call.urgently() } else { call }));
    }

    fn entry(&self, outbox: OutboxId) -> Result<Outgoing, Refusal> {
        self.state
            .outbox
            .get(&outbox)
            .cloned()
            .ok_or(Refusal::SendSettled)
    }

    fn step(&mut self, outbox: OutboxId, step: SendStep) {
        self.emit(Event::SendChanged(SendChanged { outbox, step }));
    }
}

/// Whether a message that waits until an instant can leave.
fn is_due(entry: &Outgoing, not_before: Timestamp, now: Timestamp) -> bool {
    not_before <= now || longer_than_any_wait(entry, not_before, now)
}

/// Whether more is left of a wait than it had at its beginning: then the clock was set back
/// meanwhile, and the instant up to which it was to last says nothing any more.
fn longer_than_any_wait(entry: &Outgoing, not_before: Timestamp, now: Timestamp) -> bool {
    let longest = match entry.attempts {
        0 => not_before.since(entry.queued_at),
        attempts => back_off(attempts),
    };
    not_before.since(now) > longest
}

/// The person who wrote a message to be sent; none for a machine.
fn author_of(entry: &Outgoing) -> Option<&str> {
    (entry.author == Author::Agent).then_some(entry.author_name.as_str())
}
