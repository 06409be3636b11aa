//! What a back-test knows of one conversation.

use super::{compare::Differs, lane::Lane, moments::Last, past::Course};
use crate::{
    ids::{ConversationId, Id as _},
    rules::{memory::Memory, outcome::EventKind},
};

/// The first point of a conversation at which the decisions differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The conversation.
    pub conversation: ConversationId,
    /// The place in the log of the event that tells of the decision.
    pub seq: i64,
    /// The logical instant, in milliseconds UTC.
    pub at: i64,
    /// What had happened.
    pub event: EventKind,
    /// The weightiest slot that differs.
    pub slot: Differs,
    /// Whether the conversation would have gone another way from some point on.
    pub diverges: bool,
    /// How many points differ.
    pub differences: u64,
}

/// What a set of rules does in one conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    /// Whether it is handed to people, at recorded points.
    pub(super) handed: bool,
    /// Whether that is so at the customer's first message.
    pub(super) at_first_contact: bool,
    /// Drafts that a person must read.
    pub(super) reviews: u32,
    /// Whether it is handed to people before, or where, the conversation parts from the record.
    pub(super) surely_handed: bool,
}

/// One conversation.
#[derive(Debug)]
pub(super) struct Thread {
    pub(super) id: ConversationId,
    pub(super) key: [u8; 16],
    /// What the old rules remember, facts being as recorded.
    pub(super) old: Memory<u16>,
    /// What the new rules remember, once that may be something else.
    pub(super) new: Option<Memory<u16>>,
    /// The old and the new rules with what they themselves change of the facts, once they do.
    pub(super) lanes: Option<Box<[Lane; 2]>>,
    /// Its last point, where time alone is to be looked at.
    pub(super) last: Option<Last>,
    /// What it tells whatever the rules say.
    pub(super) course: Course,
    pub(super) differences: u64,
    pub(super) first: Option<Difference>,
    /// Where the two sets of rules part.
    pub(super) parted: Option<i64>,
    pub(super) tally: [Tally; 2],
}

/// What is said of a conversation in the end.
pub(super) struct Told {
    pub(super) id: ConversationId,
    pub(super) tally: [Tally; 2],
    /// Whether the two sets of rules differ at some moment.
    pub(super) differs: bool,
    /// Whether they part.
    pub(super) parted: bool,
    /// Whether a deadline was missed.
    pub(super) missed: bool,
    /// Whether control went to and fro.
    pub(super) to_and_fro: bool,
}

impl Thread {
    pub(super) fn new(id: ConversationId) -> Self {
        Self {
            id,
            key: id.bits().to_be_bytes(),
            old: Memory::default(),
            new: None,
            lanes: None,
            last: None,
            course: Course::default(),
            differences: 0,
            first: None,
            parted: None,
            tally: [Tally::default(); 2],
        }
    }

    /// What is said of it in the end, and where the two sets of rules first differ.
    pub(super) fn told(self) -> (Told, Option<Difference>) {
        let told = Told {
            id: self.id,
            tally: self.tally,
            differs: self.first.is_some(),
            parted: self.parted.is_some(),
            missed: self.course.missed,
            to_and_fro: self.course.to_and_fro,
        };
        let differences = self.differences;
        let first = self.first.map(|first| Difference {
            differences,
            ..first
        });
        (told, first)
    }
}
