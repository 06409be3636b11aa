//! Drafts that people read before customers do, as a person at this desk reads them.

mod figures;
mod letter;
mod outside;

use baton_api::ApiError;
use baton_api::conversations::Acted;
use baton_api::reviews as rv;
use baton_api::session::Done;
use baton_core::command::{Approval, Command, EditedDraft};
use baton_core::event::Actor;
use baton_core::ids::{AgentName, MessageId};
use baton_core::message::Author;
use baton_core::packet::{Packet, PacketDecision};
use baton_core::review::{RejectCode, ReviewEnd};
use baton_core::time::{DAY, SECOND, Timestamp};
use baton_store::{Reader, ReviewRow};

use self::figures::figures;
use super::act::target;
use super::counted;
use crate::desk::Turn;
use crate::engine::{Engine, message_id};
use crate::error::EngineError;
use crate::roster::Roster;
use crate::view::row::{self, target as written};
use crate::view::stream::changes;
use crate::view::{text, word};

/// Drafts that are listed at most.
const LISTED: usize = 200;
/// Settled drafts that are listed.
const SETTLED: usize = 30;
/// Settled drafts that are counted at most.
const COUNTED: usize = 20_000;
/// How far back reviews are counted.
const COUNTED_MS: i64 = 30 * DAY;

impl Engine {
    pub(super) async fn reviews_get(&self, _: rv::ReviewsGet) -> Result<rv::Reviews, ApiError> {
        let me = self.roster().me.clone();
        self.reviews_for(me).await
    }

    pub(super) async fn review_approve(
        &self,
        asked: rv::ReviewApprove,
    ) -> Result<rv::ReviewSent, ApiError> {
        let me = self.roster().me.clone();
        self.approve_as(me, asked).await
    }

    pub(super) async fn review_recall(&self, asked: rv::ReviewRecall) -> Result<Done, ApiError> {
        let me = self.roster().me.clone();
        self.recall_as(me, asked).await
    }

    pub(super) async fn review_reject(&self, asked: rv::ReviewReject) -> Result<Acted, ApiError> {
        let me = self.roster().me.clone();
        self.reject_as(me, asked).await
    }

    pub(super) async fn review_move(&self, asked: rv::ReviewMove) -> Result<Acted, ApiError> {
        let me = self.roster().me.clone();
        self.move_as(me, asked).await
    }

    /// What waits for a person, and what became of the drafts that were theirs to read.
    pub(crate) async fn reviews_for(&self, who: AgentName) -> Result<rv::Reviews, ApiError> {
        let since = self.now().plus(-COUNTED_MS);
        Ok(self
            .read(move |reader, roster| reviews(reader, roster, &who, since))
            .await?)
    }

    /// A person lets a draft go.
    pub(crate) async fn approve_as(
        &self,
        who: AgentName,
        asked: rv::ReviewApprove,
    ) -> Result<rv::ReviewSent, ApiError> {
        let draft = message_id(&asked.draft)?;
        let roster = self.roster();
        let undo_ms = i64::from(roster.settings.undo_seconds).saturating_mul(SECOND);
        let key = self.inner.reply_key;
        if asked
            .text
            .as_ref()
            .is_some_and(|text| text.trim().is_empty())
        {
            return Err(ApiError::new(
                "empty_message",
                "There is nothing left to send.",
                "Write something, or reject the draft.",
            ));
        }
        Ok(self
            .inner
            .desk
            .turn(move |turn| {
                let row = turn.review(draft)?;
                let edited = match &asked.text {
                    Some(words) => letter::in_other_words(turn, &row, words, &key)?,
                    None => None,
                };
                let edited = edited.map(|written| EditedDraft {
                    outbox: written.outbox,
                    document_hash: written.document_hash,
                });
                let command = Command::ApproveDraft(Approval {
                    draft,
                    edited,
                    undo_ms,
                });
                let order = turn.new_order(row.conversation, Actor::agent(who.as_str()), command);
                let state = turn.order(&order)?.state;
                let sent = state.outbox.values().find(|entry| entry.message == draft);
                Ok(rv::ReviewSent {
                    conversation: text(row.conversation),
                    outbox: sent.map(|entry| text(entry.id)).unwrap_or_default(),
                    undo_until: sent.map_or(turn.now, |entry| entry.undo_until).0,
                })
            })
            .await?)
    }

