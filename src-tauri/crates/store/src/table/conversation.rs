//! Conversations: the folded state, and the row that lists show.

mod remains;

use std::collections::BTreeSet;

use baton_core::control::{ControlState, Controller};
use baton_core::conversation::{Conversation, OutgoingState};
use baton_core::ids::{
    AgentName, BotName, ChannelId, ContactId, ConversationId, MessageId, QueueName,
};
use baton_core::message::Author;
use baton_core::sla::{Clock, ClockKind, ClockState};
use baton_core::status::{Priority, WorkStatus};
use baton_core::time::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Word as _, at, at_or_none, from_json, id, id_or_none, key, to_json};
use crate::writer::Tx;

/// What a list shows of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct ConversationRow {
    /// Which.
    pub id: ConversationId,
    /// Where it is held.
    pub channel: ChannelId,
    /// With whom.
    pub contact: ContactId,
    /// What they are called.
    pub contact_name: String,
    /// The first of their addresses.
    pub contact_address: String,
    /// Their tier (`enterprise`, `pro`, …), when it is known.
    pub contact_tier: String,
    /// The subject it began with.
    pub subject: String,
    /// The first line of its newest message.
    pub snippet: String,
    /// Its tags.
    pub tags: BTreeSet<String>,
    /// The state of the control machine.
    pub control_state: ControlState,
    /// Who may speak.
    pub controller: Controller,
    /// Since when.
    pub control_since: Timestamp,
    /// The control epoch.
    pub epoch: u64,
    /// Where the work stands.
    pub status: WorkStatus,
    /// How soon it should be looked at.
    pub priority: Priority,
    /// Whether people were alerted and nobody has accepted since.
    pub escalated: bool,
    /// Messages of the customer that no agent has read.
    pub unread: u32,
    /// When it began.
    pub opened_at: Timestamp,
    /// The newest message of anybody.
    pub last_at: Timestamp,
    /// Who wrote it.
    pub last_author: Option<Author>,
    /// Since when the customer has waited for an answer.
    pub waiting_since: Option<Timestamp>,
    /// Until when, while snoozed.
    pub snoozed_until: Option<Timestamp>,
    /// Its nearest clock that runs, or that has run out while the customer still waits.
    pub clock: Option<RowClock>,
    /// Messages and notes in all.
    pub messages: u32,
    /// Whether a file came with one of its messages.
    pub attachments: bool,
    /// Whether a message in it waits to be sent.
    pub sending: bool,
    /// Whether a message in it failed or is in doubt.
    pub send_trouble: bool,
    /// Whether its history was imported and nobody has acted on it since.
    pub imported: bool,
    /// Whether part of the row cannot be read; what is left of it stands here, for the rest see
    /// [`Conversation`]. A list shows such a row instead of failing for it.
    pub damaged: bool,
}

/// The clock that a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowClock {
    /// Which.
    pub kind: ClockKind,
    /// What it is doing.
    pub state: ClockState,
    /// When it started.
    pub started_at: Timestamp,
    /// When it is, or was, due.
    pub due_at: Timestamp,
}

/// What decides in which lists a conversation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) channel: ChannelId,
    pub(crate) status: WorkStatus,
    pub(crate) priority: Priority,
    pub(crate) controller: Controller,
    pub(crate) escalated: bool,
    pub(crate) unread: bool,
    pub(crate) sending: bool,
    pub(crate) send_trouble: bool,
    pub(crate) tags: BTreeSet<String>,
    pub(crate) last_at: Timestamp,
    pub(crate) due_at: Option<Timestamp>,
    /// How many labels and kept episodes it has.
    pub(crate) marks: usize,
}

impl Standing {
    fn of(state: &Conversation) -> Self {
        Self {
            channel: state.channel,
            status: state.status,
            priority: state.priority,
            controller: state.control.controller.clone(),
            escalated: state.escalated,
            unread: state.talk.unread > 0,
            sending: state.outbox.values().any(|outgoing| match outgoing.state {
                OutgoingState::Queued { .. } | OutgoingState::Committing { .. } => true,
                OutgoingState::Sent
                | OutgoingState::Failed
                | OutgoingState::InDoubt { .. }
                | OutgoingState::Cancelled => false,
            }),
            send_trouble: state.outbox.values().any(|outgoing| match outgoing.state {
                OutgoingState::Failed | OutgoingState::InDoubt { .. } => true,
                OutgoingState::Queued { .. }
                | OutgoingState::Committing { .. }
                | OutgoingState::Sent
                | OutgoingState::Cancelled => false,
            }),
            tags: state.tags.clone(),
            last_at: state.talk.last_at,
            due_at: nearest_clock(state).and_then(|clock| clock.due_at),
            marks: state.labels.len().saturating_add(state.kept.len()),
        }
    }
}

