//! From a plain description to the bytes of a message.
//!
//! Every text that comes from outside (subjects, names, file names, ids) is cleaned of control
//! characters before it comes near a header, and then encoded; nothing of it can start a header
//! of its own.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{
    ContentDisposition, ContentId, ContentTransferEncoding, ContentType, Header, HeaderName,
    HeaderValue,
};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};
use lettre::{Address, Message};
use serde::{Deserialize, Serialize};

/// A name and an address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name, which may be empty.
    pub name: String,
    /// The address.
    pub address: String,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person")
    }
}

/// A file that goes with a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What the file is called.
    pub name: String,
    /// Its media type, such as `image/png`.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The id by which the HTML shows it, for a picture inside the text.
    pub content_id: Option<String>,
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// What is to be said, and to whom.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Who writes.
    pub from: Person,
    /// The main recipients.
    pub to: Vec<Person>,
    /// Those who get a copy.
    pub cc: Vec<Person>,
    /// Those who get a copy that nobody sees.
    pub bcc: Vec<Person>,
    /// Where answers go, when not to the writer.
    pub reply_to: Option<Person>,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same text as HTML.
    pub html: Option<String>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// The message's id, without brackets; the same for every attempt.
    pub message_id: String,
    /// The id of the message that is answered, without brackets.
    pub in_reply_to: Option<String>,
    /// The ids of the thread, oldest first, without brackets.
    pub references: Vec<String>,
    /// When it was written, in milliseconds since 1970.
    pub date_ms: i64,
    /// True when no person wrote it: other machines must not answer it.
    pub automatic: bool,
    /// A signed token by which an answer finds its conversation.
    pub reply_token: Option<String>,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("message_id", &self.message_id)
            .finish_non_exhaustive()
    }
}

/// A message ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Composed {
    /// The message's bytes, without any trace of blind copies.
    pub raw: Vec<u8>,
    /// The envelope's sender.
    pub sender: String,
    /// The envelope's recipients, each once, in the order of To, Cc, Bcc.
    pub recipients: Vec<String>,
    /// The message's id, without brackets.
    pub message_id: String,
}

impl fmt::Debug for Composed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Composed")
            .field("message_id", &self.message_id)
            .field("bytes", &self.raw.len())
            .finish_non_exhaustive()
    }
}

/// Why a message cannot be composed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// There is nobody to send it to.
    #[error("the message has no recipient")]
    NoRecipient,
    /// An address is not one.
    #[error("an address is not valid: {0}")]
    Address(String),
    /// An id is not one.
    #[error("a message id is not valid")]
    MessageId,
    /// The parts could not be put together.
    #[error("the message could not be put together")]
    Parts,
}

macro_rules! text_header {
    ($type:ident, $name:literal) => {
        #[derive(Clone)]
        struct $type(String);
        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }
            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }
            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}

text_header!(AutoSubmitted, "Auto-Submitted");
text_header!(SuppressReplies, "X-Auto-Response-Suppress");
text_header!(ReplyToken, "X-Baton-Reply");

/// Composes a message.
pub fn compose(out: &Outgoing) -> Result<Composed, ComposeError> {
    let message_id = id(&out.message_id).ok_or(ComposeError::MessageId)?;
    let date = u64::try_from(out.date_ms).unwrap_or_default();
    let from = mailbox(&out.from)?;
    let sender = wire_address(&from.email);
    let mut builder = Message::builder()
        .from(from)
        .subject(clean(&out.subject))
        .date(UNIX_EPOCH + Duration::from_millis(date))
        .message_id(Some(format!("<{message_id}>")));
    let mut recipients: Vec<String> = Vec::new();
    let add: [(&[Person], AddHeader); 3] = [
        (&out.to, MessageBuilder::to),
        (&out.cc, MessageBuilder::cc),
        // Blind copies stand in the envelope alone.
        (&out.bcc, |builder, _| builder),
    ];
    for (people, header) in add {
        for person in people {
            let mailbox = mailbox(person)?;
            let address = wire_address(&mailbox.email);
            if !recipients
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&address))
            {
                recipients.push(address);
            }
            builder = header(builder, mailbox);
        }
    }
    if recipients.is_empty() {
        return Err(ComposeError::NoRecipient);
    }
    if let Some(reply_to) = &out.reply_to {
        builder = builder.reply_to(mailbox(reply_to)?);
    }
    if let Some(answered) = out.in_reply_to.as_deref().and_then(id) {
        builder = builder.in_reply_to(format!("<{answered}>"));
    }
    // Ids that are not ids are left out: they came from outside and help nobody.
    let thread: Vec<String> = out
        .references
        .iter()
        .filter_map(|known| id(known))
        .map(|known| format!("<{known}>"))
        .collect();
    if !thread.is_empty() {
        builder = builder.references(thread.join(" "));
    }
    if out.automatic {
        builder = builder
            .header(AutoSubmitted("auto-replied".to_owned()))
            .header(SuppressReplies("All".to_owned()));
    }
    if let Some(token) = &out.reply_token {
        builder = builder.header(ReplyToken(clean(token)));
    }
    let envelope = lettre::address::Envelope::new(None, vec![recipient(&recipients)?])
        .map_err(|_| ComposeError::NoRecipient)?;
    let message = body(builder.envelope(envelope), out)?;
    Ok(Composed {
        raw: message.formatted(),
        sender,
        recipients,
        message_id,
    })
}

