//! What is indexed of a message. The index keeps no text of its own; texts of one transaction go in
//! at its end, in the order of their numbers, because the index then writes them in one go.

use baton_core::message::{Address, MessageDocument};

use crate::error::StoreError;
use crate::table::message::NewMessage;
use crate::writer::Tx;

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
        let body = capped(document.shown_text());
        let quoted = if document.visible_text.is_empty() {
            String::new()
        } else {
            rest(&document.text, &document.visible_text)
        };
        let mut marks = format!("in{}", mark(&new.channel.to_string()));
        if !document.attachments.is_empty() {
            marks.push_str(" hasattachment");
        }
        let mut names = String::new();
        for attachment in document.attachments.iter().take(100) {
            names.push(' ');
            names.push_str(&attachment.name);
        }
        Self {
            subject: capped(&document.subject),
            sender: people(std::iter::once(&document.from)),
            recipients: people(
                document
                    .to
                    .iter()
                    .chain(&document.cc)
                    .chain(&document.bcc)
                    .take(200),
            ),
            body: body + &names,
            quoted,
            marks,
        }
    }

    /// The text in scripts without spaces between words, when there is any.
    fn script(&self) -> Option<String> {
        let mut text = String::new();
        for field in [&self.subject, &self.sender, &self.body, &self.quoted] {
            for line in field.lines().filter(|line| line.chars().any(is_unspaced)) {
                text.push_str(line);
                text.push('\n');
            }
        }
        (!text.is_empty()).then_some(text)
    }
}

/// A word that stands for a value and is a single word to the tokenizer.
pub(crate) fn mark(value: &str) -> String {
    value
        .chars()
        .filter(|character| character.is_ascii_alphanumeric())
        .collect()
}

/// Whether a character belongs to a script that sets no spaces between words.
pub(crate) const fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{0e00}'..='\u{0eff}'      // Thai, Lao
        | '\u{1000}'..='\u{109f}'    // Burmese
        | '\u{1780}'..='\u{17ff}'    // Khmer
        | '\u{3040}'..='\u{30ff}'    // Hiragana, Katakana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ac00}'..='\u{d7af}'    // Hangul: spaced, but searched within words
        | '\u{20000}'..='\u{3ffff}')
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
    let shown: std::collections::BTreeSet<&str> = visible.lines().map(str::trim).collect();
    let mut rest = String::new();
    for line in text.lines().filter(|line| !shown.contains(line.trim())) {
        if rest.len() + line.len() > FIELD_BYTES {
            break;
        }
        rest.push_str(line);
        rest.push('\n');
    }
    rest
}

fn capped(text: &str) -> String {
    let mut end = text.len().min(FIELD_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

impl Tx<'_> {
    pub(crate) fn flush_texts(&mut self) -> Result<(), StoreError> {
        let texts = std::mem::take(&mut self.pending.texts);
        if texts.is_empty() {
            return Ok(());
        }
        let mut words = self.statement(
            "INSERT INTO search (rowid, subject, sender, recipients, body, quoted, marks)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        let mut script =
            self.statement("INSERT INTO search_script (rowid, text) VALUES (?1, ?2)")?;
        for (n, text) in texts {
            words.execute((
                n,
                &text.subject,
                &text.sender,
                &text.recipients,
                &text.body,
                &text.quoted,
                &text.marks,
            ))?;
            if let Some(unspaced) = text.script() {
                script.execute((n, unspaced))?;
            }
        }
        Ok(())
    }
}
