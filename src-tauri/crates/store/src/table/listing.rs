//! The lists in which conversations stand, kept up to date with each change: one narrow index for
//! all views, queues, agents, tags and channels, with exact counts.

mod keep;

use std::collections::{BTreeMap, BTreeSet};

use baton_core::control::Controller;
use baton_core::ids::{AgentName, BotName, ChannelId, ConversationId, QueueName};
use baton_core::status::{Priority, WorkStatus};
use rusqlite::OptionalExtension as _;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::table::conversation::{ConversationRow, Standing};
use crate::value::Word as _;

/// A list in which conversations stand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Every conversation.
    All,
    /// Those neither solved nor snoozed.
    Open,
    /// Open ones that an agent holds.
    Agent(AgentName),
    /// Open ones that any agent holds.
    AnyAgent,
    /// Open ones that wait in one queue.
    Queue(QueueName),
    /// Open ones that wait in any queue.
    AnyQueue,
    /// Open ones that one bot holds.
    Bot(BotName),
    /// Open ones that any bot holds.
    AnyBot,
    /// Open ones that nobody holds.
    Nobody,
    /// Those about which people were alerted and nobody has accepted.
    Escalated,
    /// Those with a work status.
    Status(WorkStatus),
    /// Open ones with a priority.
    Priority(Priority),
    /// Those with a tag.
    Tag(String),
    /// Those held on a channel.
    Channel(ChannelId),
    /// Those with messages that no agent has read.
    Unread,
    /// Those with a message that waits to be sent.
    Sending,
    /// Those with a message that failed or is in doubt.
    SendTrouble,
}

impl Place {
    pub(crate) fn name(&self) -> String {
        match self {
            Self::All => "all".into(),
            Self::Open => "open".into(),
            Self::Agent(name) => format!("agent:{name}"),
            Self::AnyAgent => "agent".into(),
            Self::Queue(name) => format!("queue:{name}"),
            Self::AnyQueue => "queue".into(),
            Self::Bot(name) => format!("bot:{name}"),
            Self::AnyBot => "bot".into(),
            Self::Nobody => "nobody".into(),
            Self::Escalated => "escalated".into(),
            Self::Status(status) => format!("status:{}", status.word()),
            Self::Priority(priority) => format!("priority:{}", priority.word()),
            Self::Tag(tag) => format!("tag:{tag}"),
            Self::Channel(channel) => format!("channel:{channel}"),
            Self::Unread => "unread".into(),
            Self::Sending => "sending".into(),
            Self::SendTrouble => "send_trouble".into(),
        }
    }

    /// The places in which a conversation stands.
    pub(crate) fn of(standing: &Standing) -> BTreeSet<String> {
        let open = !matches!(standing.status, WorkStatus::Solved | WorkStatus::Snoozed);
        let mut places = vec![
            Self::All,
            Self::Status(standing.status),
            Self::Channel(standing.channel),
        ];
        if open {
            places.extend([Self::Open, Self::Priority(standing.priority)]);
            match &standing.controller {
                Controller::Agent(name) => {
                    places.extend([Self::AnyAgent, Self::Agent(name.clone())]);
                }
                Controller::Queue(name) => {
                    places.extend([Self::AnyQueue, Self::Queue(name.clone())]);
                }
                Controller::Bot(name) => places.extend([Self::AnyBot, Self::Bot(name.clone())]),
                Controller::Nobody => places.push(Self::Nobody),
            }
        }
        if standing.escalated {
            places.push(Self::Escalated);
        }
        if standing.unread {
            places.push(Self::Unread);
        }
        if standing.sending {
            places.push(Self::Sending);
        }
        if standing.send_trouble {
            places.push(Self::SendTrouble);
        }
        places.extend(standing.tags.iter().cloned().map(Self::Tag));
        places.iter().map(Self::name).collect()
    }
}

