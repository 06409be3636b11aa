//! What people say afterwards, and the daily lots.

use std::collections::BTreeSet;

use baton_api::ApiError;
use baton_api::conversations::Acted;
use baton_api::labels as lb;
use baton_core::command::{Command, LabelInput};
use baton_core::event::Actor;
use baton_core::ids::{ConversationId, DecisionId};
use baton_core::label::{Drawn, Estimate, Label, SampleAnswer, Sampled, day_of, draw, estimate};
use baton_core::time::{DAY, Timestamp};
use baton_store::{ContentState, LabelRow, Reader, StoreError};

use super::learning::audit_size;
use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::roster::Roster;
use crate::view::{row, text};

/// Days after which nobody is asked any more about what was drawn.
const AUDIT_DAYS: i64 = 7;
/// Labels below which counts are told and no rates.
pub(super) const ENOUGH: u32 = 30;

impl Engine {
    pub(super) async fn label_set(&self, asked: lb::LabelPut) -> Result<Acted, ApiError> {
        let conversation: ConversationId = parse(&asked.conversation, "conversation")?;
        let decision: Option<DecisionId> = match &asked.decision {
            None => None,
            Some(text) => Some(parse(text, "decision")?),
        };
        let label = match asked.label.as_deref() {
            None => None,
            Some(word) => Some(
                Label::read(word)
                    .ok_or_else(|| ApiError::bad_request(format!("`{word}` is no label.")))?,
            ),
        };
        let me = self.roster().me.as_str().to_owned();
        let episode = asked.episode;
        let undo = self
            .inner
            .desk
            .turn(move |turn| {
                let Some(state) = turn.conversation(conversation)? else {
                    return Err(EngineError::Missing("conversation"));
                };
                let about = match decision {
                    None => None,
                    Some(which) => turn.tx.decision(which)?,
                };
                if decision.is_some()
                    && about.is_none_or(|found| found.conversation != conversation)
                {
                    return Err(EngineError::Missing("decision in this conversation"));
                }
                let whole = episode.unwrap_or(state.episode);
                let sampled = sampled(turn.tx, &state.kept, conversation, whole, turn.now)?;
                let command = Command::Label(LabelInput {
                    episode,
                    label,
                    decision,
                    sampled,
                });
                let order = turn.new_order(conversation, Actor::agent(me), command);
                let outcome = turn.order(&order)?;
                let point = outcome.state.undo.filter(|point| point.of == order.id);
                Ok(point.map(|point| point.of.to_string()))
            })
            .await?;
        Ok(Acted {
            conversation: conversation.to_string(),
            undo,
        })
    }

    pub(super) async fn labels_get(&self, asked: lb::LabelsGet) -> Result<lb::Labels, ApiError> {
        let id: ConversationId = parse(&asked.conversation, "conversation")?;
        let labels = self.read(move |reader, roster| {
            let Some(state) = reader.conversation(id)? else {
                return Err(EngineError::Missing("conversation"));
            };
            let fitting = state.labels_that_fit(state.episode);
            Ok(lb::Labels {
                labels: reader
                    .labels_of(id)?
                    .into_iter()
                    .map(|said| label(said, roster))
                    .collect(),
                episode: state.episode,
                fitting: fitting.iter().map(|fit| fit.word().to_owned()).collect(),
            })
        });
        Ok(labels.await?)
    }

    pub(super) async fn audit_sample_get(
        &self,
        _: lb::AuditSampleGet,
    ) -> Result<lb::AuditSample, ApiError> {
        let now = self.now();
        Ok(self
            .read(move |reader, roster| audit_sample(reader, roster, now))
            .await?)
    }
}

fn label(said: LabelRow, roster: &Roster) -> lb::LabelView {
    lb::LabelView {
        display: roster.display(&said.agent),
        mine: said.agent == roster.me.as_str(),
        agent: said.agent,
        episode: said.episode,
        label: said.label.word().to_owned(),
        at: said.at.0,
        decision: said.decision.map(text),
        sampled: said.sampled.is_some(),
    }
}

