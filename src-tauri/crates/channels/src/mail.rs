//! Raw e-mail, read: bytes in, a [`Mail`] out, whatever the bytes are.
//!
//! Nothing here does IO, and nothing fails: what cannot be read as it stands is read as well as it
//! can be, and named in the document's problems. Time and memory are bounded by the size of the
//! message; what a bound cuts off is named too.
//!
//! - [`decode`] reads the whole message.
//! - [`attachment`] and [`html_of`] take one thing out of it again.
//! - [`token`] makes and verifies the tokens by which a reply finds its conversation.

mod address;
mod auth;
mod body;
mod calendar;
mod charset;
mod classify;
mod date;
mod header;
mod ids;
pub mod names;
mod params;
mod part;
mod report;
mod sender;
mod signed;
mod tnef;
pub mod token;
mod transfer;
mod uuencode;
mod words;

use std::borrow::Cow;
use std::fmt;

use baton_core::hash::Hash;
use baton_core::message::{Address, Attachment, MessageDocument, ReadingProblem};

pub use auth::{AuthenticationResults, authserv_id};
pub use body::Protection;
pub use calendar::CalendarSummary;

use crate::reply::{Fold, FoldKind};
use crate::sentiment;
use body::Contents;
use header::Header;
use part::Tree;

/// The field by which our own automatic mail is recognised when it comes back.
pub const LOOP_FIELD: &str = "X-Baton-Loop";
/// How many mailboxes are kept of one field.
const MAILBOXES: usize = 2_000;

/// What must be known of the workspace to judge a message.
#[derive(Clone, Default)]
pub struct DecodeContext {
    /// The addresses of the team's mailboxes.
    pub own_addresses: Vec<String>,
    /// The names of the people of the team.
    pub team_names: Vec<String>,
    /// The names by which the team's own mail servers sign Authentication-Results.
    pub trusted_authserv_ids: Vec<String>,
}

/// A message as read, with what is needed beside its document.
#[derive(Clone, Default)]
pub struct Mail {
    /// The message for views, search and rules.
    pub document: MessageDocument,
    /// The HTML body as sent, decoded and not sanitised.
    pub html: Option<String>,
    /// The digest of the bytes as received.
    pub raw_sha256: Hash,
    /// What the team's own server found out about the sender.
    pub auth: Option<AuthenticationResults>,
    /// The value of our own loop field, when the message carries it.
    pub loop_header: Option<String>,
    /// Tokens that may be ours, from the recipients and the identifiers; none is verified.
    pub reply_tokens: Vec<String>,
    /// The invitation in the message.
    pub calendar: Option<CalendarSummary>,
    /// Whether the sender signed or encrypted.
    pub protection: Protection,
    /// The envelope sender; `Some("")` is the null sender of machines.
    pub return_path: Option<String>,
    /// Whether the sender asks that no machine answer (RFC 3834 and kin), whatever the kind.
    pub no_automatic_answer: bool,
    /// Addresses the message was delivered to, as servers noted on the way.
    pub delivered_to: Vec<String>,
    /// Whether a mail server handed it on: each one says so in a Received field (RFC 5321, 4.4). A
    /// message without one was put into its folder by a mail program.
    pub relayed: bool,
}

// What people write and who they are stays out of traces.
impl fmt::Debug for DecodeContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DecodeContext(…)")
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("document", &self.document)
            .field("raw_sha256", &self.raw_sha256)
            .field("protection", &self.protection)
            .finish_non_exhaustive()
    }
}

/// The text of bytes, by the character set that was declared or by the best guess.
#[must_use]
pub fn text_of_bytes(bytes: &[u8], charset: Option<&str>) -> String {
    charset::decode(bytes, charset).text
}