/// The clock to show: the one that runs out next, or one that has run out while the customer still
/// waits.
fn nearest_clock(state: &Conversation) -> Option<&Clock> {
    state
        .clocks
        .values()
        .filter(|clock| match clock.state {
            ClockState::Running | ClockState::Warned => true,
            ClockState::Missed => state.talk.waiting_since.is_some(),
            ClockState::Paused | ClockState::Met | ClockState::Dropped => false,
        })
        .filter(|clock| clock.due_at.is_some())
        .min_by_key(|clock| (clock.due_at, clock.kind))
}

fn controller(row: &Row<'_>, column: usize) -> rusqlite::Result<Controller> {
    let name: String = row.get(column + 1)?;
    Ok(match row.get_ref(column)?.as_str().unwrap_or_default() {
        "bot" => Controller::Bot(BotName::new(name)),
        "queue" => Controller::Queue(QueueName::new(name)),
        "agent" => Controller::Agent(AgentName::new(name)),
        _ => Controller::Nobody,
    })
}

fn tags(row: &Row<'_>, column: usize) -> rusqlite::Result<BTreeSet<String>> {
    let text = row.get_ref(column)?.as_str().unwrap_or_default();
    if text == "[]" {
        return Ok(BTreeSet::new());
    }
    serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}

const ROW: &str = "SELECT c.id, c.channel, c.contact, coalesce(p.name, ''), c.subject,
    coalesce(m.snippet, ''), c.tags, c.control_state, c.controller_kind, c.controller_name,
    c.control_since_ms, c.epoch, c.status, c.priority, c.escalated, c.unread, c.opened_at_ms,
    c.last_at_ms, c.last_author, c.waiting_since_ms, c.snoozed_until_ms, c.due_at_ms, c.due_kind,
    c.due_state, c.due_since_ms, c.messages, c.attachments, c.sending, c.send_trouble, c.imported,
    coalesce(p.attributes ->> '$.tier', ''),
    coalesce((SELECT i.address FROM identity i WHERE i.contact = c.contact
              ORDER BY i.kind, i.address LIMIT 1), '')
    FROM conversation c
    LEFT JOIN contact p ON p.id = c.contact
    LEFT JOIN message m ON m.id = c.last_message";

/// The row of a list; of a damaged one what is left.
fn row(row: &Row<'_>) -> rusqlite::Result<ConversationRow> {
    whole(row).or_else(|_| remains::of(row))
}

fn whole(row: &Row<'_>) -> rusqlite::Result<ConversationRow> {
    let clock = match at_or_none(row, 21)? {
        None => None,
        Some(due_at) => Some(RowClock {
            kind: ClockKind::read(row, 22)?,
            state: ClockState::read(row, 23)?,
            started_at: at(row, 24)?,
            due_at,
        }),
    };
    Ok(ConversationRow {
        id: id(row, 0)?,
        channel: id(row, 1)?,
        contact: id(row, 2)?,
        contact_name: row.get(3)?,
        subject: row.get(4)?,
        snippet: row.get(5)?,
        tags: tags(row, 6)?,
        control_state: ControlState::read(row, 7)?,
        controller: controller(row, 8)?,
        control_since: at(row, 10)?,
        epoch: row.get(11)?,
        status: WorkStatus::read(row, 12)?,
        priority: Priority::read(row, 13)?,
        escalated: row.get(14)?,
        unread: row.get(15)?,
        opened_at: at(row, 16)?,
        last_at: at(row, 17)?,
        last_author: match row.get_ref(18)?.as_str().unwrap_or_default() {
            "" => None,
            _ => Some(Author::read(row, 18)?),
        },
        waiting_since: at_or_none(row, 19)?,
        snoozed_until: at_or_none(row, 20)?,
        clock,
        messages: row.get(25)?,
        attachments: row.get(26)?,
        sending: row.get(27)?,
        send_trouble: row.get(28)?,
        contact_tier: row.get(30)?,
        contact_address: row.get(31)?,
        imported: row.get(29)?,
        damaged: false,
    })
}