/// What was drawn of a day.
fn drawn_on(reader: &Reader<'_>, day: i64) -> Result<Drawn, StoreError> {
    let episodes: Vec<(ConversationId, u32)> = reader
        .kept_on(day)?
        .iter()
        .map(|kept| (kept.conversation, kept.episode))
        .collect();
    Ok(draw(day, &episodes, audit_size(reader)?))
}

/// How an episode was drawn; none for one that was not, or whose day is not over.
fn sampled(
    reader: &Reader<'_>,
    kept: &[baton_core::label::Kept],
    conversation: ConversationId,
    episode: u32,
    now: Timestamp,
) -> Result<Option<Sampled>, StoreError> {
    let Some(closed) = kept.iter().find(|kept| kept.episode == episode) else {
        return Ok(None);
    };
    let day = day_of(closed.at);
    if day >= day_of(now) {
        return Ok(None);
    }
    let drawn = drawn_on(reader, day)?;
    let among = drawn.episodes.contains(&(conversation, episode));
    Ok(among.then_some(drawn.sampled))
}

/// The newest day that is over and on which a bot closed something, unless it is long ago.
fn audit_sample(
    reader: &Reader<'_>,
    roster: &Roster,
    now: Timestamp,
) -> Result<lb::AuditSample, EngineError> {
    let today = day_of(now);
    let day = reader
        .kept_day_before(today)?
        .filter(|day| today.saturating_sub(*day) <= AUDIT_DAYS);
    let missed = missed_rate(&answers(&reader.labels(Timestamp(i64::MIN))?));
    let Some(day) = day else {
        return Ok(lb::AuditSample {
            day: None,
            drawn: 0,
            of: 0,
            open: Vec::new(),
            missed,
        });
    };
    let drawn = drawn_on(reader, day)?;
    let closed = reader.kept_on(day)?;
    let mut open = Vec::new();
    for (conversation, episode) in drawn.episodes {
        let said = reader.labels_of(conversation)?;
        if said.iter().any(|one| one.episode == episode) || erased(reader, conversation)? {
            continue;
        }
        let Some(found) = reader.conversation_row(conversation)? else {
            continue;
        };
        let closed_at = closed
            .iter()
            .find(|kept| (kept.conversation, kept.episode) == (conversation, episode))
            .map_or(found.last_at, |kept| kept.at);
        open.push(lb::AuditItem {
            row: row::row(roster, &found, false),
            episode,
            closed_at: closed_at.0,
        });
    }
    Ok(lb::AuditSample {
        day: Some(day.saturating_mul(DAY)),
        drawn: drawn.sampled.drawn,
        of: drawn.sampled.of,
        open,
        missed,
    })
}

/// Whether nothing is left to read of a conversation.
fn erased(reader: &Reader<'_>, conversation: ConversationId) -> Result<bool, StoreError> {
    let Some(last) = reader.last_message_of(conversation)? else {
        return Ok(true);
    };
    let Some(message) = reader.message(last)? else {
        return Ok(true);
    };
    let state = reader.content_state(message.document)?;
    Ok(matches!(state, ContentState::Erased { .. }))
}

/// The answered lots: of each episode the newest word.
fn answers(labels: &[LabelRow]) -> Vec<SampleAnswer> {
    let mut seen = BTreeSet::new();
    labels
        .iter()
        .rev()
        .filter(|said| seen.insert((said.conversation, said.episode)))
        .filter_map(|said| {
            said.sampled.map(|sampled| SampleAnswer {
                sampled,
                missed: said.label.person_needed(),
            })
        })
        .collect()
}

fn missed_rate(answers: &[SampleAnswer]) -> lb::MissedRate {
    let Estimate {
        missed,
        answered,
        found,
        drawn,
        of,
    } = estimate(answers);
    let told = missed.filter(|_| answered >= ENOUGH);
    lb::MissedRate {
        rate: told.map(|rate| rate.rate),
        low: told.map(|rate| rate.low),
        high: told.map(|rate| rate.high),
        answered,
        found,
        drawn,
        of,
    }
}
