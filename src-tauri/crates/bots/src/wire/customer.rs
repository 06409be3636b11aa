//! What is said: by customers, whose words a bot platform brings along, and by the bot.

use baton_core::knowledge::ground::Grounds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::control::ConversationView;
use super::report::Report;
use super::{asked, told};

asked! {
    /// The customer, as the bot platform knows them.
    pub struct CustomerGiven {
        /// Your identifier for them; the same one is the same contact.
        pub id: String,
        /// Their name; may be empty.
        #[serde(default)]
        pub name: String,
    }

    /// Words of a customer. The same `key` and `message` are taken once, however often they come.
    pub struct CustomerMessage {
        /// Your name for the conversation.
        pub key: String,
        /// Your name for the message, unique within the conversation.
        pub message: String,
        /// Who wrote it.
        pub customer: CustomerGiven,
        /// What they wrote.
        pub text: String,
        /// What it is about, for a new conversation; may be empty.
        #[serde(default)]
        pub subject: String,
    }

    /// Words of the bot for the customer.
    pub struct BotMessage {
        /// The control epoch you have seen.
        pub epoch: u64,
        /// What you say.
        pub text: String,
        /// How you are doing; the rules read it.
        #[serde(default)]
        pub report: Option<Report>,
        /// What it stands on, as Baton itself has seen; never read from what a bot sends.
        #[serde(skip)]
        pub grounds: Option<Box<Grounds>>,
    }

    /// A note that only the team sees; it needs no control, only to know who has it.
    pub struct NoteGiven {
        /// The control epoch you have seen.
        pub epoch: u64,
        /// What you say to the team.
        pub text: String,
    }

    /// Says that you are writing; it is shown to people and kept nowhere.
    pub struct Typing {
        /// The control epoch you have seen.
        pub epoch: u64,
        /// Whether you are.
        pub on: bool,
    }
}

/// What a Rasa bot says, as its callback channel writes it.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CalledBack {
    /// The conversation: the sender that Baton gave it.
    pub recipient_id: String,
    /// What it says: `text`, `buttons`, `image`, `attachment` and `custom`.
    #[serde(flatten)]
    pub said: Map<String, Value>,
}

impl std::fmt::Debug for CalledBack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CalledBack(…)")
    }
}

told! {
    /// A customer's message was taken.
    pub struct Heard {
        /// Which message it is.
        pub message: String,
        /// Whether it was new; otherwise it was known already and nothing happened.
        pub new: bool,
        /// The conversation it stands in, and who may answer.
        pub conversation: ConversationView,
    }

    /// A message of the bot was taken.
    pub struct Said {
        /// Which message it is.
        pub message: String,
        /// `sent`: it is the customer's to see. `queued`: its channel sends it. `held`: a person
        /// reads it first; a `draft` event says what became of it.
        pub state: String,
        /// How the conversation stands.
        pub conversation: ConversationView,
    }

    /// A note of the bot was taken.
    pub struct Noted {
        /// Which message it is.
        pub message: String,
        /// How the conversation stands.
        pub conversation: ConversationView,
    }

    /// A message of a conversation.
    pub struct MessageView {
        /// Which.
        pub message: String,
        /// `customer`, `bot`, `agent` or `system`.
        pub author: String,
        /// The name of the bot or agent; empty for customers.
        pub name: String,
        /// `inbound` or `outbound`.
        pub direction: String,
        /// What it says; empty when it was erased.
        pub text: String,
        /// When, in milliseconds since 1970.
        pub at: i64,
    }

    /// The newest messages of a conversation, oldest first.
    pub struct Messages {
        /// The messages.
        pub messages: Vec<MessageView>,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::BotMessage;

    #[test]
    fn what_words_stand_on_is_never_a_bots_to_say() {
        let said = json!({ "epoch": 1, "text": "Yes." });
        let read: BotMessage = serde_json::from_value(said.clone()).unwrap();
        assert!(read.grounds.is_none());
        let mut claimed = said;
        claimed["grounds"] = json!({ "claims": [], "sources": [] });
        assert!(serde_json::from_value::<BotMessage>(claimed).is_err());
    }
}