/// Reads a message.
#[must_use]
pub fn decode(raw: &[u8], context: &DecodeContext) -> Mail {
    let bytes = with_line_feeds(raw);
    let tree = Tree::read(&bytes);
    let mut contents = body::read(&tree);
    let fallback = Header::default();
    let header = tree.root().map_or(&fallback, |root| &root.header);
    let mut mail = Mail {
        raw_sha256: Hash::of(raw),
        ..Mail::default()
    };
    read_header(header, &tree, contents.agreed_charset, &mut mail);
    let document = &mut mail.document;
    document.attachments = attachments(&tree, &contents);
    document.text = std::mem::take(&mut contents.text);
    document.html_text = std::mem::take(&mut contents.html_text);
    document.has_html = contents.html.is_some();
    mail.html = contents.html.take();
    if document.subject.is_empty()
        && let Some(subject) = contents.inner_subject.take()
    {
        document.subject = words::tidy(&subject);
    }
    document.visible_text = visible_text(document, mail.html.as_deref());
    mail.calendar = contents.calendar.take();
    mail.protection = contents.protection;
    mail.auth = auth::read(header, &context.trusted_authserv_ids);
    classify::classify(&tree, &context.own_addresses, &mut mail);
    sentiment::note(&mut mail.document);
    mail.document.sender_warnings = sender::warnings(header, &mail, context);
    mail.reply_tokens = token::found_in(&mail);
    note_problems(header, &tree, &contents, &mut mail.document);
    mail
}

/// The decoded bytes of an attachment, by its index in the document.
#[must_use]
pub fn attachment(raw: &[u8], index: u32) -> Option<Vec<u8>> {
    let bytes = with_line_feeds(raw);
    let tree = Tree::read(&bytes);
    let contents = body::read(&tree);
    let file = contents.files.get(usize::try_from(index).ok()?)?;
    Some(file.bytes(&tree).into_owned())
}

/// The HTML body as sent, decoded and not sanitised.
#[must_use]
pub fn html_of(raw: &[u8]) -> Option<String> {
    let bytes = with_line_feeds(raw);
    let tree = Tree::read(&bytes);
    body::read(&tree).html
}

/// Mail of systems that end lines with a bare carriage return gets line feeds to be read.
fn with_line_feeds(raw: &[u8]) -> Cow<'_, [u8]> {
    let head = raw.get(..4_096).unwrap_or(raw);
    if memchr::memchr(b'\n', head).is_some() || memchr::memchr(b'\r', head).is_none() {
        return Cow::Borrowed(raw);
    }
    if memchr::memchr(b'\n', raw).is_some() {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(
        raw.iter()
            .map(|&byte| if byte == b'\r' { b'\n' } else { byte })
            .collect(),
    )
}

fn message_id(header: &Header<'_>) -> String {
    header
        .all("message-id")
        .map(ids::one)
        .find(|id| !id.is_empty())
        .unwrap_or_default()
}

fn read_header(
    header: &Header<'_>,
    tree: &Tree<'_>,
    agreed: Option<&'static str>,
    mail: &mut Mail,
) {
    // Raw bytes in the header are most likely in the character set of the body.
    let hint = agreed.or_else(|| {
        tree.parts
            .iter()
            .filter(|part| part.media_type.starts_with("text/"))
            .find_map(|part| part.charset())
            .filter(|label| charset::is_known(label))
    });
    let mut left_out = 0;
    let mut mailboxes = |name: &str| {
        let mut found = Vec::new();
        for value in header.all(name) {
            let room = MAILBOXES - found.len().min(MAILBOXES);
            let (list, more) = address::list(value, hint, room);
            found.extend(list);
            left_out += more;
        }
        found
    };
    let document = &mut mail.document;
    let from: Vec<Address> = mailboxes("from");
    document.from = from
        .iter()
        .find(|address| address.address.contains('@'))
        .or(from.first())
        .cloned()
        .unwrap_or_default();
    document.to = mailboxes("to");
    document.cc = mailboxes("cc");
    document.bcc = mailboxes("bcc");
    document.reply_to = mailboxes("reply-to");
    mail.relayed = header.first("received").is_some();
    mail.delivered_to = [
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "x-delivered-to",
    ]
    .iter()
    .flat_map(|name| mailboxes(name))
    .map(|address| address.address)
    .collect();
    if left_out > 0 {
        problem(
            document,
            "recipients_cut",
            "only the first 2,000 recipients of a field were kept",
        );
    }
    document.subject = header
        .all("subject")
        .map(|value| words::unstructured(value, hint))
        .find(|subject| !subject.is_empty())
        .unwrap_or_default();
    if header
        .first("subject")
        .is_some_and(|value| value.len() > words::LONGEST)
    {
        problem(
            document,
            "subject_cut",
            "only the first 64 KB of the subject were kept",
        );
    }
    document.native_id = message_id(header);
    document.in_reply_to = header.all("in-reply-to").flat_map(ids::list).collect();
    document.references = header.all("references").flat_map(ids::list).collect();
    if let Some(value) = header.first("date") {
        document.date = date::parse(value);
        if document.date.is_none() {
            problem(document, "bad_date", "the Date field is not a date");
        }
    }
    mail.loop_header = header
        .first(LOOP_FIELD)
        .map(|value| words::unstructured(value, None));
    mail.return_path = header.first("return-path").map(|value| {
        address::list(value, None, 1)
            .0
            .into_iter()
            .next()
            .unwrap_or_default()
            .address
    });
}