/// How many conversations stand in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlaceCount {
    /// All of them.
    pub conversations: u64,
    /// Those with messages that no agent has read.
    pub unread: u64,
}

/// What a transaction adds to the counts of a place.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PlaceChange {
    conversations: i64,
    unread: i64,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The newest message first.
    #[default]
    Newest,
    /// The clock that runs out next first; those without a clock follow, newest first.
    NextDue,
}

/// Where a page ended. Opaque to the caller; stays right while conversations come and go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cursor {
    /// Whether it stands in the part of the list that is ordered by clock.
    due: bool,
    /// The instant of the last row looked at.
    at: i64,
    /// The number of the last row looked at.
    n: i64,
}

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// The places in which a conversation must stand, all of them; at least one.
    pub places: Vec<Place>,
    /// The order.
    pub order: Order,
    /// Where the page before ended; none for the first.
    pub after: Option<Cursor>,
    /// How many rows at most.
    pub limit: usize,
}

impl ListQuery {
    /// The first page of one place, newest first.
    #[must_use]
    pub fn of(place: Place) -> Self {
        Self {
            places: vec![place],
            order: Order::Newest,
            after: None,
            limit: 50,
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListPage {
    /// The rows, in order.
    pub rows: Vec<ConversationRow>,
    /// Where the next page begins; none at the end. A page may be short, even empty, and still
    /// have a next one, when many rows were passed over.
    pub next: Option<Cursor>,
}

/// Rows of the leading place that one page looks at, so that no combination of places takes long.
const LOOK_AT: usize = 20_000;

impl Reader<'_> {
    /// One page of the conversations that stand in all the places asked for.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn list(&self, query: &ListQuery) -> Result<ListPage, StoreError> {
        let mut places = Vec::new();
        for place in &query.places {
            let Some(found) = self.place(place)? else {
                return Ok(ListPage::default());
            };
            places.push(found);
        }
        places.sort_by_key(|(_, count)| count.conversations);
        let numbers: Vec<i64> = places.into_iter().map(|(number, _)| number).collect();
        let Some((&lead, others)) = numbers.split_first() else {
            return Ok(ListPage::default());
        };
        let mut page = ListPage::default();
        let mut looks = LOOK_AT;
        let mut newest_after = (i64::MAX, i64::MAX);
        match (query.order, query.after) {
            (Order::NextDue, after) if after.is_none_or(|cursor| cursor.due) => {
                let after = after.map_or((i64::MIN, i64::MIN), |cursor| (cursor.at, cursor.n));
                let part = Part {
                    due: true,
                    lead,
                    others,
                    after,
                    skip_due: false,
                };
                if !self.list_part(&part, query.limit, &mut looks, &mut page)? {
                    return Ok(page);
                }
            }
            (_, Some(cursor)) => newest_after = (cursor.at, cursor.n),
            (_, None) => {}
        }
        let part = Part {
            due: false,
            lead,
            others,
            after: newest_after,
            skip_due: query.order == Order::NextDue,
        };
        if self.list_part(&part, query.limit, &mut looks, &mut page)? {
            page.next = None;
        }
        Ok(page)
    }

    /// Adds rows of one part of a list; returns whether the part came to its end.
    fn list_part(
        &self,
        part: &Part<'_>,
        limit: usize,
        looks: &mut usize,
        page: &mut ListPage,
    ) -> Result<bool, StoreError> {
        let mut statement = self.statement(if part.due {
            "SELECT due_at_ms, conversation FROM listing_due
             WHERE place = ?1 AND (due_at_ms, conversation) > (?2, ?3)
             ORDER BY due_at_ms, conversation"
        } else {
            "SELECT last_at_ms, conversation FROM listing
             WHERE place = ?1 AND (last_at_ms, conversation) < (?2, ?3)
             ORDER BY last_at_ms DESC, conversation DESC"
        })?;
        let mut rows = statement.query((part.lead, part.after.0, part.after.1))?;
        while let Some(row) = rows.next()? {
            if page.rows.len() >= limit || *looks == 0 {
                return Ok(false);
            }
            *looks = looks.saturating_sub(1);
            let (at, n): (i64, i64) = (row.get(0)?, row.get(1)?);
            page.next = Some(Cursor {
                due: part.due,
                at,
                n,
            });
            if let Some(found) = self.list_row(part, at, n)? {
                page.rows.push(found);
            }
        }
        Ok(true)
    }

    /// The row of a conversation, when it stands in the other places too.
    fn list_row(
        &self,
        part: &Part<'_>,
        at: i64,
        n: i64,
    ) -> Result<Option<ConversationRow>, StoreError> {
        if part.due || part.others.is_empty() {
            let Some(row) = self.conversation_row_at(n)? else {
                return Ok(None);
            };
            if part.skip_due && row.clock.is_some() {
                return Ok(None);
            }
            for &place in part.others {
                if !self.stands_in(place, row.last_at.0, n)? {
                    return Ok(None);
                }
            }
            return Ok(Some(row));
        }
        for &place in part.others {
            if !self.stands_in(place, at, n)? {
                return Ok(None);
            }
        }
        Ok(self
            .conversation_row_at(n)?
            .filter(|row| !part.skip_due || row.clock.is_none()))
    }

    fn stands_in(&self, place: i64, last_at: i64, n: i64) -> Result<bool, StoreError> {
        Ok(self
            .statement(
                "SELECT 1 FROM listing WHERE place = ?1 AND last_at_ms = ?2 AND conversation = ?3",
            )?
            .exists((place, last_at, n))?)
    }

    /// How many conversations stand in a place. Kept with each change, never counted.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn count(&self, place: &Place) -> Result<PlaceCount, StoreError> {
        Ok(self
            .place(place)?
            .map(|(_, count)| count)
            .unwrap_or_default())
    }

