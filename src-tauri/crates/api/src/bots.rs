//! The bots that may knock at the door.

wire! {
    /// Asks for the bots.
    pub struct BotList {}

    /// The bots.
    pub struct Bots {
        /// By name.
        pub bots: Vec<BotView>,
        /// The door at which they knock.
        pub door: DoorView,
    }

    /// The door for bots, as it stands.
    pub struct DoorView {
        /// `open`, `closed` or `failed`.
        pub state: String,
        /// Where it is, as the beginning of an address; empty while it is closed.
        pub address: String,
        /// Why it could not be opened; empty when it could.
        pub problem: String,
        /// Whether it is opened and closed here; otherwise it is open as long as the server runs.
        pub switchable: bool,
        /// Whether it is to be open, where it can be switched.
        pub wanted: bool,
        /// The port that it is opened on, where it can be switched.
        pub port: u16,
        /// How it stands for other machines of the office.
        pub lan: LanDoorView,
    }

    /// The door for bots on other machines of the office, as it stands.
    pub struct LanDoorView {
        /// `open`, `closed` or `failed`.
        pub state: String,
        /// Where it is, as the beginning of an address; empty while it is closed.
        pub address: String,
        /// Why it could not be opened; empty when it could.
        pub problem: String,
        /// The address of this machine that it is to be opened at, where it can be switched; empty
        /// for none.
        pub wanted: String,
    }

    /// Opens or closes the door of the desktop app.
    pub struct DoorSet {
        /// Whether it is to be open.
        pub open: bool,
        /// The port on this machine.
        pub port: u16,
        /// The address of this machine at which bots on other machines of the office come in, each
        /// request signed; empty for none.
        #[serde(default)]
        pub lan: String,
    }

    /// A bot that may knock at the door.
    pub struct BotView {
        /// Its name, under which it holds control.
        pub name: String,
        /// The channel it serves.
        pub channel: String,
        /// The name of that channel.
        pub channel_name: String,
        /// Whether it brings its customers along, instead of serving a channel of Baton's own.
        pub brings_customers: bool,
        /// How many seconds it may take to answer a customer.
        pub answer_within_s: u32,
        /// When it was added.
        pub added_at: i64,
        /// When it was last at the door, to the minute; none when it never came.
        pub seen_at: Option<i64>,
        /// How many conversations it holds now.
        pub holds: u32,
        /// Episodes that ended in the last 30 days and in which a bot of its channel had a part,
        /// among the newest conversations.
        pub ended: u32,
        /// Those of them that no person had a part in.
        pub contained: u32,
        /// How many of its newest answers were looked at for how long they take.
        pub answers: u32,
        /// The median of how long customers waited for them, in milliseconds; none when there are
        /// none.
        pub usual_ms: Option<i64>,
        /// When it last failed its customers, so that people had to go on; none when it never did.
        pub failed_at: Option<i64>,
        /// How it failed then; empty when it never did.
        pub failure: String,
        /// Where it is told what happens without asking; none when it asks.
        pub webhook: Option<WebhookView>,
        /// How Baton itself talks with it; none when it comes to the door.
        pub connector: Option<crate::connectors::ConnectorView>,
        /// Whether it has a secret to sign with, and so may come from another machine.
        pub signs: bool,
    }

    /// Where a bot is told what happens without asking, and how that goes.
    pub struct WebhookView {
        /// The address.
        pub url: String,
        /// In whose words it is told: `baton`, or those of another platform.
        pub dialect: String,
        /// `ok`, `failing` or `stopped`.
        pub state: String,
        /// Since when nothing was taken.
        pub failing_since: Option<i64>,
        /// When the next attempt is made, while it fails.
        pub next_at: Option<i64>,
        /// Why nothing is sent any more; empty while it is.
        pub stopped: String,
        /// The last attempt.
        pub last: Option<DeliveryView>,
    }

    /// One attempt to tell a bot something.
    pub struct DeliveryView {
        /// The `webhook-id` that it was sent under.
        pub id: String,
        /// Its place in the log; 0 for a trial.
        pub seq: i64,
        /// What kind of event it was.
        pub kind: String,
        /// Which attempt this was, from 1.
        pub attempt: u32,
        /// When.
        pub at: i64,
        /// How long it took, in milliseconds.
        pub took_ms: i64,
        /// The HTTP status; none when there was no answer.
        pub status: Option<u16>,
        /// `delivered`, `failed` or `given_up`.
        pub ended: String,
        /// What went wrong; empty when nothing did.
        pub error: String,
    }

    /// The newest attempts to tell a bot something.
    pub struct Deliveries {
        /// Newest first.
        pub deliveries: Vec<DeliveryView>,
    }

    /// Tells a bot from now on what happens, at an address of its own.
    pub struct BotWebhookSet {
        /// The bot.
        pub name: String,
        /// The address: https, or http on this machine.
        pub url: String,
        /// In whose words: `baton`, `chatwoot`, `sunshine`; empty for Baton's own.
        #[serde(default)]
        pub dialect: String,
    }

    /// A webhook was set up.
    pub struct BotWebhookMade {
        /// How it stands.
        pub webhook: WebhookView,
        /// The secret with which what is sent is signed. It is said this once.
        pub secret: String,
    }

    /// A secret was made, with which a bot on another machine signs.
    pub struct BotLanMade {
        /// The secret. It is said this once.
        pub secret: String,
    }

    /// Speaks to a bot as a customer would, in a sample conversation.
    pub struct BotTry {
        /// The bot, which must bring its customers along.
        pub name: String,
        /// What the customer says.
        pub text: String,
        /// The sample conversation so far; none to begin one.
        #[serde(default)]
        pub conversation: Option<String>,
    }

    /// A sample conversation was begun or goes on.
    pub struct BotTried {
        /// The conversation.
        pub conversation: String,
    }

    /// Asks how a sample conversation stands.
    pub struct BotTrialGet {
        /// The conversation.
        pub conversation: String,
    }

    /// A sample conversation.
    pub struct BotTrial {
        /// What was said, oldest first.
        pub messages: Vec<TrialMessage>,
        /// Who may speak: `bot`, `queue`, `agent` or `nobody`.
        pub holder: String,
        /// Their name; empty for nobody.
        pub holder_name: String,
        /// Why they have it: a code.
        pub reason: String,
        /// Why in words; empty when the code says it all.
        pub reason_text: String,
        /// Whether it is over.
        pub closed: bool,
    }

    /// One message of a sample conversation.
    pub struct TrialMessage {
        /// Its identifier.
        pub id: String,
        /// `customer`, `bot`, `agent` or `system`.
        pub author: String,
        /// Their name.
        pub name: String,
        /// The words.
        pub text: String,
        /// When.
        pub at: i64,
    }

    /// Lets a bot in.
    pub struct BotAdd {
        /// Its name: small letters, digits, `-` and `_`.
        pub name: String,
        /// The channel it serves, by id or name; none for one of its own, whose customers it
        /// brings along.
        #[serde(default)]
        pub channel: Option<String>,
        /// The queue that gets what it hands over; empty for the usual one.
        #[serde(default)]
        pub queue: String,
        /// How many seconds it may take to answer a customer; 0 for the usual.
        #[serde(default)]
        pub answer_within_s: u32,
    }

    /// A bot was let in.
    pub struct BotAdded {
        /// The bot.
        pub bot: BotView,
        /// Its token, which is said this once and kept nowhere.
        pub token: String,
    }

    /// Names a bot.
    pub struct BotOnly {
        /// Its name.
        pub name: String,
    }
}
