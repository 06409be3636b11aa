//! The stream of a conversation: messages, notes, control changes and decisions in one order.

use crate::contacts::AddressView;

wire! {
    /// Asks for a page of the stream.
    pub struct TimelineGet {
        /// The conversation.
        pub conversation: String,
        /// Entries before this place; none for the newest.
        pub before: Option<String>,
        /// Entries after this place.
        pub after: Option<String>,
        /// How many, at most 200.
        pub limit: u32,
    }

    /// A page of the stream, oldest first.
    pub struct Timeline {
        /// The entries.
        pub entries: Vec<Entry>,
        /// Whether there are older ones.
        pub older: bool,
        /// Whether there are newer ones.
        pub newer: bool,
    }

    /// One entry of the stream.
    pub struct Entry {
        /// Its place in the stream; the key of the page.
        pub key: String,
        /// When.
        pub at: i64,
        /// Who: `agent:anna`, `bot:helper`, `customer`, `rule:legal-threat`, `system`.
        pub actor: String,
        /// The name shown for the actor.
        pub actor_display: String,
        /// What.
        pub what: What,
    }

    /// A message or note.
    pub struct MessageView {
        /// Which.
        pub id: String,
        /// `inbound`, `outbound`, `internal` (a note).
        pub direction: String,
        /// `customer`, `bot`, `agent`, `system`.
        pub author: String,
        /// `message`, `auto_reply`, `bounce`, `feedback`, `list`, `system`.
        pub kind: String,
        /// The sender.
        pub from: AddressView,
        /// To.
        pub to: Vec<AddressView>,
        /// Cc.
        pub cc: Vec<AddressView>,
        /// Reply-To.
        pub reply_to: Vec<AddressView>,
        /// The subject.
        pub subject: String,
        /// The text to read first, without quotes and signature.
        pub text: String,
        /// What was folded away, in order.
        pub folded: Vec<Folded>,
        /// Whether there is an HTML part to show.
        pub has_html: bool,
        /// The attachments.
        pub attachments: Vec<AttachmentView>,
        /// Codes and details of what is odd about the sender.
        pub warnings: Vec<Warning>,
        /// What could not be read as it stands.
        pub problems: Vec<Warning>,
        /// How it found the conversation: `new`, `reference`, `token`, `flagged`, `native`.
        pub join: String,
        /// Whether it was imported.
        pub imported: bool,
        /// Whether its content was erased.
        pub erased: bool,
        /// Whether the raw source is at hand.
        pub has_source: bool,
        /// What a delivery report says.
        pub report: Option<ReportView>,
        /// The date the sender claims.
        pub claimed_date: Option<i64>,
        /// The outbox entry, when Baton sends it.
        pub outbox: Option<crate::compose::OutgoingView>,
        /// The bot to which a person said it, and not to the customer.
        pub whispered: Option<String>,
        /// How its sentences stand to what the team knows; none where that was not looked at.
        pub grounded: Option<crate::knowledge::Grounded>,
    }

    /// A part of a text that was folded away.
    pub struct Folded {
        /// `quote`, `signature`, `forward`, `disclaimer`.
        pub kind: String,
        /// The text.
        pub text: String,
        /// How many lines.
        pub lines: u32,
    }

    /// A file that came with a message.
    pub struct AttachmentView {
        /// Its place.
        pub index: u32,
        /// The name the sender gave.
        pub name: String,
        /// The name it is saved under.
        pub saved_name: String,
        /// The media type.
        pub media_type: String,
        /// The size in bytes.
        pub size: u64,
        /// Whether opening it may run something.
        pub active: bool,
        /// Whether it is shown inside the text.
        pub inline: bool,
    }

    /// Something odd: a stable code, and a detail that may hold words of the message.
    pub struct Warning {
        /// The code.
        pub code: String,
        /// The detail.
        pub detail: String,
    }

    /// What a delivery report says.
    pub struct ReportView {
        /// `failed`, `delayed`, …
        pub action: String,
        /// The enhanced status code.
        pub status: String,
        /// The address.
        pub recipient: String,
        /// What the remote server said.
        pub diagnostic: String,
    }

    /// Asks for the HTML view of a message.
    pub struct MessageHtml {
        /// The message.
        pub message: String,
        /// Whether remote images may load, this time.
        pub remote: bool,
        /// `light` or `dark`.
        pub theme: String,
    }

    /// The HTML view of a message: a whole document for a sandboxed frame.
    pub struct HtmlView {
        /// The document.
        pub document: String,
        /// How many remote images are not loaded.
        pub blocked_images: u32,
        /// Other things that were taken out: a code and how many.
        pub blocked: Vec<Warning>,
        /// The hosts of what was not loaded.
        pub hosts: Vec<String>,
    }

    /// Names a message and nothing more.
    pub struct MessageOnly {
        /// The message.
        pub message: String,
    }

    /// The raw source of a message.
    pub struct MessageSource {
        /// The bytes, in base 64.
        pub base64: String,
        /// How many bytes.
        pub size: u64,
        /// Their SHA-256.
        pub sha256: String,
    }

    /// Asks for the bytes of an attachment.
    pub struct AttachmentGet {
        /// The message.
        pub message: String,
        /// The place.
        pub index: u32,
    }

    /// The bytes of an attachment.
    pub struct AttachmentBytes {
        /// The name to save it under.
        pub saved_name: String,
        /// The media type.
        pub media_type: String,
        /// The bytes, in base 64.
        pub base64: String,
        /// Whether opening it may run something.
        pub active: bool,
    }
}

