//! What is left of a row that another program or the disk has damaged. Which conversation it is must
//! still be known; of everything else stands what can be read.

use std::collections::BTreeSet;

use baton_core::control::ControlState;
use baton_core::message::Author;
use baton_core::status::{Priority, WorkStatus};
use rusqlite::Row;

use super::{ConversationRow, controller, tags};
use crate::value::{Word as _, at, at_or_none, id};

/// Reads it, in the order of the columns of a whole one.
pub(super) fn of(row: &Row<'_>) -> rusqlite::Result<ConversationRow> {
    let text = |column| row.get::<_, String>(column).unwrap_or_default();
    let number = |column| row.get::<_, u32>(column).unwrap_or_default();
    let sure = |column| row.get::<_, bool>(column).unwrap_or_default();
    Ok(ConversationRow {
        id: id(row, 0)?,
        channel: id(row, 1).unwrap_or_default(),
        contact: id(row, 2).unwrap_or_default(),
        contact_name: text(3),
        subject: text(4),
        snippet: text(5),
        tags: tags(row, 6).unwrap_or_else(|_| BTreeSet::new()),
        control_state: ControlState::read(row, 7).unwrap_or_default(),
        controller: controller(row, 8).unwrap_or_default(),
        control_since: at(row, 10).unwrap_or_default(),
        epoch: row.get(11).unwrap_or_default(),
        status: WorkStatus::read(row, 12).unwrap_or_default(),
        priority: Priority::read(row, 13).unwrap_or_default(),
        escalated: sure(14),
        unread: number(15),
        opened_at: at(row, 16).unwrap_or_default(),
        last_at: at(row, 17).unwrap_or_default(),
        last_author: Author::read(row, 18).ok(),
        waiting_since: at_or_none(row, 19).unwrap_or_default(),
        snoozed_until: at_or_none(row, 20).unwrap_or_default(),
        clock: None,
        messages: number(25),
        attachments: sure(26),
        sending: sure(27),
        send_trouble: sure(28),
        contact_tier: text(30),
        contact_address: text(31),
        imported: sure(29),
        damaged: true,
    })
}
