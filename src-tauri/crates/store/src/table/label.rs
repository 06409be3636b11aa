//! What people said of episodes, and the episodes that a bot had alone. Both follow from the state
//! of their conversation, and are written with it.

use baton_core::conversation::Conversation;
use baton_core::ids::{ConversationId, DecisionId};
use baton_core::label::{Kept, Label, Mark, Sampled, day_of};
use baton_core::time::Timestamp;
use rusqlite::Row;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Word, at, id, id_or_none, key};
use crate::writer::Tx;

impl Word for Label {
    const ALL: &'static [Self] = &Self::ALL;
    fn word(self) -> &'static str {
        Self::word(self)
    }
}

/// What one person said of one episode of a conversation.
///
/// There is one row a conversation, episode and person: the last word of each. Where people
/// disagree about an episode, the newest row counts. `label.person_needed()` says on which side a
/// label is: `needed`, `too_late` and `should_have_been_human` say that a person was needed,
/// `not_needed` that none was. Which handoff it judges: `decision` and `decided_seq` name the
/// decision by which a rule brought people into the episode (a point of [`Reader::points`] has the
/// same `seq`); both are none where people came by themselves, and for episodes that a bot kept,
/// of which every point is meant. `sampled` is set when the episode was drawn by lot, with its
/// propensity `drawn / of`; only those rows lean to no side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRow {
    /// The conversation.
    pub conversation: ConversationId,
    /// The episode.
    pub episode: u32,
    /// Who said it.
    pub agent: String,
    /// What.
    pub label: Label,
    /// When.
    pub at: Timestamp,
    /// The decision that it is about.
    pub decision: Option<DecisionId>,
    /// The place of that decision in the log.
    pub decided_seq: Option<i64>,
    /// How it was drawn, when nobody chose it.
    pub sampled: Option<Sampled>,
}

/// An episode that a bot had from beginning to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptEpisode {
    /// The conversation.
    pub conversation: ConversationId,
    /// The episode.
    pub episode: u32,
    /// When it was closed.
    pub at: Timestamp,
}

fn row(row: &Row<'_>) -> rusqlite::Result<LabelRow> {
    let day: Option<i64> = row.get(7)?;
    let sampled = match day {
        None => None,
        Some(day) => Some(Sampled {
            day,
            drawn: row.get(8)?,
            of: row.get(9)?,
        }),
    };
    Ok(LabelRow {
        conversation: id(row, 0)?,
        episode: row.get(1)?,
        agent: row.get(2)?,
        label: Word::read(row, 3)?,
        at: at(row, 4)?,
        decision: id_or_none(row, 5)?,
        decided_seq: row.get(6)?,
        sampled,
    })
}

const COLUMNS: &str = "l.conversation, l.episode, l.agent, l.label, l.at_ms, l.decision, d.seq,
    l.sampled_day, l.sampled_drawn, l.sampled_of
    FROM label l LEFT JOIN decision d ON d.id = l.decision";

impl Reader<'_> {
    /// Every label given since an instant, oldest first; where one person has spoken twice of an
    /// episode, the last word alone.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn labels(&self, since: Timestamp) -> Result<Vec<LabelRow>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} WHERE l.at_ms >= ?1
             ORDER BY l.at_ms, l.conversation, l.episode, l.agent"
        ))?;
        let rows = statement.query_map([since.0], row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The labels of a conversation, by episode and person.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn labels_of(&self, conversation: ConversationId) -> Result<Vec<LabelRow>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} WHERE l.conversation = ?1 ORDER BY l.episode, l.agent"
        ))?;
        let rows = statement.query_map([key(conversation)], row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The episodes that a bot had alone and closed on a day, in no order that means anything.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn kept_on(&self, day: i64) -> Result<Vec<KeptEpisode>, StoreError> {
        let mut statement = self.statement(
            "SELECT conversation, episode, at_ms FROM kept WHERE day = ?1
             ORDER BY conversation, episode",
        )?;
        let rows = statement.query_map([day], |row| {
            Ok(KeptEpisode {
                conversation: id(row, 0)?,
                episode: row.get(1)?,
                at: at(row, 2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The newest day before another on which a bot closed something alone.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn kept_day_before(&self, day: i64) -> Result<Option<i64>, StoreError> {
        Ok(self
            .statement("SELECT max(day) FROM kept WHERE day < ?1")?
            .query_row([day], |row| row.get(0))?)
    }
}

impl Tx<'_> {
    /// Writes the labels and kept episodes of a conversation anew.
    pub(crate) fn put_marks(&mut self, state: &Conversation) -> Result<(), StoreError> {
        let conversation = key(state.id);
        self.statement("DELETE FROM label WHERE conversation = ?1")?
            .execute([conversation])?;
        self.statement("DELETE FROM kept WHERE conversation = ?1")?
            .execute([conversation])?;
        let mut label = self.statement(
            "INSERT INTO label (conversation, episode, agent, label, at_ms, decision,
                 sampled_day, sampled_drawn, sampled_of)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for mark in &state.labels {
            let Mark {
                episode,
                by,
                label: said,
                at,
                decision,
                sampled,
            } = mark;
            label.execute((
                conversation,
                episode,
                by,
                said.word(),
                at.0,
                decision.map(key),
                sampled.map(|sampled| sampled.day),
                sampled.map_or(0, |sampled| sampled.drawn),
                sampled.map_or(0, |sampled| sampled.of),
            ))?;
        }
        let mut kept = self.statement(
            "INSERT INTO kept (day, conversation, episode, at_ms) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for Kept { episode, at } in &state.kept {
            kept.execute((day_of(*at), conversation, episode, at.0))?;
        }
        Ok(())
    }
}
