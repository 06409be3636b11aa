//! What is indexed of a message. The index keeps no text of its own; texts of one transaction go in
//! at its end, in the order of their numbers, because the index then writes them in one go.

use std::collections::{BTreeMap, BTreeSet};

use baton_core::ids::ChannelId;
use baton_core::message::{Address, MessageDocument};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::search::fold::{MARK, spaced};
use crate::search::query::EVERY;
use crate::table::message::NewMessage;
use crate::value::Word as _;

/// Words beyond this many bytes of one field are not indexed: no person searches there, and a bomb
/// must not fill the index.
const FIELD_BYTES: usize = 512 << 10;

/// The text of one message that waits for the end of the transaction.
#[derive(Debug)]
pub(crate) struct PendingText {
    subject: String,
    sender: String,
    recipients: String,
    body: String,
    quoted: String,
    marks: String,
}

impl PendingText {
    pub(crate) fn of(new: &NewMessage<'_>, document: &MessageDocument) -> Self {
        let mut body = capped(document.shown_text());
        for attachment in document.attachments.iter().take(100) {
            body.push('\n');
            body.push_str(&spaced(&attachment.name));
        }
        let quoted = if document.visible_text.is_empty() {
            String::new()
        } else {
            rest(&document.text, &document.visible_text)
        };
        let to = document.to.iter().chain(&document.cc).chain(&document.bcc);
        Self {
            subject: capped(&document.subject),
            sender: people(std::iter::once(&document.from)),
            recipients: people(to.take(200)),
            body,
            quoted,
            marks: marks(new, document),
        }
    }
}

fn marks(new: &NewMessage<'_>, document: &MessageDocument) -> String {
    let mut marks = format!(
        "{MARK}{EVERY} {MARK}{} {MARK}way{}",
        channel_mark(new.channel),
        new.direction.word(),
    );
    match new.kind.word() {
        "message" => {}
        other => {
            let kind = other.replace('_', "");
            marks.push_str(&format!(" {MARK}kind{kind}"));
        }
    }
    if !document.attachments.is_empty() {
        marks.push_str(&format!(" {MARK}hasattachment"));
    }
    if !document.sender_warnings.is_empty() {
        marks.push_str(&format!(" {MARK}haswarning"));
    }
    marks
}

/// The mark of the messages of a channel, one word to the tokenizer.
pub(crate) fn channel_mark(channel: ChannelId) -> String {
    channel.to_string().replace('_', "")
}

fn people<'a>(addresses: impl Iterator<Item = &'a Address>) -> String {
    let mut text = String::new();
    for address in addresses {
        for part in [&address.name, &address.address] {
            text.push_str(part);
            text.push(' ');
        }
    }
    capped(&text)
}

/// The lines of a text that are not among the visible ones.
fn rest(text: &str, visible: &str) -> String {
    let shown: BTreeSet<&str> = visible.lines().map(str::trim).collect();
    let mut rest = String::new();
    for line in text.lines().filter(|line| !shown.contains(line.trim())) {
        if rest.len() + line.len() > FIELD_BYTES {
            break;
        }
        rest.push_str(line);
        rest.push('\n');
    }
    capped(&rest)
}

fn capped(text: &str) -> String {
    let mut end = text.len().min(FIELD_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    spaced(text.get(..end).unwrap_or_default()).into_owned()
}

impl Reader<'_> {
    pub(crate) fn index_texts(&self, texts: BTreeMap<i64, PendingText>) -> Result<(), StoreError> {
        if texts.is_empty() {
            return Ok(());
        }
        let mut insert = self.statement(
            "INSERT INTO search (rowid, subject, sender, recipients, body, quoted, marks)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for (n, text) in texts {
            insert.execute((
                n,
                &text.subject,
                &text.sender,
                &text.recipients,
                &text.body,
                &text.quoted,
                &text.marks,
            ))?;
        }
        Ok(())
    }
}