    /// The tags in use, with their counts.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn tags(&self) -> Result<BTreeMap<String, PlaceCount>, StoreError> {
        let mut statement = self.statement(
            "SELECT name, conversations, unread FROM place
             WHERE name >= 'tag:' AND name < 'tag;' AND conversations > 0",
        )?;
        let rows = statement.query_map([], |row| {
            let name: String = row.get(0)?;
            let count = PlaceCount {
                conversations: row.get(1)?,
                unread: row.get(2)?,
            };
            Ok((name.trim_start_matches("tag:").to_owned(), count))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(crate) fn place(&self, place: &Place) -> Result<Option<(i64, PlaceCount)>, StoreError> {
        Ok(self
            .statement("SELECT n, conversations, unread FROM place WHERE name = ?1")?
            .query_row([place.name()], |row| {
                let count = PlaceCount {
                    conversations: row.get(1)?,
                    unread: row.get(2)?,
                };
                Ok((row.get(0)?, count))
            })
            .optional()?)
    }

    pub(crate) fn stands_at(&self, n: i64, place: i64) -> Result<bool, StoreError> {
        Ok(self
            .statement(
                "SELECT 1 FROM conversation c JOIN listing l
                     ON l.place = ?2 AND l.last_at_ms = c.last_at_ms AND l.conversation = c.n
                 WHERE c.n = ?1",
            )?
            .exists((n, place))?)
    }

    /// Whether a conversation stands in a place.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn stands(&self, conversation: ConversationId, place: &Place) -> Result<bool, StoreError> {
        let Some((number, _)) = self.place(place)? else {
            return Ok(false);
        };
        let Some((n, standing)) = self.standing(conversation)? else {
            return Ok(false);
        };
        self.stands_in(number, standing.last_at.0, n)
    }
}

/// One part of a list that is being read.
struct Part<'a> {
    due: bool,
    lead: i64,
    others: &'a [i64],
    after: (i64, i64),
    skip_due: bool,
}
