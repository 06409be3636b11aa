//! What a message is, whatever the channel it came by.
//!
//! A [`MessageDocument`] is content: it is stored by hash outside the event chain, so that a
//! person's words can be erased without breaking the chain.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::ids::MessageId;
use crate::knowledge::ground::Grounds;
use crate::time::Timestamp;

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the customer to the team.
    Inbound,
    /// From the team to the customer.
    Outbound,
    /// Seen by the team only.
    Internal,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The person who writes to the team.
    Customer,
    /// A dialog manager.
    Bot,
    /// A person of the team.
    Agent,
    /// Baton itself, or a mail system.
    System,
}

/// What a message is for: only a [`MessageKind::Message`] starts or stops a waiting clock.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Written by a person (or a bot) to be read by a person.
    #[default]
    Message,
    /// A vacation notice or another automatic answer (RFC 3834).
    AutoReply,
    /// A delivery status notification (RFC 3464) or its free-form kin.
    Bounce,
    /// An abuse report (RFC 5965), a read receipt (RFC 8098) or similar feedback.
    Feedback,
    /// Mail that came through a mailing list or a bulk sender.
    List,
    /// Mail written by a machine for no other reason.
    System,
}

/// One mailbox of a header: what the sender claims to be called, and the address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Address {
    /// The display name, decoded; empty when there is none.
    #[serde(default)]
    pub name: String,
    /// The address as written, without angle brackets; empty when none could be read.
    #[serde(default)]
    pub address: String,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

/// A file that came with a message; its bytes are taken from the raw message when asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attachment {
    /// The place among the attachments of the message, from 0.
    pub index: u32,
    /// The name the sender gave, decoded; may be hostile.
    pub name: String,
    /// A name that is safe to save under on every system.
    pub saved_name: String,
    /// The media type, lower case, without parameters.
    #[serde(rename = "type")]
    pub media_type: String,
    /// The decoded size in bytes.
    pub size: u64,
    /// The digest of the decoded bytes.
    pub sha256: Hash,
    /// The Content-ID without angle brackets, when the HTML body may refer to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_id: Option<String>,
    /// Whether the sender meant it to be shown inside the text.
    #[serde(default)]
    pub inline: bool,
    /// Whether opening it may run something, so that a warning is due.
    #[serde(default)]
    pub active: bool,
}

/// Why the shown sender deserves a second look.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "code", content = "detail")]
pub enum SenderWarning {
    /// The display name contains an address that is not the sender's.
    NameContainsOtherAddress(String),
    /// The name or address mixes scripts that are easily confused.
    MixedScripts,
    /// The name or address holds characters that change the direction of writing or are invisible.
    HiddenCharacters,
    /// The name is that of a person of the team, the address is not.
    NameOfTeamMember(String),
    /// There are several From addresses, or several From headers; these are the other addresses,
    /// separated by commas. Nothing is named in what older versions stored.
    SeveralSenders(Option<String>),
    /// From is missing or unreadable.
    NoSender,
    /// Replies would go to another domain than the sender's.
    ReplyToElsewhere(String),
    /// The team's own mail server says that authentication failed.
    AuthenticationFailed(String),
    /// The domain is made to be taken for this one, which is well known or the team's own.
    LookAlikeDomain(String),
    /// This address sent it in the name of another, under another domain.
    SentByAnother(String),
    /// The message bears an address of the team itself, and nothing proves that the team wrote it.
    ClaimsOwnAddress,
    /// An unknown sender quoted the identifier of somebody else's conversation.
    JoinedByReferenceOnly,
}

/// Something in the bytes that could not be read as it stands; what could be read is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReadingProblem {
    /// A stable code, in snake case.
    pub code: String,
    /// What was found, in one English phrase without content of the message.
    pub detail: String,
}

/// What a delivery report says about one of our messages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DeliveryReport {
    /// The Message-ID of the message reported on, without angle brackets.
    #[serde(default)]
    pub original_message_id: Option<String>,
    /// `failed`, `delayed`, `delivered`, `relayed` or `expanded`; empty when not said.
    #[serde(default)]
    pub action: String,
    /// The enhanced status code (RFC 3463), such as `5.1.1`; empty when not said.
    #[serde(default)]
    pub status: String,
    /// The address that could not be reached; empty when not said.
    #[serde(default)]
    pub recipient: String,
    /// What the remote server said.
    #[serde(default)]
    pub diagnostic: String,
}

/// A message as read from its raw bytes: everything the views, the search and the rules need.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MessageDocument {
    /// What the message is for.
    pub kind: MessageKind,
    /// The subject, decoded; empty when there is none.
    #[serde(default)]
    pub subject: String,
    /// The first From mailbox.
    #[serde(default)]
    pub from: Address,
    /// To, in order.
    #[serde(default)]
    pub to: Vec<Address>,
    /// Cc, in order.
    #[serde(default)]
    pub cc: Vec<Address>,
    /// Bcc, in order (known for our own messages only).
    #[serde(default)]
    pub bcc: Vec<Address>,
    /// Reply-To, in order.
    #[serde(default)]
    pub reply_to: Vec<Address>,
    /// Our or the sender's Message-ID without angle brackets; empty when there is none.
    #[serde(default)]
    pub native_id: String,
    /// In-Reply-To, without angle brackets.
    #[serde(default)]
    pub in_reply_to: Vec<String>,
    /// References, oldest first, without angle brackets.
    #[serde(default)]
    pub references: Vec<String>,
    /// The date the sender claims, when it is one; never used for order or clocks.
    #[serde(default)]
    pub date: Option<Timestamp>,
    /// The whole text: the plain part, or the HTML part as text.
    #[serde(default)]
    pub text: String,
    /// The text without quotes and signature; empty when that is the whole text.
    #[serde(default)]
    pub visible_text: String,
    /// The HTML part as text, when there is one; empty otherwise.
    #[serde(default)]
    pub html_text: String,
    /// Whether the raw message has an HTML part that can be shown.
    #[serde(default)]
    pub has_html: bool,
    /// The files that came with it.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// Why the sender deserves a second look.
    #[serde(default)]
    pub sender_warnings: Vec<SenderWarning>,
    /// What a delivery report says, when it is one.
    #[serde(default)]
    pub report: Option<DeliveryReport>,
    /// What could not be read as it stands.
    #[serde(default)]
    pub problems: Vec<ReadingProblem>,
    /// The language found, as a BCP 47 tag; empty when unknown.
    #[serde(default)]
    pub language: String,
    /// How it sounds, from -1,000 (angry) to 1,000 (delighted); none when nothing can be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<i16>,
    /// The message that this is the document of, where nothing else in it is the message's own:
    /// documents are kept by hash, and two messages of the same words are two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<MessageId>,
    /// The bytes that are sent, by hash, for a message that Baton wrote itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<Hash>,
    /// What its sentences stand on, where a machine wrote them that was given passages of what the
    /// team knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grounds: Option<Grounds>,
}

impl fmt::Debug for MessageDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageDocument")
            .field("kind", &self.kind)
            .field("text_bytes", &self.text.len())
            .field("attachments", &self.attachments.len())
            .finish_non_exhaustive()
    }
}

impl MessageDocument {
    /// The text that a reader sees first: without quotes and signature where they were found.
    #[must_use]
    pub fn shown_text(&self) -> &str {
        if self.visible_text.is_empty() {
            &self.text
        } else {
            &self.visible_text
        }
    }
}
