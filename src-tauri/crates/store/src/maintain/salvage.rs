//! Reading what is left of a database of which parts are damaged: one damaged page hides what
//! stands on it and nothing else.

use baton_core::hash::Hash;
use baton_core::message::MessageDocument;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::table::content::{ContentState, damaged};
use crate::table::event::LoggedEvent;

/// A stretch of the log, of which some may be damaged.
#[derive(Debug, Clone, Default)]
pub struct Stretch {
    /// The envelopes that can be read, in order.
    pub events: Vec<LoggedEvent>,
    /// The places of those that are damaged, in order.
    pub damaged: Vec<i64>,
    /// After which place the next stretch begins; none at the end.
    pub next: Option<i64>,
}

impl Reader<'_> {
    /// The envelopes that follow the place `after`, `limit` places at most. Where they cannot be
    /// read together they are read one by one, and those that cannot be read are named.
    ///
    /// # Errors
    /// When the database cannot be read for another reason than damage, or so little of it is left
    /// that the end of the log is unknown.
    pub fn events_left(&self, after: i64, limit: usize) -> Result<Stretch, StoreError> {
        match self.events_after(after, limit) {
            Ok(events) => {
                let last = events.last().filter(|_| events.len() == limit);
                Ok(Stretch {
                    next: last.map(|event| event.seq),
                    events,
                    damaged: Vec::new(),
                })
            }
            Err(error) if error.is_damage() => self.events_one_by_one(after, limit),
            Err(error) => Err(error),
        }
    }

    fn events_one_by_one(&self, after: i64, limit: usize) -> Result<Stretch, StoreError> {
        let end = self.end_of_log()?;
        let to = after
            .saturating_add(i64::try_from(limit).unwrap_or(i64::MAX))
            .min(end);
        let mut stretch = Stretch {
            next: (to < end).then_some(to),
            ..Stretch::default()
        };
        for seq in after.saturating_add(1)..=to {
            match self.event_at(seq) {
                Ok(found) => stretch.events.extend(found),
                Err(error) if error.is_damage() => stretch.damaged.push(seq),
                Err(error) => return Err(error),
            }
        }
        Ok(stretch)
    }

    /// The place of the newest envelope, as the devices' heads or the log itself tell.
    fn end_of_log(&self) -> Result<i64, StoreError> {
        let heads = self.chain_heads().map(|heads| {
            let ends = heads.values().map(|head| head.seq);
            ends.max().unwrap_or_default()
        });
        match (heads, self.last_seq()) {
            (Ok(told), Ok(found)) => Ok(told.max(found)),
            (Ok(end), Err(_)) | (Err(_), Ok(end)) => Ok(end),
            (Err(error), Err(_)) => Err(error),
        }
    }

    /// The bytes of a piece of content, checked against their digest; none when it was erased.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it is not there although nobody erased it, or when its bytes
    /// are not those that were stored; otherwise when the database cannot be read.
    pub fn content_whole(&self, hash: Hash) -> Result<Option<Vec<u8>>, StoreError> {
        match self.content(hash)? {
            Some(bytes) if Hash::of(&bytes) == hash => Ok(Some(bytes)),
            Some(_) => Err(damaged(hash, &"its bytes are not those that were stored")),
            None => match self.content_state(hash)? {
                ContentState::Missing => Err(damaged(hash, &"it is missing")),
                ContentState::Present { .. } | ContentState::Erased { .. } => Ok(None),
            },
        }
    }

    /// The document of a message, checked against its digest; none when it was erased.
    ///
    /// # Errors
    /// As [`Reader::content_whole`], or when the document has another shape.
    pub fn document_whole(&self, hash: Hash) -> Result<Option<MessageDocument>, StoreError> {
        self.content_whole(hash)?
            .map(|bytes| crate::value::from_json("message document", &bytes))
            .transpose()
    }
}