    /// A person takes a draft back that they let go.
    pub(crate) async fn recall_as(
        &self,
        who: AgentName,
        asked: rv::ReviewRecall,
    ) -> Result<Done, ApiError> {
        let draft = message_id(&asked.draft)?;
        self.inner
            .desk
            .turn(move |turn| {
                let row = turn.review(draft)?;
                let own = row.settled.as_ref().filter(|end| end.by == who.as_str());
                let Some(outbox) = own.and_then(|end| end.outbox) else {
                    return Err(baton_core::decide::Refusal::TooLateToCancel.into());
                };
                let recall = Command::CancelSend { outbox };
                let order = turn.new_order(row.conversation, Actor::agent(who.as_str()), recall);
                turn.order(&order)?;
                Ok(())
            })
            .await?;
        Ok(Done {})
    }

    /// A person rejects a draft; a person who wrote it finds it in their composer again.
    pub(crate) async fn reject_as(
        &self,
        who: AgentName,
        asked: rv::ReviewReject,
    ) -> Result<Acted, ApiError> {
        let draft = message_id(&asked.draft)?;
        let Some(code) = RejectCode::read(&asked.code) else {
            return Err(ApiError::bad_request(format!(
                "`{}` is no reason to reject a draft.",
                asked.code
            )));
        };
        let words: String = asked.text.trim().chars().take(1_000).collect();
        Ok(self
            .inner
            .desk
            .turn(move |turn| {
                let row = turn.review(draft)?;
                let command = Command::RejectDraft {
                    draft,
                    code,
                    text: words,
                    again: asked.again,
                };
                let order = turn.new_order(row.conversation, Actor::agent(who.as_str()), command);
                let state = turn.order(&order)?.state;
                if row.author == Author::Agent {
                    turn.give_back(&row)?;
                }
                let undo = state.undo.filter(|point| point.of == order.id);
                Ok(Acted {
                    conversation: text(row.conversation),
                    undo: undo.map(|point| text(point.of)),
                })
            })
            .await?)
    }

    /// A person has others read a draft.
    pub(crate) async fn move_as(
        &self,
        who: AgentName,
        asked: rv::ReviewMove,
    ) -> Result<Acted, ApiError> {
        let draft = message_id(&asked.draft)?;
        let to = target(&asked.to)?;
        Ok(self
            .inner
            .desk
            .turn(move |turn| {
                let row = turn.review(draft)?;
                let command = Command::MoveDraft { draft, to };
                let order = turn.new_order(row.conversation, Actor::agent(who.as_str()), command);
                turn.order(&order)?;
                Ok(Acted {
                    conversation: text(row.conversation),
                    undo: None,
                })
            })
            .await?)
    }
}

impl Turn<'_, '_> {
    fn review(&self, draft: MessageId) -> Result<ReviewRow, EngineError> {
        let row = self.tx.review(draft)?;
        row.ok_or(EngineError::Missing("draft"))
    }

    /// A person's rejected words are their draft again, unless they have begun another one.
    fn give_back(&mut self, row: &ReviewRow) -> Result<(), EngineError> {
        let state = self.conversation(row.conversation)?;
        let held = state.and_then(|state| {
            let point = state.undo?;
            let draft = point.unread.into_iter().find(|one| one.id == row.draft)?;
            Some(draft.outbox)
        });
        match held {
            Some(outbox) => self.back_to_composer(row.conversation, &row.author_name, outbox),
            None => Ok(()),
        }
    }
}

