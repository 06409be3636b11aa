//! The bots that Baton itself talks with.

use crate::bots::BotView;

wire! {
    /// How Baton talks with a bot.
    pub struct ConnectorView {
        /// The protocol, such as `openai`.
        pub kind: String,
        /// Where the bot is.
        pub url: String,
        /// The model, for protocols that have models.
        pub model: String,
        /// What a model is told about the team's work.
        pub instructions: String,
        /// How many tokens an answer of a model may have; 0 for the usual.
        pub answer_tokens: u32,
        /// Whether what it says comes to the door.
        pub callback: bool,
        /// Patterns of what never leaves.
        pub redact: Vec<String>,
        /// Whether a key is kept for it.
        pub has_key: bool,
        /// `off`, `on` or `failing`.
        pub state: String,
        /// What is wrong; empty when nothing is.
        pub problem: String,
        /// Since when it fails.
        pub failing_since: Option<i64>,
        /// When it last answered; none when it has not since the start.
        pub answered_at: Option<i64>,
        /// How often it was asked in the last 24 hours.
        pub requests: u32,
        /// How often it may be asked in 24 hours; 0 for any number.
        pub requests_a_day: u32,
        /// Tokens spent in the last 24 hours.
        pub tokens: u32,
        /// Tokens that may be spent in 24 hours; 0 for any number.
        pub tokens_a_day: u32,
        /// What of the team's knowledge a model is given passages of: `none`, `written` or `all`.
        pub knowledge: String,
        /// Whether customers see which web pages an answer is taken from.
        pub shows_sources: bool,
    }

    /// Connects a bot, or changes how one is connected. A new one is off until it is switched on.
    pub struct BotConnect {
        /// Its name: small letters, digits, `-` and `_`.
        pub name: String,
        /// The protocol, such as `openai`.
        pub kind: String,
        /// Where the bot is: https, or http on this machine.
        pub url: String,
        /// The channel it answers on, by id or name; none for one of its own, whose customers are
        /// brought to the door with the token. It cannot be changed later.
        #[serde(default)]
        pub channel: Option<String>,
        /// The queue that gets what it hands over; empty for the usual one.
        #[serde(default)]
        pub queue: String,
        /// How many seconds it may take to answer a customer; 0 for the usual.
        #[serde(default)]
        pub answer_within_s: u32,
        /// The model, for protocols that have models.
        #[serde(default)]
        pub model: String,
        /// What a model is told about the team's work.
        #[serde(default)]
        pub instructions: String,
        /// How many tokens an answer of a model may have; 0 for the usual.
        #[serde(default)]
        pub answer_tokens: u32,
        /// Whether what the bot says comes to the door with the token, as Rasa's callback channel
        /// does; otherwise it is the answer to what it is told.
        #[serde(default)]
        pub callback: bool,
        /// Patterns of what never leaves: regular expressions, or `email`, `card`, `iban`, `phone`.
        #[serde(default)]
        pub redact: Vec<String>,
        /// How often it may be asked in 24 hours; 0 for any number.
        #[serde(default)]
        pub requests_a_day: u32,
        /// Tokens that may be spent in 24 hours; 0 for any number.
        #[serde(default)]
        pub tokens_a_day: u32,
        /// What of the team's knowledge a model is given passages of: `none`; `written`, which is
        /// what was written to be told: saved answers, files and pages; or `all`, with what people
        /// answered in solved conversations. None for what it was, and `written` for a new one.
        #[serde(default)]
        pub knowledge: Option<String>,
        /// Whether customers see which web pages an answer is taken from.
        #[serde(default)]
        pub shows_sources: bool,
        /// The key, which goes into the keyring; none to keep the one there is, which stays with
        /// its server, and an empty one for no key.
        #[serde(default)]
        pub key: Option<String>,
    }

    /// A bot was connected.
    pub struct BotConnected {
        /// The bot.
        pub bot: BotView,
        /// The token with which its customers are brought to the door, or with which it calls back,
        /// said this once; none where neither is done, or when it was connected before.
        pub token: Option<String>,
    }

    /// Switches a connected bot on or off.
    pub struct BotSwitch {
        /// The bot.
        pub name: String,
        /// Whether it is asked from now on. What one holds that is switched off falls to people.
        pub on: bool,
    }

    /// What was sent to a connected bot of late.
    pub struct BotSent {
        /// Newest first.
        pub sent: Vec<SentView>,
    }

    /// One thing that was sent to a connected bot.
    pub struct SentView {
        /// Its number.
        pub id: String,
        /// The conversation.
        pub conversation: String,
        /// When.
        pub at: i64,
        /// Where to; empty when it was erased.
        pub to: String,
        /// Exactly what was sent; none when it was erased.
        pub body: Option<String>,
        /// The digest under which the record of it is kept.
        pub record: String,
        /// What it is counted as, in tokens.
        pub tokens: u32,
        /// How long the bot took, in milliseconds; none while that is not known.
        pub took_ms: Option<u32>,
        /// `answered`, `given_up` or the code of what went wrong; empty while that is not known.
        pub ended: String,
    }
}