impl Reader<'_> {
    /// The folded state of a conversation.
    ///
    /// # Errors
    /// When the database cannot be read or the state has another shape.
    pub fn conversation(&self, which: ConversationId) -> Result<Option<Conversation>, StoreError> {
        let mut statement = self.statement("SELECT state FROM conversation WHERE id = ?1")?;
        let mut rows = statement.query([key(which)])?;
        match rows.next()? {
            None => Ok(None),
            Some(row) => {
                let bytes = row.get_ref(0)?.as_blob().unwrap_or_default();
                from_json("conversation", bytes).map(Some)
            }
        }
    }

    /// Whether there is such a conversation, in whatever state it is.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn has_conversation(&self, which: ConversationId) -> Result<bool, StoreError> {
        Ok(self.conversation_number(which)?.is_some())
    }

    /// What a list shows of a conversation.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn conversation_row(
        &self,
        which: ConversationId,
    ) -> Result<Option<ConversationRow>, StoreError> {
        Ok(self
            .statement(&format!("{ROW} WHERE c.id = ?1"))?
            .query_row([key(which)], row)
            .optional()?)
    }

    pub(crate) fn conversation_row_at(
        &self,
        n: i64,
    ) -> Result<Option<ConversationRow>, StoreError> {
        Ok(self
            .statement(&format!("{ROW} WHERE c.n = ?1"))?
            .query_row([n], row)
            .optional()?)
    }

    /// The conversations of a contact, newest first, `limit` at most, older than `before` when
    /// that is given.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn conversations_with(
        &self,
        contact: ContactId,
        before: Option<(Timestamp, ConversationId)>,
        limit: usize,
    ) -> Result<Vec<ConversationRow>, StoreError> {
        let (at, n) = match before {
            None => (i64::MAX, i64::MAX),
            Some((at, id)) => (at.0, self.conversation_number(id)?.unwrap_or(i64::MAX)),
        };
        let mut statement = self.statement(&format!(
            "{ROW} WHERE c.contact = ?1 AND (c.last_at_ms, c.n) < (?2, ?3)
             ORDER BY c.last_at_ms DESC, c.n DESC LIMIT ?4"
        ))?;
        let rows = statement.query_map((key(contact), at, n, limit as i64), row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whose each conversation is, `limit` at most, after the one that `after` numbers; 0 to begin.
    /// The last number is where the next page begins.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn conversation_owners(
        &self,
        after: i64,
        limit: usize,
    ) -> Result<Vec<(i64, ConversationId, ContactId)>, StoreError> {
        let mut statement = self.statement(
            "SELECT n, id, contact FROM conversation WHERE n > ?1 ORDER BY n LIMIT ?2",
        )?;
        let rows = statement.query_map((after, limit as i64), |row| {
            Ok((row.get(0)?, id(row, 1)?, id(row, 2)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(crate) fn conversation_number(
        &self,
        which: ConversationId,
    ) -> Result<Option<i64>, StoreError> {
        Ok(self
            .statement("SELECT n FROM conversation WHERE id = ?1")?
            .query_row([key(which)], |row| row.get(0))
            .optional()?)
    }

    pub(crate) fn standing(
        &self,
        which: ConversationId,
    ) -> Result<Option<(i64, Standing)>, StoreError> {
        Ok(self
            .statement(
                "SELECT n, channel, status, priority, controller_kind, controller_name, escalated,
                        unread > 0, tags, last_at_ms, due_at_ms, sending, send_trouble,
                        marks
                 FROM conversation WHERE id = ?1",
            )?
            .query_row([key(which)], |row| {
                let standing = Standing {
                    channel: id(row, 1)?,
                    status: WorkStatus::read(row, 2)?,
                    priority: Priority::read(row, 3)?,
                    controller: controller(row, 4)?,
                    escalated: row.get(6)?,
                    unread: row.get(7)?,
                    tags: tags(row, 8)?,
                    last_at: at(row, 9)?,
                    due_at: at_or_none(row, 10)?,
                    sending: row.get(11)?,
                    send_trouble: row.get(12)?,
                    marks: row.get(13)?,
                };
                Ok((row.get(0)?, standing))
            })
            .optional()?)
    }

    /// The newest message of a conversation, as its state says.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn last_message_of(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<MessageId>, StoreError> {
        Ok(self
            .statement("SELECT last_message FROM conversation WHERE id = ?1")?
            .query_row([key(conversation)], |row| id_or_none(row, 0))
            .optional()?
            .flatten())
    }
}

impl Tx<'_> {
    /// Takes a conversation off every list when its row does not tell any more where it stands.
    fn off_the_lists(
        &mut self,
        which: ConversationId,
    ) -> Result<Option<(i64, Option<Standing>)>, StoreError> {
        let Some(n) = self.conversation_number(which)? else {
            return Ok(None);
        };
        self.strike(n)?;
        Ok(Some((n, None)))
    }

    /// Saves the folded state of a conversation, new or known, with its row and its places.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn save_conversation(&mut self, state: &Conversation) -> Result<(), StoreError> {
        let json = to_json("conversation", state)?;
        let tags = to_json("tags", &state.tags)?;
        let clock = nearest_clock(state);
        let control = &state.control;
        let talk = &state.talk;
        let standing = Standing::of(state);
        let before = match self.standing(state.id) {
            Err(StoreError::Row(_)) => self.off_the_lists(state.id)?,
            known => known?.map(|(n, standing)| (n, Some(standing))),
        };
        let values = rusqlite::params![
            key(state.id),
            key(state.channel),
            key(state.contact),
            state.status.word(),
            state.priority.word(),
            control.state.word(),
            control.controller.kind(),
            control.controller.name(),
            control.since.0,
            control.epoch as i64,
            state.escalated,
            talk.unread,
            state.opened_at.0,
            talk.last_at.0,
            talk.last_author.map_or("", Author::word),
            talk.last_message.map(key),
            talk.waiting_since.map(|at| at.0),
            state.snoozed_until.map(|at| at.0),
            standing.due_at.map(|at| at.0),
            clock.map_or("", |clock| clock.kind.word()),
            clock.map_or(0, |clock| clock.started_at.0),
            clock.map_or("", |clock| clock.state.word()),
            talk.messages,
            standing.sending,
            standing.send_trouble,
            tags,
            state.imported,
            json.as_bytes(),
            standing.marks,
        ];
        let n = match &before {
            None => {
                self.statement(
                    "INSERT INTO conversation
                         (id, channel, contact, status, priority, control_state, controller_kind,
                          controller_name, control_since_ms, epoch, escalated, unread,
                          opened_at_ms, last_at_ms, last_author, last_message, waiting_since_ms,
                          snoozed_until_ms, due_at_ms, due_kind, due_since_ms, due_state,
                          messages, sending, send_trouble, tags, imported, state, marks)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
                             ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29)",
                )?
                .execute(values)?;
                self.connection.last_insert_rowid()
            }
            Some((n, _)) => {
                self.statement(
                    "UPDATE conversation SET
                         channel = ?2, contact = ?3, status = ?4, priority = ?5,
                         control_state = ?6, controller_kind = ?7, controller_name = ?8,
                         control_since_ms = ?9, epoch = ?10, escalated = ?11, unread = ?12,
                         opened_at_ms = ?13, last_at_ms = ?14, last_author = ?15,
                         last_message = ?16, waiting_since_ms = ?17, snoozed_until_ms = ?18,
                         due_at_ms = ?19, due_kind = ?20, due_since_ms = ?21, due_state = ?22,
                         messages = ?23, sending = ?24, send_trouble = ?25, tags = ?26,
                         imported = ?27, state = ?28, marks = ?29
                     WHERE id = ?1",
                )?
                .execute(values)?;
                *n
            }
        };
        let before_of = |(_, standing): &(i64, Option<Standing>)| {
            // What stands in a damaged row is not known: as if it had been marked.
            standing.as_ref().map_or(1, |standing| standing.marks)
        };
        if before.as_ref().map_or(0, before_of) > 0 || standing.marks > 0 {
            self.put_marks(state)?;
        }
        let before = before.and_then(|(_, standing)| standing);
        self.relist(n, before.as_ref(), &standing)
    }
}
