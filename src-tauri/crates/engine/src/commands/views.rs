//! Views, lists, heads and streams.

use baton_api::ApiError;
use baton_api::control::{AlertView, Alerts, AlertsGet, PacketView};
use baton_api::conversations as cv;
use baton_api::session::Done;
use baton_api::timeline::{Timeline, TimelineGet};
use baton_core::control::ReasonCode;
use baton_core::conversation::{Conversation, OutgoingState};
use baton_core::ids::BotName;
use baton_core::packet::Packet;
use baton_core::status::WorkStatus;
use baton_core::time::Timestamp;
use baton_store::Reader;
use baton_store::{Cursor, Decision, ListQuery, LiveAlert, Order, Place};
use baton_store::{TimelineKey, TimelinePart};

use crate::allowed::allowed;
use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::roster::Roster;
use crate::view::{row, stream, text, why_said};

/// The built-in views, in the order of the places column.
const BUILTIN: &[&str] = &[
    "mine",
    "queue",
    "escalated",
    "with_bot",
    "waiting",
    "snoozed",
    "all",
    "solved",
];

/// The place that a built-in view shows, or `bot:` with the name of one.
pub(super) fn place(view: &str, roster: &Roster) -> Option<Place> {
    Some(match view {
        "mine" => Place::Agent(roster.me.clone()),
        "queue" => Place::AnyQueue,
        "escalated" => Place::Escalated,
        "with_bot" => Place::AnyBot,
        "waiting" => Place::Status(WorkStatus::WaitingCustomer),
        "snoozed" => Place::Status(WorkStatus::Snoozed),
        "solved" => Place::Status(WorkStatus::Solved),
        "all" => Place::All,
        other => Place::Bot(BotName::new(other.strip_prefix("bot:")?)),
    })
}