fn reviews(
    reader: &Reader<'_>,
    roster: &Roster,
    who: &AgentName,
    since: Timestamp,
) -> Result<rv::Reviews, EngineError> {
    let person = roster.team.agents.get(who).cloned().unwrap_or_default();
    let outside = person.is_outside();
    let (mut waiting, mut for_others) = (Vec::new(), 0_u32);
    for row in reader.reviews_waiting(LISTED)? {
        let held = reader.conversation(row.conversation)?;
        let held = held.as_ref().and_then(|state| state.drafts.get(&row.draft));
        let theirs = held
            .filter(|draft| draft.waits())
            .is_some_and(|draft| draft.may_be_read_by(&roster.team, who.as_str()));
        if theirs {
            waiting.push(view(reader, roster, &row, outside)?);
        } else {
            for_others = for_others.saturating_add(1);
        }
    }
    let last = reader.reviews_settled(since, COUNTED)?;
    let own = |row: &&ReviewRow| !outside || read_by(row, who);
    let settled = last
        .iter()
        .filter(own)
        .take(SETTLED)
        .map(|row| view(reader, roster, row, outside))
        .collect::<Result<_, _>>()?;
    Ok(rv::Reviews {
        waiting,
        // Who is no part of the team is not told what others do.
        for_others: if outside { 0 } else { for_others },
        settled,
        figures: if outside { Vec::new() } else { figures(&last) },
        codes: RejectCode::ALL.map(|code| code.word().to_owned()).to_vec(),
    })
}

fn read_by(row: &ReviewRow, who: &AgentName) -> bool {
    let end = row.settled.as_ref();
    end.is_some_and(|end| end.by == who.as_str())
}

fn view(
    reader: &Reader<'_>,
    roster: &Roster,
    row: &ReviewRow,
    outside: bool,
) -> Result<rv::ReviewView, EngineError> {
    let document = reader.document(row.document)?;
    let rule = roster.ruleset.rule(&row.rule);
    let packet = match row.packet {
        Some(hash) => reader.content(hash)?,
        None => None,
    };
    let stored = match outside {
        true => None,
        false => reader.conversation_row(row.conversation)?,
    };
    let mut settled = row.settled.as_ref().map(|end| rv::ReviewEnd {
        how: word(&end.how),
        by: if end.by.is_empty() {
            String::new()
        } else {
            roster.display(&end.by)
        },
        code: end.code.map(|code| code.word().to_owned()),
        at: end.at.0,
        waited_ms: end.waited_ms,
        changes: Vec::new(),
    });
    let edited = row
        .settled
        .as_ref()
        .filter(|end| end.how == ReviewEnd::Edited);
    if let (Some(shown), Some(sent), Some(before)) = (
        &mut settled,
        edited.and_then(|end| end.sent),
        document.as_ref(),
    ) && let Some(after) = reader.document(sent)?
    {
        shown.changes = changes(before, &after);
    }
    Ok(rv::ReviewView {
        draft: text(row.draft),
        conversation: text(row.conversation),
        row: stored
            .as_ref()
            .map(|stored| row::row(roster, stored, false)),
        erased: document.is_none(),
        grounded: document.as_ref().and_then(counted),
        text: document
            .as_ref()
            .map(|document| document.shown_text().trim().to_owned())
            .unwrap_or_default(),
        subject: document
            .map(|document| document.subject)
            .unwrap_or_default(),
        author: format!("{}:{}", word(&row.author), row.author_name),
        author_display: match row.author {
            Author::Agent => roster.display(&row.author_name),
            _ => row.author_name.clone(),
        },
        rule: row.rule.clone(),
        policy: rule.map(|rule| rule.why.to_string()).unwrap_or_default(),
        reason: rule.map(|rule| rule.reason.to_string()).unwrap_or_default(),
        decision: row.decision.filter(|_| !outside).map(text),
        reviewers: row.reviewers.iter().map(written).collect(),
        held_at: row.held_at.0,
        due_at: row.due_at.0,
        packet: packet
            .map(|bytes| {
                let packet: Packet = serde_json::from_slice(&bytes)?;
                serde_json::to_value(if outside { bounded(packet) } else { packet })
            })
            .transpose()?,
        settled,
    })
}

/// The packet for somebody outside the team: what the conversation is about and what is known, not
/// who the customer is to the team, what else they wrote, or how the rules are made.
fn bounded(packet: Packet) -> Packet {
    let decision = packet.decision.map(|decided| PacketDecision {
        rule_id: decided.rule_id,
        sentence: decided.sentence,
        ..PacketDecision::default()
    });
    Packet {
        decision,
        contact_id: Default::default(),
        transcript: Default::default(),
        related: Vec::new(),
        tags: Vec::new(),
        attributes: Default::default(),
        extra: Default::default(),
        ..packet
    }
}
