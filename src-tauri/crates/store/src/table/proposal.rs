//! What people answered to proposals to change the rules.

use baton_core::hash::Hash;
use baton_core::time::Timestamp;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{at, hash};
use crate::writer::Tx;

/// The answer to a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredProposal {
    /// Which proposal.
    pub proposal: Hash,
    /// Whether the rules were changed by it.
    pub accepted: bool,
    /// Who answered.
    pub agent: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

impl Reader<'_> {
    /// Every answer, by proposal.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn answered_proposals(&self) -> Result<Vec<AnsweredProposal>, StoreError> {
        let mut statement = self.statement(
            "SELECT proposal, accepted, agent, reason, at_ms FROM proposal_answer
             ORDER BY proposal",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(AnsweredProposal {
                proposal: hash(row, 0)?,
                accepted: row.get(1)?,
                agent: row.get(2)?,
                reason: row.get(3)?,
                at: at(row, 4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Keeps an answer; the last one to a proposal counts.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn answer_proposal(&mut self, answer: &AnsweredProposal) -> Result<(), StoreError> {
        self.statement(
            "INSERT INTO proposal_answer (proposal, accepted, agent, reason, at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (proposal) DO UPDATE SET accepted = excluded.accepted,
                 agent = excluded.agent, reason = excluded.reason, at_ms = excluded.at_ms",
        )?
        .execute((
            answer.proposal.0,
            answer.accepted,
            &answer.agent,
            &answer.reason,
            answer.at.0,
        ))?;
        Ok(())
    }
}