/// What an entry of the stream is.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(clippy::large_enum_variant, reason = "most entries are messages")]
pub enum What {
    /// A message or note.
    Message(MessageView),
    /// Control changed hands.
    Control {
        /// The verb.
        verb: String,
        /// From whom, such as `bot:helper`.
        from: String,
        /// To whom.
        to: String,
        /// The reason's code.
        code: String,
        /// The reason's words.
        text: String,
        /// The rule, when one decided.
        rule: Option<String>,
        /// Whether a packet came with it.
        packet: bool,
    },
    /// An offer was made, declined, ran out or was withdrawn; a request for control.
    Offer {
        /// `made`, `accepted`, `rejected`, `timed_out`, `rescinded`, `requested`.
        how: String,
        /// To whom, or by whom.
        party: String,
        /// In their words.
        text: String,
    },
    /// The rules decided something that acted.
    Decision {
        /// Which.
        decision: String,
        /// The sentence.
        sentence: String,
        /// The rules that acted.
        acted: Vec<String>,
    },
    /// The conversation goes on by another channel.
    Moved {
        /// The kind of the channel, such as `email`.
        kind: String,
        /// Its name.
        channel: String,
        /// The address of the customer there; empty where the channel knows them.
        address: String,
        /// What allows writing there: `verified`, `given` or `wrote_here`.
        ground: String,
    },
    /// A rule wanted the conversation to go on elsewhere, and it could not.
    MoveHindered {
        /// The kind of channel it asked for.
        kind: String,
        /// Why: `no_channel`, `no_address`, `not_verified`, `no_consent` or `being_sent`.
        code: String,
    },
    /// The work status changed.
    Status {
        /// The status after.
        to: String,
        /// Until when, for snoozed.
        until: Option<i64>,
    },
    /// The priority changed.
    Priority {
        /// The priority after.
        to: String,
    },
    /// Tags changed.
    Tags {
        /// Added.
        add: Vec<String>,
        /// Removed.
        remove: Vec<String>,
    },
    /// A person said whether people were needed, or took that back.
    Label {
        /// What they said; none when they took it back.
        label: Option<String>,
        /// The episode.
        episode: u32,
    },
    /// A draft waits to be read by a person, others are to read it, or that is over.
    Draft {
        /// Which.
        draft: String,
        /// `held`, `moved`, `approved`, `edited`, `rejected`, `expired`, `withdrawn`.
        how: String,
        /// The name shown for its author.
        author: String,
        /// What the draft says, where that is not sent; empty otherwise.
        text: String,
        /// The code of a rejection.
        code: Option<String>,
        /// The reviewer's words, or who is to read it.
        words: String,
        /// What was changed before it was sent, word by word.
        changes: Vec<crate::reviews::ReviewPiece>,
    },
    /// A clock warned, was met or missed.
    Clock {
        /// Which clock.
        clock: String,
        /// Its state after.
        state: String,
        /// When it is or was due.
        due_at: Option<i64>,
    },
    /// A rung of the ladder, or people alerted.
    Alert {
        /// The people.
        agents: Vec<String>,
        /// Why.
        reason: String,
        /// The rung of the ladder, from 1, when it comes from one.
        rung: Option<u32>,
    },
    /// The bot reported a failure.
    BotFailure {
        /// The code.
        code: String,
    },
    /// The next episode began.
    Episode {
        /// Its number.
        number: u32,
    },
    /// A step in the sending of a message: `failed`, `retry`, `in_doubt`, `judged`, `cancelled`;
    /// `refused` and `bounced` when it did not reach everybody.
    Send {
        /// Which outbox entry.
        outbox: String,
        /// The step.
        step: String,
        /// What the server said.
        text: String,
    },
    /// What was said here was erased.
    Erased {},
    /// Something of a later version, kept and counted.
    Other {
        /// The type name of the event.
        event: String,
    },
}
