//! Connectors: the way out to bots that do not come to the door. Baton talks with the platform a
//! team has already, in the platform's own protocol.
//!
//! The port is one method. A *stretch* is the time from when a bot gets a conversation until
//! control goes on; the bot is held for one stretch under one control epoch. It hears what the
//! customer says and, at the end, who has control now; whatever it says is carried out by the
//! engine as the same call that a bot at the door makes, with the epoch of the stretch. So a late
//! answer is refused by the core like everybody's, and no connector has to be trusted with it.

pub mod config;
pub mod directline;
mod exchange;
pub mod openai;
pub mod opsdroid;
pub mod rasa;
pub mod redact;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use baton_core::knowledge::ground::{Grounds, Offered};
use secrecy::SecretString;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::wire::control::{ControllerView, ReasonGiven};
use crate::wire::packet::GivenPacket;
use crate::wire::report::Report;
use config::{BadConfig, Config, Kind};

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The customer.
    Customer,
    /// This or another bot.
    Bot,
    /// A person of the team.
    Agent,
    /// Baton itself.
    System,
    /// The team, to the bot alone: nothing that the customer hears.
    Team,
}

/// One thing that was said.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// Its identifier.
    pub id: String,
    /// Who said it.
    pub voice: Voice,
    /// The words, with what must not leave taken out.
    pub text: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").field("id", &self.id).finish()
    }
}

/// What people left for the bot when they gave a conversation back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Returned {
    /// What they wrote about it; empty when nothing.
    pub summary: String,
    /// What it may go on with; empty for everything.
    pub allowed: Vec<String>,
}

/// The time during which a bot has a conversation.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// The conversation.
    pub conversation: String,
    /// The control epoch under which everything is said.
    pub epoch: u64,
    /// What was said before, oldest first, up to what waits for an answer.
    pub before: Vec<Line>,
    /// What people left, when the conversation came back from them.
    pub returned: Option<Returned>,
}

/// What a bot hears during a stretch.
#[derive(Debug, Clone)]
pub enum Heard {
    /// Something was said since; the customer waits for an answer to it.
    Words(Vec<Line>),
    /// The bot itself came to the door with something that it says in the words of its platform.
    Came(Value),
    /// The stretch is over. Nothing that is said from now on reaches anybody.
    Over {
        /// Who has control now.
        holder: ControllerView,
        /// Why: a code.
        reason: String,
    },
}

/// What a bot does during a stretch.
#[derive(Debug, Clone)]
pub enum Says {
    /// It is writing, or has stopped.
    Writing(bool),
    /// Words for the customer.
    Words {
        /// The words.
        text: String,
        /// The platform's own name for them, where it has one: the same one is said once.
        name: Option<String>,
        /// How it is doing.
        report: Option<Report>,
        /// What they stand on, where Baton gave it passages to answer from and has held the words
        /// against them.
        grounds: Option<Box<Grounds>>,
    },
    /// What it knows of the conversation, in place of what it said before.
    Knows(Box<GivenPacket>),
    /// How it is doing.
    Doing(Report),
    /// It hands over to people.
    HandsOver {
        /// Why.
        reason: ReasonGiven,
        /// What it knows.
        packet: Option<Box<GivenPacket>>,
    },
}

/// Why a bot cannot be talked with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// There is no way to it.
    #[error("the bot cannot be reached: {0}")]
    Unreachable(String),
    /// The connection to it broke in the middle.
    #[error("the connection to the bot broke: {0}")]
    BrokeOff(String),
    /// It did not answer in time.
    #[error("the bot gave no answer within {0} s")]
    TooSlow(u64),
    /// It said no.
    #[error("the bot's server answered {0}")]
    Refused(u16),
    /// It does not accept the key.
    #[error("the bot's server does not accept the key")]
    KeyRefused,
    /// What it said makes no sense.
    #[error("what the bot said cannot be read: {0}")]
    Unreadable(&'static str),
    /// What it said has no end.
    #[error("the bot said more than can be taken")]
    TooMuch,
    /// What may be spent in a day is spent.
    #[error("the budget of a day is used up")]
    BudgetSpent,
    /// Nothing is sent that could not be noted before.
    #[error("it could not be noted what is sent, so nothing was sent")]
    NotNoted,
    /// It answered something and broke off before it had answered everything. Nobody can tell any
    /// more what the customer still waits for, so it is not tried again.
    #[error("the bot broke off before it had answered everything: {0}")]
    HalfWay(Box<Self>),
}

