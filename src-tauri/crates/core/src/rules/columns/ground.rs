//! What merging and counting read of the facts, row by row out of the columns.

use std::sync::Arc;

use super::{
    bits::Bits,
    frame::{Column, Frame},
};
use crate::rules::{eval::pass::Ground, facts::Fact, memory::Standing};

/// Where a text is known, the texts there are, and which it is.
pub(in crate::rules) type Texts<'f> = (&'f Bits, &'f [Arc<str>], &'f [u32]);

/// The columns that every decision reads, whatever the rules say.
pub(in crate::rules) struct Grounds<'f> {
    control: Option<&'f Column>,
    queue: Option<&'f Column>,
    changed_by: Option<&'f Column>,
    has_bot: Option<&'f Column>,
    draft: Option<&'f Column>,
    messages: Option<&'f Column>,
    epoch: Option<&'f Column>,
    episode: Option<&'f Column>,
    clocks: [Option<&'f Column>; 3],
    held: Option<&'f Column>,
    people: Option<&'f Column>,
}

impl<'f> Grounds<'f> {
    /// The facts that it reads.
    pub(in crate::rules) const FACTS: [Fact; 13] = [
        Fact::CONV_CONTROL,
        Fact::CONV_QUEUE,
        Fact::CONV_CHANGED_BY,
        Fact::CHANNEL_HAS_BOT,
        Fact::DRAFT_ID,
        Fact::CONV_MESSAGE_COUNT,
        Fact::CONV_CONTROL_EPOCH,
        Fact::CONV_EPISODE,
        Fact::SLA_FIRST_REPLY,
        Fact::SLA_NEXT_REPLY,
        Fact::SLA_RESOLVE,
        Fact::CONV_IN_CONTROL,
        Fact::TEAM_AVAILABLE,
    ];

    pub(in crate::rules) fn of(frame: &'f Frame) -> Self {
        let column = |fact| frame.builtin.get(&fact);
        Self {
            control: column(Fact::CONV_CONTROL),
            queue: column(Fact::CONV_QUEUE),
            changed_by: column(Fact::CONV_CHANGED_BY),
            has_bot: column(Fact::CHANNEL_HAS_BOT),
            draft: column(Fact::DRAFT_ID),
            messages: column(Fact::CONV_MESSAGE_COUNT),
            epoch: column(Fact::CONV_CONTROL_EPOCH),
            episode: column(Fact::CONV_EPISODE),
            clocks: [
                column(Fact::SLA_FIRST_REPLY),
                column(Fact::SLA_NEXT_REPLY),
                column(Fact::SLA_RESOLVE),
            ],
            held: column(Fact::CONV_IN_CONTROL),
            people: column(Fact::TEAM_AVAILABLE),
        }
    }

    pub(in crate::rules) fn at(&self, row: usize) -> Ground<'f> {
        Ground {
            control: text(self.control, row),
            queue: text(self.queue, row),
            changed_by: text(self.changed_by, row),
            has_bot: flag(self.has_bot, row),
            draft: text(self.draft, row),
            standing: Standing {
                message: int(self.messages, row),
                control: int(self.epoch, row),
                episode: int(self.episode, row),
            },
        }
    }

    /// Whether a bot is connected.
    pub(in crate::rules) fn has_bot(&self, row: usize) -> bool {
        flag(self.has_bot, row)
    }

    /// Who has control, the queue and who made the last change of control: where each is known, the
    /// texts there are, and which it is.
    pub(in crate::rules) fn texts(&self) -> [Option<Texts<'f>>; 3] {
        [self.control, self.queue, self.changed_by].map(|column| {
            let (known, texts, codes) = column?.texts.as_ref()?;
            Some((known, texts.as_slice(), codes.as_slice()))
        })
    }

    /// How often control has changed by then.
    pub(in crate::rules) fn epoch(&self, row: usize) -> Option<i64> {
        int(self.epoch, row)
    }

    /// How long the controller had had it by then, in milliseconds.
    pub(in crate::rules) fn held(&self, row: usize) -> Option<i64> {
        int(self.held, row)
    }

    /// How many people could be reached then.
    pub(in crate::rules) fn people(&self, row: usize) -> Option<i64> {
        int(self.people, row)
    }

    /// Whether a deadline had been missed by then.
    pub(in crate::rules) fn missed(&self, row: usize) -> bool {
        self.clocks
            .iter()
            .any(|clock| text(*clock, row) == Some("missed"))
    }
}

fn text(column: Option<&Column>, row: usize) -> Option<&str> {
    let (known, texts, codes) = column?.texts.as_ref()?;
    let code = known.get(row).then(|| codes.get(row)).flatten()?;
    texts.get(usize::try_from(*code).ok()?).map(|text| &**text)
}

fn int(column: Option<&Column>, row: usize) -> Option<i64> {
    let (known, numbers) = column?.numbers.as_ref()?;
    known.get(row).then(|| numbers.get(row).copied()).flatten()
}

fn flag(column: Option<&Column>, row: usize) -> bool {
    let Some((known, yes)) = column.and_then(|column| column.bools.as_ref()) else {
        return false;
    };
    known.get(row) && yes.get(row)
}
