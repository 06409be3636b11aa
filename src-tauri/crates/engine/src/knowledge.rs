//! What answers are taken from. Saved answers are in step with the macros, conversations are read
//! when they are solved; files and pages only when somebody says so.

pub(crate) mod reading;

use std::collections::{BTreeMap, BTreeSet};

use baton_core::conversation::Conversation;
use baton_core::ids::ConversationId;
use baton_core::knowledge::passage::{MOST, Passage};
use baton_core::knowledge::word::{tells, words};
use baton_core::message::{Author, Direction, MessageKind};
use baton_core::status::WorkStatus;
use baton_core::time::Timestamp;
use baton_store::{KnowledgeKind, NewKnowledge, StoreError, Tx};

use crate::desk::Turn;
use crate::error::EngineError;

/// The tag of what answers are taken from.
pub(crate) const TAG: &str = "knowledge";

/// Messages read at once.
const PAGE: usize = 200;
/// Of what a customer asked so many bytes stand above the answer to it.
const LONGEST_QUESTION: usize = 1_500;
/// Of an answer so many bytes are kept.
const LONGEST_ANSWER: usize = 6_000;
/// An answer with fewer telling words answers nothing by itself.
const FEWEST_WORDS: usize = 4;

/// Brings the saved answers into step with the macros.
///
/// # Errors
/// When the database cannot be written.
pub(crate) fn keep_answers(
    tx: &mut Tx<'_>,
    macros: &BTreeMap<String, String>,
    now: Timestamp,
) -> Result<(), StoreError> {
    for source in tx.knowledge_sources(KnowledgeKind::Answer)? {
        if !macros.contains_key(&source.name) {
            tx.forget_knowledge(KnowledgeKind::Answer, &source.name)?;
        }
    }
    for (name, text) in macros {
        let passages = [Passage {
            heading: String::new(),
            text: text.clone(),
        }];
        let new = NewKnowledge {
            kind: KnowledgeKind::Answer,
            name,
            title: name,
            passages: &passages,
        };
        tx.save_knowledge(&new, now)?;
    }
    Ok(())
}

/// Whether a saved answer is missing or stands for a macro that there is not: the texts of those
/// that are known cannot differ.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn out_of_step(
    tx: &Tx<'_>,
    macros: &BTreeMap<String, String>,
) -> Result<bool, StoreError> {
    let known: BTreeSet<String> = tx
        .knowledge_sources(KnowledgeKind::Answer)?
        .into_iter()
        .map(|source| source.name)
        .collect();
    Ok(!known.iter().eq(macros.keys()))
}

impl Turn<'_, '_> {
    /// Reads what people answered in a conversation that is solved, in place of what was read of
    /// it before. Returns whether that is another than before.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub(crate) fn learn_from(&mut self, state: &Conversation) -> Result<bool, EngineError> {
        if state.status != WorkStatus::Solved {
            return Ok(false);
        }
        let (title, passages) = self.answers_in(state.id)?;
        let name = state.id.to_string();
        let changed = if passages.is_empty() {
            self.tx
                .forget_knowledge(KnowledgeKind::Conversation, &name)?
        } else {
            let new = NewKnowledge {
                kind: KnowledgeKind::Conversation,
                name: &name,
                title: &title,
                passages: &passages,
            };
            self.tx.save_knowledge(&new, self.now)?.1
        };
        if changed {
            self.touch(TAG);
        }
        Ok(changed)
    }

    /// Forgets what was read of a conversation, because words in it were erased, and reads what
    /// is left.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub(crate) fn learn_anew(&mut self, which: ConversationId) -> Result<(), EngineError> {
        let name = which.to_string();
        let known = self
            .tx
            .forget_knowledge(KnowledgeKind::Conversation, &name)?;
        if known {
            self.touch(TAG);
            if let Some(state) = self.conversation(which)? {
                self.learn_from(&state)?;
            }
        }
        Ok(())
    }

    /// The subject of a conversation, and what people of the team answered, each under what the
    /// customer had written before it.
    fn answers_in(&self, which: ConversationId) -> Result<(String, Vec<Passage>), EngineError> {
        let mut title = String::new();
        let mut asked = String::new();
        let mut answered = false;
        let mut passages = Vec::new();
        let mut after = None;
        loop {
            let page = self.tx.messages_of(which, after, PAGE)?;
            let Some(last) = page.last() else {
                return Ok((title, passages));
            };
            after = Some(last.id);
            for row in page {
                if row.kind != MessageKind::Message || passages.len() >= MOST {
                    continue;
                }
                if title.is_empty() {
                    title.clone_from(&row.subject);
                }
                let said = || -> Result<String, EngineError> {
                    let document = self.tx.document(row.document)?;
                    let text = document.as_ref().map(|document| document.shown_text());
                    Ok(text.unwrap_or_default().trim().to_owned())
                };
                match (row.author, row.direction) {
                    (Author::Customer, Direction::Inbound) => {
                        if std::mem::take(&mut answered) {
                            asked.clear();
                        }
                        if !asked.is_empty() {
                            asked.push('\n');
                        }
                        asked.push_str(&said()?);
                        asked = within(&asked, LONGEST_QUESTION).to_owned();
                    }
                    (Author::Agent, Direction::Outbound) => {
                        let text = said()?;
                        answered = true;
                        let telling = words(&text).filter(|word| tells(&word.folded));
                        if telling.take(FEWEST_WORDS).count() == FEWEST_WORDS {
                            passages.push(Passage {
                                heading: asked.clone(),
                                text: within(&text, LONGEST_ANSWER).to_owned(),
                            });
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// The beginning of a text, of at most so many bytes.
fn within(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default()
}
