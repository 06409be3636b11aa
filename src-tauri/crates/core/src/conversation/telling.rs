//! Which decision tells most about where a conversation is.

use serde::{Deserialize, Serialize};

use crate::event::body::DecisionMade;
use crate::ids::{CommandId, DecisionId};

/// The decisions that people ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Telling {
    /// The last one in which a rule acted.
    pub acted: Option<Acted>,
    /// The last one by which a rule moved control.
    pub moved: Option<DecisionId>,
}

/// A decision in which a rule acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acted {
    /// Which.
    pub decision: DecisionId,
    /// The command it was made for.
    pub cause: CommandId,
}

impl Telling {
    /// The decision that last moved control, or else the last in which a rule acted.
    #[must_use]
    pub fn most(&self) -> Option<DecisionId> {
        self.moved.or(self.acted.map(|acted| acted.decision))
    }

    /// Whether no rule has acted yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.acted.is_none() && self.moved.is_none()
    }

    /// The rules were evaluated.
    pub(super) fn decided(&mut self, made: &DecisionMade, cause: CommandId) {
        if !made.acted.is_empty() {
            self.acted = Some(Acted {
                decision: made.decision,
                cause,
            });
        }
    }

    /// A rule moved control, by what it was last found to do for the same command.
    pub(super) fn moved(&mut self, cause: CommandId) {
        if let Some(acted) = self.acted.filter(|acted| acted.cause == cause) {
            self.moved = Some(acted.decision);
        }
    }
}