type AddHeader = fn(MessageBuilder, Mailbox) -> MessageBuilder;

/// The library wants an envelope that ours replaces.
fn recipient(recipients: &[String]) -> Result<Address, ComposeError> {
    let first = recipients.first().ok_or(ComposeError::NoRecipient)?;
    first
        .parse()
        .map_err(|_| ComposeError::Address(first.clone()))
}

fn body(builder: MessageBuilder, out: &Outgoing) -> Result<Message, ComposeError> {
    let text = SinglePart::plain(out.text.clone());
    let (inline, files): (Vec<&Attachment>, Vec<&Attachment>) = out
        .attachments
        .iter()
        .partition(|file| file.content_id.is_some() && out.html.is_some());
    let html = out.html.clone().map(SinglePart::html);
    let words = match html {
        None => Content::Single(text),
        Some(html) if inline.is_empty() => {
            Content::Multi(MultiPart::alternative().singlepart(text).singlepart(html))
        }
        Some(html) => {
            let shown = inline
                .into_iter()
                .fold(MultiPart::related().singlepart(html), |parts, file| {
                    parts.singlepart(file_part(file))
                });
            Content::Multi(MultiPart::alternative().singlepart(text).multipart(shown))
        }
    };
    let made = match (words, files.is_empty()) {
        (Content::Single(text), true) => builder.singlepart(text),
        (Content::Multi(words), true) => builder.multipart(words),
        (words, false) => {
            let start = MultiPart::mixed();
            let start = match words {
                Content::Single(text) => start.singlepart(text),
                Content::Multi(words) => start.multipart(words),
            };
            builder.multipart(
                files
                    .into_iter()
                    .fold(start, |parts, file| parts.singlepart(file_part(file))),
            )
        }
    };
    made.map_err(|_| ComposeError::Parts)
}

enum Content {
    Single(SinglePart),
    Multi(MultiPart),
}

fn file_part(file: &Attachment) -> SinglePart {
    let name = clean(&file.name);
    // A type with parameters or odd characters is not worth a broken header.
    let plain = |text: &str| {
        text.split('/').count() == 2
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '.' | '+'))
    };
    let content_type = Some(file.media_type.as_str())
        .filter(|text| plain(text) && !text.starts_with("multipart/"))
        .unwrap_or("application/octet-stream");
    let content_type = ContentType::parse(content_type).unwrap_or(ContentType::TEXT_PLAIN);
    let mut part = SinglePart::builder();
    match file.content_id.as_deref().and_then(id) {
        Some(content_id) => {
            part = part
                .header(ContentDisposition::inline_with_name(&name))
                .header(ContentId::from(format!("<{content_id}>")));
        }
        None => part = part.header(ContentDisposition::attachment(&name)),
    }
    // Base64 keeps the bytes as they are, whatever they are.
    part.header(content_type)
        .header(ContentTransferEncoding::Base64)
        .body(file.bytes.clone())
}

fn mailbox(person: &Person) -> Result<Mailbox, ComposeError> {
    let text = person.address.trim();
    let address: Address = text
        .parse()
        .map_err(|_| ComposeError::Address(clean(text)))?;
    let name = clean(&person.name);
    let name = name.trim();
    Ok(Mailbox::new(
        (!name.is_empty()).then(|| name.to_owned()),
        address,
    ))
}

/// The address with its domain in the letters that every server knows.
fn wire_address(address: &Address) -> String {
    let domain = match url::Host::parse(address.domain()) {
        Ok(host) => host.to_string(),
        Err(_) => address.domain().to_owned(),
    };
    format!("{}@{domain}", address.user())
}

/// The text on one line, without characters that control anything.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        })
        .collect()
}

/// An id without brackets, when it is one.
fn id(text: &str) -> Option<String> {
    let bare = text.trim().trim_matches(['<', '>']);
    let fine = !bare.is_empty()
        && bare.len() <= 900
        && bare
            .bytes()
            .all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>');
    fine.then(|| bare.to_owned())
}

#[cfg(test)]
mod tests;
