//! Going on with a conversation by another channel.

wire! {
    /// Where a conversation can go on.
    pub struct Continuing {
        /// The places, what fits best first; also those where the customer must not be written to.
        pub places: Vec<PlaceView>,
        /// Whether a message that is not settled holds the conversation where it is.
        pub held: bool,
    }

    /// A place where a conversation could go on.
    pub struct PlaceView {
        /// The channel.
        pub channel: String,
        /// Its name.
        pub channel_name: String,
        /// Its kind, such as `email`.
        pub kind: String,
        /// The address of the customer there; empty where the channel knows them.
        pub address: String,
        /// Whether it is where the conversation was before.
        pub home: bool,
        /// What allows writing there: `verified`, `given` or `wrote_here`; empty where nothing does.
        pub ground: String,
        /// When the customer last gave the address in their own words.
        pub given_at: Option<i64>,
        /// Why it cannot go on there: `not_verified` or `no_consent`; none where it can.
        pub cannot: Option<String>,
    }

    /// Goes on with a conversation elsewhere; whoever does has it.
    pub struct ContinueElsewhere {
        /// Which.
        pub conversation: String,
        /// The channel to go on by.
        pub channel: String,
        /// The address of the customer there.
        pub address: String,
        /// The control epoch that was seen.
        #[serde(default)]
        #[ts(optional)]
        pub seen_epoch: Option<u64>,
    }
}