impl Broken {
    /// A stable code for it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::HalfWay(broken) => broken.code(),
            Self::Unreachable(_) => "unreachable",
            Self::BrokeOff(_) => "broke_off",
            Self::TooSlow(_) => "too_slow",
            Self::Refused(_) => "refused",
            Self::KeyRefused => "key_refused",
            Self::Unreadable(_) => "unreadable",
            Self::TooMuch => "too_much",
            Self::BudgetSpent => "budget_spent",
            Self::NotNoted => "not_noted",
        }
    }

    /// Whether it may go better when tried again soon.
    #[must_use]
    pub const fn passes(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::BrokeOff(_) => true,
            Self::Refused(status) => matches!(status, 408 | 425 | 429 | 500..),
            Self::TooSlow(_)
            | Self::KeyRefused
            | Self::Unreadable(_)
            | Self::TooMuch
            | Self::BudgetSpent
            | Self::NotNoted
            | Self::HalfWay(_) => false,
        }
    }
}

/// Something that is about to be sent.
#[derive(Clone)]
pub struct Sending {
    /// The address.
    pub to: String,
    /// Exactly what is sent.
    pub body: String,
    /// What it may cost at most, in tokens; 0 where nothing is counted.
    pub most_tokens: u64,
    /// The conversations of others that it quotes.
    pub quotes: Vec<String>,
}

/// The name of a note in the [`Book`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noted(pub i64);

/// A future of the port.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where everything that is sent is noted before it is sent, and the budget is held.
pub trait Book: Send + Sync {
    /// Notes what is about to be sent. Only then it may be.
    fn begin(&self, sending: Sending) -> Later<'_, Result<Noted, Broken>>;

    /// Notes what came of it: what it cost, where that is known, and `answered`, `given_up` or the
    /// code of what went wrong.
    fn end(&self, noted: Noted, tokens: Option<u64>, ended: &'static str) -> Later<'_, ()>;

    /// What was kept of the conversation at the bot's platform, also before a restart.
    fn kept(&self) -> Later<'_, Option<Value>>;

    /// Keeps what is to be known of it after a restart, in place of what was kept before; none to
    /// keep nothing. Never a secret.
    fn keep(&self, known: Option<Value>) -> Later<'_, ()>;
}

/// Where a bot that answers in its own words finds what the team knows.
pub trait Library: Send + Sync {
    /// Passages that may answer what a customer wrote, the best first, with what must not leave
    /// taken out; none where the bot is to know nothing of it, or there is nothing to know.
    fn find<'a>(&'a self, written: &'a str) -> Later<'a, Option<Vec<Offered>>>;
}

/// What a bot hears with.
pub type Ears = mpsc::Receiver<Heard>;

/// Waits for words; none when the stretch is over. For platforms that do not come to the door.
pub async fn words(ears: &mut Ears) -> Option<Vec<Line>> {
    loop {
        match ears.recv().await {
            Some(Heard::Words(lines)) => return Some(lines),
            Some(Heard::Came(_)) => {}
            Some(Heard::Over { .. }) | None => return None,
        }
    }
}

/// What a bot speaks with.
#[derive(Clone)]
pub struct Mouth {
    /// Where what it does goes.
    pub says: mpsc::Sender<Says>,
    /// Where what is sent to it is noted.
    pub book: Arc<dyn Book>,
    /// Where it finds what the team knows.
    pub library: Arc<dyn Library>,
}

impl Mouth {
    /// Says something. What nobody listens to any more is lost, as it must be.
    pub async fn say(&self, says: Says) {
        let _ = self.says.send(says).await;
    }
}

/// What became of a conversation after a bot had it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// A person has taken it.
    Taken,
    /// People do not have it any more.
    Ended {
        /// Whether a person had taken it.
        taken: bool,
        /// Whether nobody has it now; otherwise a bot does.
        closed: bool,
    },
}

/// One kind of bot platform.
pub trait Connector: Send + Sync {
    /// Holds the bot for a stretch, until it hears that the stretch is over or its ears are gone.
    fn hold<'a>(
        &'a self,
        stretch: &'a Stretch,
        ears: &'a mut Ears,
        mouth: &'a Mouth,
    ) -> Later<'a, Result<(), Broken>>;

    /// Whether it wants to learn what becomes of a conversation after a stretch.
    fn follows(&self) -> bool {
        false
    }

    /// Learns what became of a conversation after a stretch.
    fn learns<'a>(
        &'a self,
        _conversation: &'a str,
        _news: News,
        _book: &'a dyn Book,
    ) -> Later<'a, Result<(), Broken>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The connector of a kind.
///
/// # Errors
/// When the settings are none for that kind.
pub fn open(
    kind: Kind,
    config: &Config,
    key: Option<SecretString>,
) -> Result<Arc<dyn Connector>, BadConfig> {
    config.check(kind)?;
    Ok(match kind {
        Kind::OpenAi => Arc::new(openai::OpenAi::new(config, key)?),
        Kind::BotFramework => Arc::new(directline::DirectLine::new(config, key)?),
        Kind::Rasa => Arc::new(rasa::Rasa::new(config, key)?),
        Kind::Opsdroid => Arc::new(opsdroid::Opsdroid::new(config, key)?),
    })
}
