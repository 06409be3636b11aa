//! What people say afterwards: whether a conversation needed a person. Nothing is steered by it at
//! once; it is what rules are judged by, and what proposals to change them are made of.

mod sample;

use serde::{Deserialize, Serialize};

use crate::conversation::Conversation;
use crate::ids::DecisionId;
use crate::time::Timestamp;

pub use sample::{Drawn, Estimate, Interval, SampleAnswer, day_of, draw, estimate, wilson};

/// What a person says of an episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// A person was needed, and came in time.
    Needed,
    /// No person was needed.
    NotNeeded,
    /// A person was needed, and came too late.
    TooLate,
    /// A bot had it to the end; a person should have had it.
    ShouldHaveBeenHuman,
}

impl Label {
    /// Every label, in the order in which they are offered.
    pub const ALL: [Self; 4] = [
        Self::Needed,
        Self::NotNeeded,
        Self::TooLate,
        Self::ShouldHaveBeenHuman,
    ];

    /// Whether it says that a person was needed.
    #[must_use]
    pub const fn person_needed(self) -> bool {
        !matches!(self, Self::NotNeeded)
    }

    /// The word it is stored and sent as.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Needed => "needed",
            Self::NotNeeded => "not_needed",
            Self::TooLate => "too_late",
            Self::ShouldHaveBeenHuman => "should_have_been_human",
        }
    }

    /// The label of a word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|label| label.word() == word)
    }
}

/// How an episode came to be labelled when nobody chose it: by lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sampled {
    /// The day it was closed on, in days since 1970-01-01 UTC.
    pub day: i64,
    /// How many were drawn of that day.
    pub drawn: u32,
    /// Of how many.
    pub of: u32,
}

/// What one person said of one episode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The episode.
    pub episode: u32,
    /// Who said it.
    pub by: String,
    /// What.
    pub label: Label,
    /// When.
    pub at: Timestamp,
    /// The decision that it is about, when one brought people in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
    /// How it was drawn, when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampled: Option<Sampled>,
}

/// An episode that a bot had from beginning to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The episode.
    pub episode: u32,
    /// When it was closed.
    pub at: Timestamp,
}

/// Who has had an episode so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hands {
    /// A bot has had it, or spoken in it.
    #[serde(default)]
    pub bot: bool,
    /// People have had it, waited for in a queue or in person, or spoken in it. What was imported
    /// and waits for the first of them does not count as had.
    #[serde(default)]
    pub people: bool,
    /// The decision by which a rule first brought people in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brought: Option<DecisionId>,
}

impl Hands {
    /// Whether nobody has had it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        !self.bot && !self.people
    }
}

impl Conversation {
    /// The labels that fit an episode: of what reached people, whether that was right; of what a
    /// bot had alone, whether it should have reached them.
    #[must_use]
    pub fn labels_that_fit(&self, episode: u32) -> &'static [Label] {
        const REACHED: &[Label] = &[Label::Needed, Label::NotNeeded, Label::TooLate];
        const ALONE: &[Label] = &[Label::ShouldHaveBeenHuman, Label::NotNeeded];
        if self.kept.iter().any(|kept| kept.episode == episode) {
            return ALONE;
        }
        if episode != self.episode {
            return &[];
        }
        match self.hands {
            Hands { people: true, .. } => REACHED,
            Hands { bot: true, .. } => ALONE,
            Hands { .. } => &[],
        }
    }
}
