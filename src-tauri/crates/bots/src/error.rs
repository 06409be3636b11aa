//! How the door says no.

use std::fmt;

use baton_core::decide::Refusal;
use baton_core::words::sentence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wire::control::ControllerView;

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoorError {
    /// The HTTP status it goes under.
    #[serde(skip)]
    pub status: u16,
    /// A stable code in snake case; branch on this one.
    pub code: String,
    /// What happened, in one sentence.
    pub message: String,
    /// What to do about it, in one sentence; may be empty.
    pub hint: String,
    /// Who has control, when that is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Box<ControllerView>>,
    /// The control epoch now, when control is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
}

impl DoorError {
    /// An error with its parts.
    pub fn new(
        status: u16,
        code: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            hint: hint.into(),
            holder: None,
            epoch: None,
        }
    }

    /// A request that cannot be read.
    pub fn bad_request(message: impl Into<String>) -> Self {
        let hint = "Compare it with /bots/v1/openapi.json.";
        Self::new(400, "bad_request", message, hint)
    }

    /// There is nothing of that name, or it is none of this bot's business; it must not be able to
    /// tell which.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(
            404,
            "not_found",
            format!("There is no such {what} for this bot."),
            "Check the identifier.",
        )
    }

    /// The address does not know that method.
    #[must_use]
    pub fn method() -> Self {
        Self::new(
            405,
            "method_not_allowed",
            "This address does not know that method.",
            "See /bots/v1/openapi.json.",
        )
    }

    /// Something is wrong on this side; the caller learns no more.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            500,
            "internal",
            "Something went wrong inside Baton.",
            "Try again with the same Idempotency-Key.",
        )
    }
}

impl fmt::Display for DoorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DoorError {}

impl From<&Refusal> for DoorError {
    fn from(refusal: &Refusal) -> Self {
        let message = sentence(&refusal.to_string());
        match refusal {
            // To a bot these are one: it may not speak now, and here is who may.
            Refusal::NotInControl { holder, epoch } | Refusal::StaleEpoch { holder, epoch } => {
                Self {
                    holder: Some(Box::new(ControllerView::of(holder))),
                    epoch: Some(*epoch),
                    ..Self::new(
                        409,
                        "not_in_control",
                        holder.in_words(),
                        "Stay silent; go on when a control event gives it to you.",
                    )
                }
            }
            Refusal::OfferGone { holder } => Self {
                holder: Some(Box::new(ControllerView::of(holder))),
                ..Self::new(409, refusal.code(), message, "Somebody else was faster.")
            },
            Refusal::NoSuchConversation => Self::not_found("conversation"),
            Refusal::NotAllowed
            | Refusal::NotOfferedToYou
            | Refusal::NotYourReview
            | Refusal::ReturnToBotOnly => Self::new(403, refusal.code(), message, ""),
            Refusal::PacketTooLarge { .. } => Self::new(413, refusal.code(), message, ""),
            Refusal::NoSuchAgent { .. }
            | Refusal::PacketInvalid { .. }
            | Refusal::LabelDoesNotFit { .. }
            | Refusal::SnoozeNeedsTime
            | Refusal::StatusNotAllowed { .. } => Self::new(422, refusal.code(), message, ""),
            Refusal::Closed
            | Refusal::NotClosed
            | Refusal::NobodyToTake
            | Refusal::CannotMove(_)
            | Refusal::NothingToUndo
            | Refusal::TooLateToCancel
            | Refusal::SendSettled
            | Refusal::SendNotDue { .. }
            | Refusal::SendUnderWay
            | Refusal::DeadlinePassed
            | Refusal::NotFailed
            | Refusal::NotInDoubt
            | Refusal::Superseded
            | Refusal::DraftGone
            | Refusal::EarlierDraftWaits
            | Refusal::NeverAnswerMachines => Self::new(409, refusal.code(), message, ""),
        }
    }
}
