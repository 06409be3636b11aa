//! The verbs of control, and who has it.

use baton_core::control::Controller;

use super::packet::GivenPacket;
use super::{asked, told};

asked! {
    /// Why control changes.
    pub struct ReasonGiven {
        /// A code that statistics count, such as `customer_request` or `low_confidence`.
        #[schemars(extend("enum" = crate::command::REASONS))]
        pub code: String,
        /// In your words; may be empty.
        #[serde(default)]
        pub text: String,
    }

    /// To whom.
    pub struct TargetGiven {
        /// `queue`, `agent`, `bot`, `role` or `any_available`.
        #[schemars(extend("enum" = ["queue", "agent", "bot", "role", "any_available"]))]
        pub kind: String,
        /// The name; empty for `any_available`, and for a queue the channel's own.
        #[serde(default)]
        pub name: String,
    }

    /// Hands control over at once.
    pub struct Pass {
        /// The control epoch you have seen.
        pub epoch: u64,
        /// To whom; the channel's queue when left out.
        #[serde(default)]
        pub to: Option<TargetGiven>,
        /// Why.
        pub reason: ReasonGiven,
        /// What you know; Baton fills in the rest.
        #[serde(default)]
        pub packet: Option<GivenPacket>,
    }

    /// Offers control, with an expiry. What nobody takes falls to the channel's queue.
    pub struct Offer {
        /// The control epoch you have seen.
        pub epoch: u64,
        /// To whom.
        pub to: TargetGiven,
        /// How long it stands, in seconds: 1 to 600.
        pub timeout_s: u32,
        /// Whether you are silent while it stands.
        #[serde(default)]
        pub cold: bool,
        /// Why.
        pub reason: ReasonGiven,
        /// What you know; Baton fills in the rest.
        #[serde(default)]
        pub packet: Option<GivenPacket>,
    }

    /// Takes an offer that was made to you.
    pub struct Accept {
        /// The control epoch you have seen.
        pub epoch: u64,
        /// Which offer.
        pub offer: String,
    }

    /// Declines an offer that was made to you.
    pub struct Reject {
        /// The control epoch you have seen.
        pub epoch: u64,
        /// Which offer.
        pub offer: String,
        /// In your words; may be empty.
        #[serde(default)]
        pub text: String,
    }

    /// Asks for control from standby. Whoever has it is told; nothing changes by itself.
    pub struct Request {
        /// The control epoch you have seen.
        pub epoch: u64,
        /// Why.
        pub reason: ReasonGiven,
    }

    /// Lets go of control. A customer who waits goes to the channel's queue.
    pub struct Release {
        /// The control epoch you have seen.
        pub epoch: u64,
        /// Why.
        pub reason: ReasonGiven,
    }

    /// Gives control to another bot, such as the one you had it from.
    pub struct ReturnToBot {
        /// The control epoch you have seen.
        pub epoch: u64,
        /// Which bot.
        pub bot: String,
        /// What happened meanwhile.
        #[serde(default)]
        pub summary: String,
        /// What it may go on with; empty for everything.
        #[serde(default)]
        pub allowed_topics: Vec<String>,
    }

    /// Says that you cannot go on. People are alerted and get the conversation.
    pub struct Failure {
        /// The control epoch you have seen.
        pub epoch: u64,
        /// A stable code of yours, such as `model_unreachable`.
        pub code: String,
        /// In your words; may be empty.
        #[serde(default)]
        pub text: String,
    }
}

told! {
    /// Who has control.
    pub struct ControllerView {
        /// `bot`, `queue`, `agent` or `nobody`.
        pub kind: String,
        /// The name; empty for nobody.
        pub name: String,
    }

    /// An offer that waits for an answer.
    pub struct OfferView {
        /// Which.
        pub id: String,
        /// Whether it was made to you.
        pub yours: bool,
        /// Whether nobody speaks while it stands.
        pub cold: bool,
        /// When it runs out, in milliseconds since 1970.
        pub expires_at: i64,
    }

    /// How control stands.
    pub struct ControlView {
        /// `bot_active`, `queued`, `offered`, `agent_active`, `wrapping`, `released` or `closed`.
        pub state: String,
        /// Who has it.
        pub holder: ControllerView,
        /// Whether you may speak now.
        pub you: bool,
        /// The epoch that your next write must carry.
        pub epoch: u64,
        /// Since when, in milliseconds since 1970.
        pub since: i64,
        /// Why it came to the holder: a code.
        pub reason: String,
        /// The same in words; may be empty.
        pub reason_text: String,
        /// The live offer.
        pub offer: Option<OfferView>,
        /// The packet that came with it, by the hash of its content.
        pub packet: Option<String>,
        /// Fields that the queue asks for and that the packet lacks. Nothing was refused because
        /// of them: give them next time.
        pub missing: Vec<String>,
    }

    /// A conversation.
    pub struct ConversationView {
        /// Which.
        pub conversation: String,
        /// The name you gave it; none when it did not begin at the door.
        pub key: Option<String>,
        /// The episode, from 1; it grows when a closed conversation opens again.
        pub episode: u32,
        /// The work status, as people see it.
        pub status: String,
        /// How control stands.
        pub control: ControlView,
        /// Since when the customer waits for an answer, in milliseconds since 1970.
        pub waiting_since: Option<i64>,
    }
}

impl ControllerView {
    /// A controller in the words of the door.
    #[must_use]
    pub fn of(controller: &Controller) -> Self {
        Self {
            kind: controller.kind().to_owned(),
            name: controller.name().to_owned(),
        }
    }
}

impl Eq for ControllerView {}
