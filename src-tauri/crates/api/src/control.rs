//! Control and work status: what is shown of them, and the verbs.

wire! {
    /// Who may speak.
    pub struct ControlView {
        /// `bot`, `queue`, `agent`, `nobody`.
        pub kind: String,
        /// The short name.
        pub name: String,
        /// The name shown.
        pub display: String,
        /// The state of the machine: `bot_active`, `queued`, `offered`, `agent_active`,
        /// `wrapping`, `released`, `closed`.
        pub state: String,
        /// Since when.
        pub since: i64,
        /// The control epoch.
        pub epoch: u64,
        /// Whether it is the agent at this desk.
        pub mine: bool,
    }

    /// A live offer.
    pub struct OfferView {
        /// Which.
        pub id: String,
        /// To whom, in words such as `agent:anna`.
        pub to: String,
        /// Whether the agent at this desk may accept it.
        pub to_me: bool,
        /// When it was made.
        pub made_at: i64,
        /// When it runs out.
        pub expires_at: i64,
        /// Whether the old controller may still speak.
        pub warm: bool,
    }

    /// A packet, ready to be read.
    pub struct PacketView {
        /// The handoff.
        pub handoff: String,
        /// The packet itself, as in the packet schema.
        pub packet: serde_json::Value,
        /// Required fields that are not filled.
        pub missing: Vec<String>,
        /// When an agent first read it.
        pub read_at: Option<i64>,
        /// Whether the agent at this desk has read it.
        pub read_by_me: bool,
        /// Which fields were named as missing by people.
        pub lacking: Vec<String>,
        /// Whether it was marked useful.
        pub useful: Option<bool>,
    }

    /// Takes control.
    pub struct Take {
        /// The conversation.
        pub conversation: String,
        /// The control epoch that was shown when it was decided; a hand that came between refuses
        /// it. None to act on whatever is.
        #[serde(default)]
        #[ts(optional)]
        pub seen_epoch: Option<u64>,
    }

    /// Hands control over.
    pub struct Pass {
        /// The conversation.
        pub conversation: String,
        /// To whom: `agent:anna`, `queue:support`, `bot:helper`, `role:lead`, `any`.
        pub to: String,
        /// Why.
        pub reason: String,
        /// What the next one should know.
        pub note: String,
        /// When given, it is an offer that runs out after so many seconds.
        pub offer_seconds: Option<u32>,
        /// The control epoch that was shown when it was decided; a hand that came between refuses
        /// it. None to act on whatever is.
        #[serde(default)]
        #[ts(optional)]
        pub seen_epoch: Option<u64>,
    }

    /// Answers an offer.
    pub struct OfferAnswer {
        /// The conversation.
        pub conversation: String,
        /// The offer.
        pub offer: String,
        /// Why not, when it is declined.
        pub reason: String,
    }

    /// Lets go, or asks for control.
    pub struct Release {
        /// The conversation.
        pub conversation: String,
        /// Why.
        pub reason: String,
        /// The control epoch that was shown when it was decided; a hand that came between refuses
        /// it. None to act on whatever is.
        #[serde(default)]
        #[ts(optional)]
        pub seen_epoch: Option<u64>,
    }

    /// Gives control back to a bot.
    pub struct ReturnToBot {
        /// The conversation.
        pub conversation: String,
        /// Which bot; empty for the channel's.
        pub bot: String,
        /// What happened while people had it.
        pub summary: String,
        /// What the bot may go on with; empty for everything.
        #[serde(default)]
        pub allowed_topics: Vec<String>,
        /// What was promised to the customer meanwhile.
        #[serde(default)]
        pub promises: Vec<PromiseMade>,
        /// The control epoch that was shown when it was decided; a hand that came between refuses
        /// it. None to act on whatever is.
        #[serde(default)]
        #[ts(optional)]
        pub seen_epoch: Option<u64>,
    }

    /// Something promised to the customer.
    pub struct PromiseMade {
        /// What.
        pub text: String,
        /// Until when; none when no time was named.
        pub due_at: Option<i64>,
    }

    /// Asks how the handoffs of a conversation went.
    pub struct ReceiptsGet {
        /// The conversation.
        pub conversation: String,
    }

    /// How the handoffs of a conversation went, oldest first.
    pub struct Receipts {
        /// The handoffs.
        pub receipts: Vec<ReceiptView>,
    }

    /// How one handoff went.
    pub struct ReceiptView {
        /// Which.
        pub handoff: String,
        /// Who gave it, such as `bot:helper`.
        pub from: String,
        /// Whom it was meant for, such as `queue:support`.
        pub to: String,
        /// The code of its reason.
        pub reason: String,
        /// Its steps, in order.
        pub steps: Vec<ReceiptStep>,
        /// Fields that were asked for and that nobody had filled.
        pub missing: Vec<String>,
        /// Who has read its packet, in order.
        pub readings: Vec<ReceiptReading>,
        /// Whether it was marked useful.
        pub useful: Option<bool>,
        /// Which fields were named as missing by people.
        pub lacking: Vec<String>,
        /// What the customer was asked again although it was known.
        pub asked_again: Vec<String>,
    }

    /// Asks what a reply would ask again.
    pub struct AskedAgainGet {
        /// The conversation.
        pub conversation: String,
        /// The reply.
        pub text: String,
    }

    /// What a reply asks although it is known.
    pub struct AskedAgain {
        /// Each thing once.
        pub found: Vec<AskedAgainView>,
    }

    /// Something that is asked although it is known.
    pub struct AskedAgainView {
        /// What: the key of a fact, or a subject such as `order number`.
        pub about: String,
        /// What is known of it.
        pub known: String,
        /// Whether it stands in the packet; otherwise the customer has said it.
        pub in_packet: bool,
    }

    /// One step of a handoff.
    pub struct ReceiptStep {
        /// `requested`, `offered`, `accepted`, `rejected`, `timed_out`, `rescinded`, `failed`,
        /// `completed`.
        pub status: String,
        /// When.
        pub at: i64,
        /// By whom, such as `agent:anna`; empty for Baton itself.
        pub by: String,
        /// Seconds since the step that it answers.
        pub seconds_waiting: i64,
        /// The words of it: why it was declined, what failed, how it ended.
        pub text: String,
    }

    /// That somebody has read a packet.
    pub struct ReceiptReading {
        /// Who.
        pub by: String,
        /// When.
        pub at: i64,
        /// Seconds since the handoff was asked for.
        pub seconds_waiting: i64,
    }

    /// Snoozes a conversation.
    pub struct Snooze {
        /// The conversation.
        pub conversation: String,
        /// Until when.
        pub until: i64,
    }

    /// Sets the work status: `open`, `waiting_customer`, `on_hold`.
    pub struct StatusSet {
        /// The conversation.
        pub conversation: String,
        /// The status.
        pub status: String,
    }

    /// Sets the priority.
    pub struct PrioritySet {
        /// The conversation.
        pub conversation: String,
        /// `low`, `normal`, `high`, `urgent`.
        pub priority: String,
    }

    /// Adds and removes tags.
    pub struct TagsSet {
        /// The conversation.
        pub conversation: String,
        /// To add.
        pub add: Vec<String>,
        /// To remove.
        pub remove: Vec<String>,
    }

    /// Takes back the last act.
    pub struct Undo {
        /// The conversation.
        pub conversation: String,
        /// The command to take back.
        pub of: String,
    }

    /// Marks the packet of the last handoff.
    pub struct PacketMark {
        /// The conversation.
        pub conversation: String,
        /// The handoff.
        pub handoff: String,
        /// Whether it was useful; none when it was only read.
        pub useful: Option<bool>,
        /// Which fields were missing.
        pub missing: Vec<String>,
    }

    /// Asks for the live alerts of the agent at this desk.
    pub struct AlertsGet {}

    /// The live alerts.
    pub struct Alerts {
        /// The most pressing first.
        pub alerts: Vec<AlertView>,
    }

    /// One live alert.
    pub struct AlertView {
        /// The conversation's row.
        pub row: crate::conversations::ConversationRow,
        /// Why.
        pub reason: String,
        /// Since when.
        pub since: i64,
        /// The nearest deadline.
        pub due_at: Option<i64>,
        /// Whether it may break quiet hours.
        pub urgent: bool,
    }
}
