//! Why an order was not carried out.

use crate::control::Controller;
use crate::elsewhere::Hindrance;
use crate::status::WorkStatus;
use crate::time::Timestamp;

/// Why an order was not carried out. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such conversation.
    #[error("there is no such conversation")]
    NoSuchConversation,
    /// Somebody else is in control.
    #[error("{holder} is in control")]
    NotInControl {
        /// Who is.
        holder: Controller,
        /// The epoch now.
        epoch: u64,
    },
    /// Control changed hands since the author looked.
    #[error("control has gone to {holder} since")]
    StaleEpoch {
        /// Who has it now.
        holder: Controller,
        /// The epoch now.
        epoch: u64,
    },
    /// The offer is no longer live.
    #[error("the offer is gone, {holder} has the conversation")]
    OfferGone {
        /// Who has the conversation.
        holder: Controller,
    },
    /// The offer was made to somebody else.
    #[error("the offer was made to somebody else")]
    NotOfferedToYou,
    /// Nobody answers to the name an offer or handoff was meant for.
    #[error("there is nobody who could take it")]
    NobodyToTake,
    /// No person of the team has this name.
    #[error("there is no {name} in the team")]
    NoSuchAgent {
        /// The name.
        name: String,
    },
    /// A person gives control back to a bot with its own verb, which ends the human stretch.
    #[error("control goes back to a bot by returning it only")]
    ReturnToBotOnly,
    /// The episode is over.
    #[error("the conversation is closed")]
    Closed,
    /// The conversation is not closed.
    #[error("the conversation is open")]
    NotClosed,
    /// This kind of party may not ask for this.
    #[error("this party may not do this")]
    NotAllowed,
    /// Snoozing needs an instant that lies ahead.
    #[error("snoozing needs a time that lies ahead")]
    SnoozeNeedsTime,
    /// The status cannot be set by hand from here.
    #[error("the status cannot become {to:?} like this")]
    StatusNotAllowed {
        /// What was asked.
        to: WorkStatus,
    },
    /// The last act was another one, or somebody else's, or the conversation has moved on.
    #[error("there is nothing to undo")]
    NothingToUndo,
    /// The message is being sent or was sent.
    #[error("it is too late to take the message back")]
    TooLateToCancel,
    /// There is no such message in the outbox; it was sent, taken back or dropped.
    #[error("the message is settled")]
    SendSettled,
    /// The message waits for its undo window or the next attempt.
    #[error("the message is not due yet")]
    SendNotDue {
        /// Not before this instant.
        not_before: Timestamp,
    },
    /// An attempt is under way, or its end is not known.
    #[error("an attempt to send it is under way")]
    SendUnderWay,
    /// The attempt would have to commit in the past.
    #[error("the attempt's deadline has passed")]
    DeadlinePassed,
    /// The message has not failed.
    #[error("the message has not failed")]
    NotFailed,
    /// The message is not in doubt.
    #[error("the message is not in doubt")]
    NotInDoubt,
    /// The message was written by a machine before control changed hands.
    #[error("control has changed hands since the message was written")]
    Superseded,
    /// A machine never answers a machine.
    #[error("the last message was automatic and gets no automatic answer")]
    NeverAnswerMachines,
    /// The draft was sent, rejected or withdrawn meanwhile.
    #[error("the draft does not wait any more")]
    DraftGone,
    /// What its author said before it waits still, and is said first.
    #[error("an earlier draft of the same author still waits")]
    EarlierDraftWaits,
    /// The draft waits for somebody else, or is the person's own.
    #[error("this draft is for others to read")]
    NotYourReview,
    /// The label says something that cannot be true of the episode.
    #[error("this label does not fit: {}", if *.reached { "people had it" } else { "it did not reach people" })]
    LabelDoesNotFit {
        /// Whether people had the episode.
        reached: bool,
    },
    /// The conversation cannot go on there.
    #[error("it cannot go on there: {0}")]
    CannotMove(Hindrance),
    /// The packet is larger than a packet may be.
    #[error("the packet has {bytes} bytes, {limit} are allowed")]
    PacketTooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A field of the packet is missing or wrong.
    #[error("the packet's {field} is not right")]
    PacketInvalid {
        /// Which field.
        field: &'static str,
    },
}

/// How a refusal is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// The world has moved on: a quiet notice.
    Notice,
    /// The order was wrong: an error.
    Error,
}

impl Refusal {
    /// A stable code in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchConversation => "no_such_conversation",
            Self::NotInControl { .. } => "not_in_control",
            Self::StaleEpoch { .. } => "stale_epoch",
            Self::OfferGone { .. } => "offer_gone",
            Self::NotOfferedToYou => "not_offered_to_you",
            Self::NobodyToTake => "nobody_to_take",
            Self::NoSuchAgent { .. } => "no_such_agent",
            Self::ReturnToBotOnly => "return_to_bot_only",
            Self::Closed => "closed",
            Self::NotClosed => "not_closed",
            Self::NotAllowed => "not_allowed",
            Self::SnoozeNeedsTime => "snooze_needs_time",
            Self::StatusNotAllowed { .. } => "status_not_allowed",
            Self::NothingToUndo => "nothing_to_undo",
            Self::TooLateToCancel => "too_late_to_cancel",
            Self::SendSettled => "send_settled",
            Self::SendNotDue { .. } => "send_not_due",
            Self::SendUnderWay => "send_under_way",
            Self::DeadlinePassed => "deadline_passed",
            Self::NotFailed => "not_failed",
            Self::NotInDoubt => "not_in_doubt",
            Self::Superseded => "superseded",
            Self::NeverAnswerMachines => "never_answer_machines",
            Self::DraftGone => "draft_gone",
            Self::EarlierDraftWaits => "earlier_draft_waits",
            Self::NotYourReview => "not_your_review",
            Self::LabelDoesNotFit { .. } => "label_does_not_fit",
            Self::CannotMove(_) => "cannot_move",
            Self::PacketTooLarge { .. } => "packet_too_large",
            Self::PacketInvalid { .. } => "packet_invalid",
        }
    }

    /// Whether the state did not allow it (a notice) or the order was wrong (an error).
    #[must_use]
    pub const fn kind(&self) -> RefusalKind {
        match self {
            Self::NotInControl { .. }
            | Self::StaleEpoch { .. }
            | Self::OfferGone { .. }
            | Self::NobodyToTake
            | Self::Closed
            | Self::NotClosed
            | Self::NothingToUndo
            | Self::TooLateToCancel
            | Self::SendSettled
            | Self::SendNotDue { .. }
            | Self::SendUnderWay
            | Self::DeadlinePassed
            | Self::NotFailed
            | Self::NotInDoubt
            | Self::Superseded
            | Self::DraftGone
            | Self::EarlierDraftWaits
            | Self::LabelDoesNotFit { .. }
            | Self::CannotMove(_)
            | Self::NeverAnswerMachines => RefusalKind::Notice,
            Self::NoSuchConversation
            | Self::NotOfferedToYou
            | Self::NotYourReview
            | Self::NoSuchAgent { .. }
            | Self::ReturnToBotOnly
            | Self::NotAllowed
            | Self::SnoozeNeedsTime
            | Self::StatusNotAllowed { .. }
            | Self::PacketTooLarge { .. }
            | Self::PacketInvalid { .. } => RefusalKind::Error,
        }
    }
}
