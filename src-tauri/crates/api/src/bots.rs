//! The bots that may knock at the door.

wire! {
    /// Asks for the bots.
    pub struct BotList {}

    /// The bots.
    pub struct Bots {
        /// By name.
        pub bots: Vec<BotView>,
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
