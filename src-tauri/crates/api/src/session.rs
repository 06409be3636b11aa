//! Who works here, and how they like it.

wire! {
    /// Asks who works here.
    pub struct SessionGet {}

    /// Who works here.
    pub struct Session {
        /// The agent at this desk.
        pub agent: AgentView,
        /// Everybody in the team.
        pub team: Vec<AgentView>,
        /// The bots that are known.
        pub bots: Vec<String>,
        /// The queues that are known.
        pub queues: Vec<String>,
        /// The name of the workspace.
        pub workspace: String,
        /// Whether it is the demo.
        pub demo: bool,
        /// The version of Baton.
        pub version: String,
        /// Whether this is the desktop app.
        pub desktop: bool,
        /// The server's time, in milliseconds UTC.
        pub now: i64,
        /// The settings.
        pub settings: Settings,
        /// Whether the person only reads drafts for the team, and sees nothing else.
        pub bounded: bool,
    }

    /// One person of the team.
    pub struct AgentView {
        /// The short name.
        pub name: String,
        /// The name shown.
        pub display_name: String,
        /// The address.
        pub address: String,
        /// The roles.
        pub roles: Vec<String>,
        /// The teams.
        pub teams: Vec<String>,
        /// Whether the person can be reached now.
        pub available: bool,
        /// How many conversations the person holds.
        pub load: u32,
    }

    /// The settings of this desk.
    pub struct Settings {
        /// `system`, `light`, `dark` or `contrast`.
        pub theme: String,
        /// `comfortable` or `compact`.
        pub density: String,
        /// Key bindings that differ from the usual ones, by action.
        pub keys: std::collections::BTreeMap<String, String>,
        /// Whether notifications are shown.
        pub notify: bool,
        /// Whether a notification may show words of the message.
        pub notify_text: bool,
        /// Whether urgent escalations sound.
        pub sound: bool,
        /// Whether only urgent things may interrupt now.
        pub focus: bool,
        /// The start of quiet hours, as `HH:MM` local time; empty for none.
        pub quiet_from: String,
        /// The end of quiet hours.
        pub quiet_to: String,
        /// Whether Baton starts at login (desktop only).
        pub autostart: bool,
        /// Whether closing the window keeps Baton in the tray, where there is one.
        pub close_to_tray: bool,
        /// How long a sent message can be taken back, in seconds.
        pub undo_seconds: u32,
        /// The text under outgoing mail; empty for none.
        pub signature: String,
        /// Senders whose remote images are shown.
        pub remote_images_from: Vec<String>,
        /// The BCP 47 tag of the interface language.
        pub language: String,
    }

    /// Changes the settings.
    pub struct SettingsSet {
        /// All of them, as they are to be.
        pub settings: Settings,
    }

    /// Changes who works at this desk.
    pub struct ProfileSet {
        /// The name shown.
        pub display_name: String,
        /// The address.
        pub address: String,
        /// Whether the person can be reached now.
        pub available: bool,
    }

    /// An answer that says only that it is done.
    pub struct Done {}
}