/// A number for the wire.
pub(super) fn number(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

pub(super) fn write_cursor<T: serde::Serialize>(cursor: Option<T>) -> Option<String> {
    cursor.and_then(|cursor| serde_json::to_string(&cursor).ok())
}

pub(super) fn read_cursor<T: serde::de::DeserializeOwned>(
    text: Option<&str>,
) -> Result<Option<T>, EngineError> {
    text.map(|text| {
        serde_json::from_str(text).map_err(|_| {
            EngineError::bad(
                "bad_cursor",
                "That is no place in this list.",
                "Read the list from its beginning.",
            )
        })
    })
    .transpose()
}

impl Engine {
    pub(super) async fn views_get(&self, _: cv::ViewsGet) -> Result<cv::Views, ApiError> {
        Ok(self.read(counts).await?)
    }

    pub(super) async fn saved_search_put(
        &self,
        asked: cv::SavedSearchPut,
    ) -> Result<cv::SavedSearch, ApiError> {
        let name = asked.name.trim().to_owned();
        if name.is_empty() || asked.query.trim().is_empty() {
            return Err(ApiError::bad_request(
                "A saved search needs a name and a query.",
            ));
        }
        let query = asked.query;
        let n = self
            .inner
            .desk
            .turn(move |turn| {
                turn.touch("views");
                let known: Option<i64> = asked.id.and_then(|id| id.parse().ok());
                let all = turn.tx.saved_searches("")?;
                match known.and_then(|n| all.iter().find(|one| one.n == n).cloned()) {
                    Some(mut one) => {
                        one.name = name;
                        one.query = query;
                        turn.tx.change_saved_search(&one)?;
                        Ok(one)
                    }
                    None => {
                        let position = u32::try_from(all.len()).unwrap_or(u32::MAX);
                        let n = turn.tx.add_saved_search("", &name, &query, position)?;
                        Ok(baton_store::SavedSearch {
                            n,
                            owner: String::new(),
                            name,
                            query,
                            position,
                        })
                    }
                }
            })
            .await?;
        Ok(cv::SavedSearch {
            id: n.n.to_string(),
            name: n.name,
            query: n.query,
        })
    }

    pub(super) async fn saved_search_remove(
        &self,
        asked: cv::SavedSearchRemove,
    ) -> Result<Done, ApiError> {
        let Ok(n) = asked.id.parse::<i64>() else {
            return Err(ApiError::not_found("saved search"));
        };
        let gone = self
            .inner
            .desk
            .turn(move |turn| {
                turn.touch("views");
                Ok(turn.tx.drop_saved_search(n)?)
            })
            .await?;
        if gone {
            Ok(Done {})
        } else {
            Err(ApiError::not_found("saved search"))
        }
    }

    pub(super) async fn conversation_list(
        &self,
        asked: cv::ConversationList,
    ) -> Result<cv::ConversationPage, ApiError> {
        if let Some(saved) = asked.view.strip_prefix("saved:") {
            return self
                .saved_list(saved.to_owned(), asked.cursor, asked.limit)
                .await;
        }
        Ok(self
            .read(move |reader, roster| {
                let Some(place) = place(&asked.view, roster) else {
                    return Err(EngineError::Missing("view"));
                };
                let total = reader.count(&place)?.conversations;
                let page = reader.list(&ListQuery {
                    places: vec![place],
                    order: match asked.order {
                        cv::ListOrder::Newest => Order::Newest,
                        cv::ListOrder::Due => Order::NextDue,
                    },
                    after: read_cursor::<Cursor>(asked.cursor.as_deref())?,
                    limit: asked.limit.clamp(1, 200) as usize,
                })?;
                Ok(cv::ConversationPage {
                    rows: row::rows(reader, roster, &page.rows)?,
                    next: write_cursor(page.next),
                    total: Some(number(total)),
                })
            })
            .await?)
    }

    pub(super) async fn conversation_get(
        &self,
        asked: cv::ConversationGet,
    ) -> Result<cv::ConversationHead, ApiError> {
        let id = parse(&asked.id, "conversation")?;
        let now = self.now();
        Ok(self
            .read(move |reader, roster| {
                let (Some(state), Some(stored)) =
                    (reader.conversation(id)?, reader.conversation_row(id)?)
                else {
                    return Err(EngineError::Missing("conversation"));
                };
                let draft = reader
                    .drafts_in(id)?
                    .iter()
                    .any(|draft| draft.author == roster.me.as_str());
                let row = row::row(roster, &stored, draft);
                let telling = telling_decision(reader, &state)?;
                Ok(cv::ConversationHead {
                    row,
                    episode: state.episode,
                    opened_at: state.opened_at.0,
                    sla: state.sla.clone().unwrap_or_default(),
                    clocks: state.clocks.values().map(row::clock).collect(),
                    offer: row::offer(roster, &state),
                    packet: packet(reader, roster, &state)?,
                    ladder: state.ladder.as_ref().map(|ladder| ladder.name.clone()),
                    ladder_next_at: state
                        .ladder
                        .as_ref()
                        .and_then(|ladder| ladder.next_at)
                        .map(|at| at.0),
                    outbox: state
                        .outbox
                        .values()
                        .filter(|out| out.state != OutgoingState::Sent)
                        .map(row::outgoing)
                        .collect(),
                    can: allowed(reader, roster, &state, now)?,
                    decision: telling.as_ref().map(|decision| text(decision.id)),
                    sentence: telling
                        .map(|decision| decision.sentence)
                        .unwrap_or_default(),
                    undo: state
                        .undo
                        .as_ref()
                        .filter(|point| point.by == roster.me.as_str())
                        .map(|point| cv::UndoView {
                            of: text(point.of),
                            at: point.at.0,
                        }),
                })
            })
            .await?)
    }

    pub(super) async fn timeline_get(&self, asked: TimelineGet) -> Result<Timeline, ApiError> {
        let id = parse(&asked.conversation, "conversation")?;
        let limit = asked.limit.clamp(1, 200) as usize;
        let part = match (&asked.before, &asked.after) {
            (Some(before), _) => TimelinePart::Before(timeline_key(before)?),
            (None, Some(after)) => TimelinePart::After(timeline_key(after)?),
            (None, None) => TimelinePart::Newest,
        };
        Ok(self
            .read(move |reader, roster| {
                let Some(state) = reader.conversation(id)? else {
                    return Err(EngineError::Missing("conversation"));
                };
                // Many events say nothing to people, so a page is filled from as many as it takes.
                let forward = matches!(part, TimelinePart::After(_));
                let (mut part, mut entries, mut more) = (part, Vec::new(), true);
                while entries.len() < limit && more {
                    let stored = reader.timeline(id, part, limit)?;
                    more = stored.len() == limit;
                    let edge = if forward {
                        stored.last()
                    } else {
                        stored.first()
                    };
                    let Some(edge) = edge.map(|entry| entry.key) else {
                        break;
                    };
                    part = match forward {
                        true => TimelinePart::After(edge),
                        false => TimelinePart::Before(edge),
                    };
                    let mut page = Vec::new();
                    for entry in &stored {
                        page.extend(stream::entry(reader, roster, &state, entry)?);
                    }
                    if forward {
                        entries.append(&mut page);
                    } else {
                        page.append(&mut entries);
                        entries = page;
                    }
                }
                Ok(Timeline {
                    older: if forward { true } else { more },
                    newer: if forward {
                        more
                    } else {
                        asked.before.is_some()
                    },
                    entries,
                })
            })
            .await?)
    }

    pub(super) async fn alerts_get(&self, _: AlertsGet) -> Result<Alerts, ApiError> {
        Ok(self
            .read(|reader, roster| {
                let mut alerts = Vec::new();
                for live in reader.alerts_for(roster.me.as_str())? {
                    let Some(stored) = reader.conversation_row(live.conversation)? else {
                        continue;
                    };
                    alerts.push(AlertView {
                        row: row::row(roster, &stored, false),
                        reason: why_alerted(reader, &live)?,
                        since: live.raised_at.0,
                        due_at: live.alert.due_at.map(|at| at.0),
                        urgent: live.alert.urgent,
                    });
                }
                alerts.sort_by_key(|alert| {
                    (!alert.urgent, alert.due_at.unwrap_or(i64::MAX), alert.since)
                });
                Ok(Alerts { alerts })
            })
            .await?)
    }
}

/// Why people were alerted: in the words of the alert or, where a ladder raised it, of the handoff
/// that it is about.
pub(crate) fn why_alerted(reader: &Reader<'_>, live: &LiveAlert) -> Result<String, EngineError> {
    let why = why_said(reader, &live.alert.reason)?;
    if !why.is_empty() {
        return Ok(why);
    }
    let state = reader.conversation(live.conversation)?;
    let of_control = match &state {
        Some(state) => why_said(reader, &state.control.reason)?,
        None => String::new(),
    };
    Ok(match of_control.as_str() {
        "" => crate::view::word(&live.alert.reason.code).replace('_', " "),
        _ => of_control,
    })
}

/// The decision that tells most about where a conversation is; where no rule has acted, the last.
fn telling_decision(
    reader: &Reader<'_>,
    state: &Conversation,
) -> Result<Option<Decision>, EngineError> {
    match state.telling.most() {
        Some(decision) => Ok(reader.decision(decision)?),
        None => Ok(reader.decisions_of(state.id, None, 1)?.into_iter().next()),
    }
}

fn timeline_key(text: &str) -> Result<TimelineKey, ApiError> {
    let read = || {
        let (at, seq) = text.rsplit_once('.')?;
        Some(TimelineKey {
            at: Timestamp(at.parse().ok()?),
            seq: seq.parse().ok()?,
        })
    };
    read().ok_or_else(|| ApiError::bad_request("That is no place in a stream."))
}

fn counts(reader: &Reader<'_>, roster: &Roster) -> Result<cv::Views, EngineError> {
    let mut builtin = Vec::new();
    for &key in BUILTIN {
        let Some(place) = place(key, roster) else {
            continue;
        };
        let count = reader.count(&place)?;
        builtin.push(cv::ViewCount {
            key: key.to_owned(),
            total: number(count.conversations),
            unread: number(count.unread),
        });
    }
    let saved = reader
        .saved_searches("")?
        .into_iter()
        .map(|one| cv::SavedSearch {
            id: one.n.to_string(),
            name: one.name,
            query: one.query,
        })
        .collect();
    let waiting = reader.count(&Place::Sending)?.conversations;
    let trouble = reader.count(&Place::SendTrouble)?.conversations;
    Ok(cv::Views {
        builtin,
        saved,
        outbox_waiting: number(waiting),
        outbox_trouble: number(trouble),
    })
}

/// Fields that a packet for people should have.
const REQUIRED: &[&str] = &["summary", "customer_goal", "reason", "next_step"];

fn packet(
    reader: &Reader<'_>,
    roster: &Roster,
    state: &Conversation,
) -> Result<Option<PacketView>, EngineError> {
    let (Some(handoff), Some(hash)) = (state.control.handoff, state.control.packet) else {
        return Ok(None);
    };
    let Some(bytes) = reader.content(hash)? else {
        return Ok(None);
    };
    let packet: Packet = serde_json::from_slice(&bytes)?;
    let value = serde_json::from_slice(&bytes)?;
    // A team that says what it asks for is told of that; others of what everybody needs.
    let queue = match (packet.to.kind.as_str(), packet.from.kind.as_str()) {
        ("queue", _) => packet.to.name.as_str(),
        ("agent", "queue") => packet.from.name.as_str(),
        ("agent", "bot") => {
            let here = roster.channels.get(&state.channel);
            here.map_or("", |known| known.info.fallback_queue.as_str())
        }
        _ => "",
    };
    let asks = roster.ruleset.queue(queue).is_some();
    let usual: &[&str] = if asks { &[] } else { REQUIRED };
    let usual = usual
        .iter()
        .filter(|&&field| match field {
            "summary" => packet.summary.text.is_empty(),
            "customer_goal" => packet.customer_goal.is_empty(),
            "next_step" => packet.next_step.is_empty(),
            // Who takes it, from a queue or from a bot, gives no reason and needs none.
            _ => {
                let named = packet.reason.code != ReasonCode::Unspecified;
                let taken = packet.requested_by == "agent" && packet.to.kind == "agent";
                let needs_none = packet.from.kind == "queue" || packet.from.kind == "bot" && taken;
                packet.reason.text.is_empty() && !named && !needs_none
            }
        })
        .map(|&field| field.to_owned());
    let missing = packet.missing.iter().cloned().chain(usual).collect();
    Ok(Some(PacketView {
        handoff: text(handoff),
        packet: value,
        missing,
        read_at: state.control.mark.as_ref().map(|mark| mark.read_at.0),
        useful: state.control.mark.as_ref().and_then(|mark| mark.useful),
        read_by_me: state
            .control
            .mark
            .as_ref()
            .is_some_and(|mark| mark.readers.contains(&roster.me)),
        lacking: state
            .control
            .mark
            .as_ref()
            .map(|mark| mark.lacking.clone())
            .unwrap_or_default(),
    }))
}
