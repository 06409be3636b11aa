//! What can go wrong while running, and how it is told.

use baton_api::ApiError;
use baton_bots::DoorError;
use baton_core::decide::{Refusal, RefusalKind};
use baton_core::elsewhere::Hindrance;
use baton_core::log::SealError;
use baton_core::words::{period, sentence};
use baton_store::StoreError;

/// Why the engine could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The core refused the order; nothing has changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store could not read or write.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value could not be written as JSON.
    #[error("a value cannot be written: {0}")]
    Shape(#[from] serde_json::Error),
    /// A thing that was named is not there.
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// A request that makes no sense.
    #[error("{message}")]
    Bad {
        /// A stable code.
        code: &'static str,
        /// What is wrong with it.
        message: String,
        /// What to do about it.
        hint: String,
    },
    /// An event cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// What the door says to a bot.
    #[error(transparent)]
    Door(#[from] Box<DoorError>),
    /// The workspace can only be read.
    #[error("this workspace can only be read: {0}")]
    ReadOnly(String),
    /// The work panicked; nothing of it was kept.
    #[error("this could not be done because of a fault in Baton")]
    Panicked,
    /// The engine is shutting down.
    #[error("Baton is shutting down")]
    Stopped,
}

impl EngineError {
    /// Whether stored bytes are damaged or cannot be written, so that what is left can still be
    /// read.
    pub(crate) const fn leaves_reading(&self) -> bool {
        match self {
            Self::Store(error) => {
                error.is_damage() || matches!(error, StoreError::DiskFull | StoreError::ReadOnly)
            }
            _ => false,
        }
    }

    /// Whether the fault may be that of one conversation or message, so that work on the others
    /// can go on.
    #[must_use]
    pub const fn is_of_one(&self) -> bool {
        match self {
            Self::Store(error) => error.is_of_one(),
            Self::ReadOnly(_) | Self::Stopped => false,
            Self::Refused(_)
            | Self::Shape(_)
            | Self::Missing(_)
            | Self::Bad { .. }
            | Self::Door(_)
            | Self::Seal(_)
            | Self::Panicked => true,
        }
    }

    /// A request that makes no sense.
    pub fn bad(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Bad {
            code,
            message: message.into(),
            hint: hint.into(),
        }
    }
}

impl From<DoorError> for EngineError {
    fn from(error: DoorError) -> Self {
        Self::Door(Box::new(error))
    }
}

fn refusal_hint(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotInControl { holder, .. }
        | Refusal::StaleEpoch { holder, .. }
        | Refusal::OfferGone { holder } => holder.in_words(),
        Refusal::TooLateToCancel => "It is on its way or sent already.".to_owned(),
        Refusal::Closed => "Open it again first.".to_owned(),
        Refusal::SnoozeNeedsTime => "Choose a time that lies ahead.".to_owned(),
        Refusal::DraftGone => "Somebody was faster, or control has gone elsewhere.".to_owned(),
        Refusal::EarlierDraftWaits => "Read that one first, so that they are said in order.".to_owned(),
        Refusal::NotYourReview => "Have it reassigned to you, or ask a lead.".to_owned(),
        Refusal::LabelDoesNotFit { .. } => {
            "What reached people was needed, not needed or too late; what a bot had alone was rightly its own, or should have reached them.".to_owned()
        }
        Refusal::CannotMove(Hindrance::BeingSent) => {
            "It would go out by this channel: wait until it has left; try one that was not sent again, or take it back to writing; judge one in doubt.".to_owned()
        }
        Refusal::NothingToUndo => "Somebody has acted on it since.".to_owned(),
        _ => String::new(),
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Refused(refusal) => {
                let told = Self::new(
                    refusal.code(),
                    sentence(&refusal.to_string()),
                    refusal_hint(&refusal),
                );
                match refusal.kind() {
                    RefusalKind::Notice => told.as_notice(),
                    RefusalKind::Error => told,
                }
            }
            EngineError::Store(StoreError::WorkspaceInUse { .. }) => Self::new(
                "workspace_in_use",
                "Another Baton has this workspace open.",
                "Use that one, or close it first.",
            ),
            EngineError::Store(StoreError::DiskFull) => Self::new(
                "disk_full",
                "The disk is full; nothing that was stored is lost.",
                "Free some space and try again.",
            ),
            EngineError::Store(StoreError::Busy) => Self::new(
                "busy",
                "Another program holds the database; nothing was changed.",
                "Close what has `baton.db` open, such as a backup or a database browser, and try again.",
            ),
            EngineError::Store(error) => Self::new(
                "store",
                sentence(&error.to_string()),
                "The health page says more.",
            ),
            EngineError::Missing(what) => Self::not_found(what),
            EngineError::Bad {
                code,
                message,
                hint,
            } => Self::new(code, message, hint),
            EngineError::Door(told) => Self::new(&told.code, told.message, told.hint),
            EngineError::ReadOnly(why) => Self::new(
                "read_only",
                format!("This workspace can only be read: {}", period(&why)),
                "`baton export`, `baton audit verify`, `baton doctor` and `baton backup FILE` work \
                 on it all the same.",
            ),
            EngineError::Shape(_) | EngineError::Seal(_) | EngineError::Panicked => {
                Self::new("internal", sentence(&error.to_string()), "")
            }
            EngineError::Stopped => Self::new("stopped", "Baton is shutting down.", "").as_notice(),
        }
    }
}
