//! Writing: drafts, replies, notes, and what becomes of them.

use crate::contacts::AddressView;

words! {
    /// How a message answers.
    pub enum ReplyMode {
        /// To the sender.
        Reply,
        /// To everybody.
        ReplyAll,
        /// To somebody else, with the message attached as text and files.
        Forward,
        /// A new conversation.
        New,
    }
}

wire! {
    /// Asks what a reply would look like.
    pub struct ReplyPrepare {
        /// The conversation.
        pub conversation: String,
        /// How.
        pub mode: ReplyMode,
        /// The message answered; none for the newest of the customer.
        pub message: Option<String>,
    }

    /// What a reply would look like.
    pub struct ReplyPlan {
        /// To.
        pub to: Vec<AddressView>,
        /// Cc.
        pub cc: Vec<AddressView>,
        /// The subject.
        pub subject: String,
        /// The quoted text that goes below.
        pub quote: String,
        /// Files of a forwarded message.
        pub attachments: Vec<crate::timeline::AttachmentView>,
        /// The message answered.
        pub message: Option<String>,
        /// What is odd about the recipients, to be shown before sending.
        pub warnings: Vec<crate::timeline::Warning>,
        /// Whether the channel can be written to, and why not.
        pub cannot: Option<String>,
        /// Whether it is a chat: there is one to talk to, and no letter to write.
        pub chat: bool,
    }

    /// A file to send.
    pub struct FileInput {
        /// Its name.
        pub name: String,
        /// The media type.
        pub media_type: String,
        /// The bytes, in base 64.
        pub base64: String,
    }

    /// Sends a reply; sending is a take.
    pub struct ReplySend {
        /// The conversation; none for a new one.
        pub conversation: Option<String>,
        /// The channel, for a new one.
        pub channel: Option<String>,
        /// How.
        pub mode: ReplyMode,
        /// The message answered.
        pub message: Option<String>,
        /// To.
        pub to: Vec<AddressView>,
        /// Cc.
        pub cc: Vec<AddressView>,
        /// Bcc.
        pub bcc: Vec<AddressView>,
        /// The subject.
        pub subject: String,
        /// The text.
        pub text: String,
        /// The quoted text below it; empty for none.
        pub quote: String,
        /// Files.
        pub files: Vec<FileInput>,
        /// Places of attachments of the answered message to forward.
        pub forward: Vec<u32>,
        /// Places of those that were left out, for the draft it becomes when it is taken back.
        #[serde(default)]
        pub left_out: Vec<u32>,
        /// Whether the conversation is solved with it.
        pub resolve: bool,
    }

    /// A message on its way.
    pub struct Queued {
        /// The conversation.
        pub conversation: String,
        /// The outbox entry, for `send_cancel`.
        pub outbox: String,
        /// Until when it can be taken back.
        pub undo_until: i64,
        /// Whether it waits for somebody to read it first.
        pub held: bool,
    }

    /// Where a message to be sent stands.
    pub struct OutgoingView {
        /// Which entry.
        pub outbox: String,
        /// `queued`, `committing`, `sent`, `failed`, `in_doubt`, `cancelled`; of a message that has
        /// left `refused` or `bounced` when it did not reach everybody.
        pub state: String,
        /// Until when it can be taken back.
        pub undo_until: i64,
        /// When the next attempt is due.
        pub next_at: Option<i64>,
        /// Attempts so far.
        pub attempts: u32,
        /// What the server last said.
        pub error: String,
    }

    /// Names an outbox entry.
    pub struct OutboxOnly {
        /// The conversation.
        pub conversation: String,
        /// The entry.
        pub outbox: String,
    }

    /// Judges a message in doubt.
    pub struct SendJudge {
        /// The conversation.
        pub conversation: String,
        /// The entry.
        pub outbox: String,
        /// `sent` to count it as sent, `resend` to send it again.
        pub verdict: String,
    }

    /// Adds a note.
    pub struct NoteAdd {
        /// The conversation.
        pub conversation: String,
        /// The text.
        pub text: String,
    }

    /// Says something to the bot that has control, and not to the customer.
    pub struct Whisper {
        /// The conversation.
        pub conversation: String,
        /// The text.
        pub text: String,
        /// The control epoch that was seen.
        #[serde(default)]
        #[ts(optional)]
        pub seen_epoch: Option<u64>,
    }

    /// Asks for the draft of the agent at this desk.
    pub struct DraftGet {
        /// The conversation, `new`, or `rules` for a text of rules.
        pub conversation: String,
    }

    /// What was begun and is not sent yet. A letter and a note are kept apart, so that no word for
    /// the team can go to a customer because another key was pressed.
    pub struct DraftFound {
        /// The letter, or the text of rules.
        pub draft: Option<Draft>,
        /// The note for the team.
        #[serde(default)]
        pub note: Option<Draft>,
    }

    /// What was written and not yet sent.
    pub struct Draft {
        /// `reply`, `reply_all`, `forward`, `new` or `note`.
        pub mode: String,
        /// The message answered.
        pub message: Option<String>,
        /// To.
        pub to: Vec<AddressView>,
        /// Cc.
        pub cc: Vec<AddressView>,
        /// Bcc.
        pub bcc: Vec<AddressView>,
        /// The subject.
        pub subject: String,
        /// The text.
        pub text: String,
        /// Whether the quote goes below.
        pub with_quote: bool,
        /// Files.
        pub files: Vec<FileInput>,
        /// Places of attachments of the answered message that do not go with a forward.
        #[serde(default)]
        pub left_out: Vec<u32>,
        /// What of it was taken from somewhere, and from where.
        #[serde(default)]
        pub sources: Vec<crate::knowledge::DraftSource>,
        /// When it was last saved.
        pub saved_at: i64,
    }

    /// Saves or, with none, discards a draft.
    pub struct DraftPut {
        /// The conversation, `new`, or `rules` for a text of rules.
        pub conversation: String,
        /// The draft.
        pub draft: Option<Draft>,
        /// Whether it is the note that is saved or discarded; a letter stays as it is then.
        #[serde(default)]
        pub note: bool,
    }
}