fn attachments(tree: &Tree<'_>, contents: &Contents) -> Vec<Attachment> {
    let mut taken = names::Taken::default();
    contents
        .files
        .iter()
        .zip(0_u32..)
        .map(|(file, index)| {
            let bytes = file.bytes(tree);
            Attachment {
                index,
                name: file.name.clone(),
                saved_name: taken.take(&names::safe_name(
                    file.implied.as_deref().unwrap_or(&file.name),
                    &file.media_type,
                )),
                media_type: file.media_type.clone(),
                size: bytes.len() as u64,
                sha256: Hash::of(&bytes),
                content_id: file.content_id.clone(),
                inline: file.inline,
                active: names::is_active(&file.media_type, &file.name),
            }
        })
        .collect()
}

/// The text without quotes and signature, when that is not all of it.
fn visible_text(document: &MessageDocument, html: Option<&str>) -> String {
    let split = crate::reply::split(&document.text);
    let mut visible = split.visible;
    let is_quote = |fold: &Fold| matches!(fold.kind, FoldKind::Quote | FoldKind::Forward);
    if !split.folds.iter().any(is_quote) {
        // Mail programs mark quotes in HTML that the plain text does not show.
        match html.and_then(crate::reply::split_html) {
            // A signature that was folded does not come back as all there is.
            Some(marked)
                if !marked.trim().is_empty()
                    && (split.folds.is_empty() || is_own(&marked, &visible)) =>
            {
                visible = marked;
            }
            _ => {}
        }
    }
    if visible.trim() == document.text.trim() {
        String::new()
    } else {
        visible
    }
}

/// Whether what the marks leave is part of what is visible already, and no signature.
fn is_own(marked: &str, visible: &str) -> bool {
    let squeezed = |text: &str| -> String { text.split_whitespace().collect() };
    let own = squeezed(marked);
    !own.starts_with("--") && squeezed(visible).contains(&own)
}

fn problem(document: &mut MessageDocument, code: &str, detail: &str) {
    if !document.problems.iter().any(|known| known.code == code) {
        document.problems.push(ReadingProblem {
            code: code.to_owned(),
            detail: detail.to_owned(),
        });
    }
}

fn note_problems(
    header: &Header<'_>,
    tree: &Tree<'_>,
    contents: &Contents,
    document: &mut MessageDocument,
) {
    if header.is_empty() {
        problem(document, "no_header", "the message has no header");
    }
    if header.left_out > 0 {
        problem(
            document,
            "header_fields_cut",
            "only the first 1,000 fields of the header were read",
        );
    }
    if header.stray_lines > 0 {
        problem(
            document,
            "stray_header_lines",
            "the header holds lines that are no fields",
        );
    }
    if header.all("message-id").nth(1).is_some() {
        problem(
            document,
            "several_message_ids",
            "there are several Message-ID fields; the first counts",
        );
    }
    if header.all("subject").nth(1).is_some() {
        problem(
            document,
            "several_subjects",
            "there are several Subject fields; the first counts",
        );
    }
    for (code, detail) in tree.problems.iter().chain(&contents.problems) {
        problem(document, code, detail);
    }
}
