//! Channels: finding servers, testing a login, and how each channel is doing.

wire! {
    /// Asks for the channels.
    pub struct ChannelList {}

    /// The channels.
    pub struct Channels {
        /// In order of connection.
        pub channels: Vec<ChannelView>,
    }

    /// A channel and how it is doing.
    pub struct ChannelView {
        /// Which.
        pub id: String,
        /// `email`, `demo`, `import`.
        pub kind: String,
        /// Its name.
        pub name: String,
        /// The address customers write to.
        pub address: String,
        /// `connecting`, `catching_up`, `live`, `stale`, `needs_attention`, `off`.
        pub state: String,
        /// Since when.
        pub since: i64,
        /// What is wrong, in a sentence; empty when nothing is.
        pub detail: String,
        /// What to do about it.
        pub hint: String,
        /// Messages done while catching up.
        pub done: u32,
        /// Messages to do while catching up.
        pub total: u32,
        /// The folders watched.
        pub folders: Vec<String>,
        /// How many messages wait to be sent by it.
        pub waiting: u32,
        /// The bots that answer on it.
        pub bots: Vec<String>,
        /// The settings, without secrets.
        pub config: Option<MailConfig>,
    }

    /// The settings of a mailbox, without secrets.
    pub struct MailConfig {
        /// The address.
        pub address: String,
        /// The name shown to customers.
        pub display_name: String,
        /// The IMAP server.
        pub imap: ServerConfig,
        /// The SMTP server.
        pub smtp: ServerConfig,
        /// `password` or `oauth2`.
        pub auth: String,
        /// The provider of OAuth: `google`, `microsoft` or `custom`; empty for passwords.
        pub oauth_provider: String,
        /// The team's own client id.
        pub oauth_client: String,
        /// The folders read besides the inbox and the folder of what was sent.
        pub folders: Vec<String>,
        /// Whether copies are put into the Sent folder.
        pub keep_sent: bool,
        /// The queue new conversations go to.
        pub queue: String,
        /// How many days of history are fetched at first; 0 for all.
        pub history_days: u32,
        /// A file with the only certificate authorities to believe, for servers with their own.
        #[serde(default)]
        #[ts(optional)]
        pub ca_file: Option<String>,
        /// The name with which the mailbox's own server signs what it finds out about senders
        /// (`Authentication-Results`). Only under this name it is believed; none to believe nobody.
        #[serde(default)]
        #[ts(optional)]
        pub authserv_id: Option<String>,
    }

    /// A server.
    pub struct ServerConfig {
        /// The host name.
        pub host: String,
        /// The port.
        pub port: u16,
        /// `tls`, `starttls` or `plain` (loopback only).
        pub security: String,
        /// The login name.
        pub login: String,
    }

    /// Looks for the servers of an address.
    pub struct ChannelDiscover {
        /// The address.
        pub address: String,
    }

    /// What was found.
    pub struct Discovered {
        /// The best first.
        pub candidates: Vec<Candidate>,
    }

    /// One way to reach a mailbox.
    pub struct Candidate {
        /// Where it comes from: `builtin`, `srv`, `autoconfig`, `guess`.
        pub source: String,
        /// The settings.
        pub config: MailConfig,
        /// What the user should know, such as that an app password is needed.
        pub note: String,
    }

    /// Tests or saves a mailbox.
    pub struct ChannelPut {
        /// Which, when it is changed.
        pub id: Option<String>,
        /// The settings.
        pub config: MailConfig,
        /// The password or client secret; none to keep the stored one.
        pub secret: Option<String>,
        /// The OAuth flow that gave the tokens, when one did.
        pub oauth_flow: Option<String>,
    }

    /// What a login test found.
    pub struct ChannelTested {
        /// Whether both servers let us in.
        pub ok: bool,
        /// Step by step: `imap_connect`, `imap_login`, `smtp_connect`, `smtp_login`.
        pub steps: Vec<TestStep>,
        /// The folders found.
        pub folders: Vec<FolderView>,
        /// The name with which the mailbox's own server seems to sign what it finds out about
        /// senders, to be confirmed; none when most of its mail bears none.
        pub authserv_id: Option<String>,
    }

    /// One step of a login test.
    pub struct TestStep {
        /// The step.
        pub step: String,
        /// Whether it went well.
        pub ok: bool,
        /// What happened.
        pub text: String,
        /// What to do.
        pub hint: String,
    }

    /// A folder on the server.
    pub struct FolderView {
        /// Its name.
        pub name: String,
        /// `inbox`, `sent`, `archive`, `junk`, `trash`, `drafts`, `all` or empty.
        pub role: String,
    }

    /// Names a channel.
    pub struct ChannelOnly {
        /// Which.
        pub channel: String,
    }

    /// Begins a login by OAuth.
    pub struct OauthStart {
        /// `google`, `microsoft` or `custom`.
        pub provider: String,
        /// The address.
        pub address: String,
        /// The team's own client id.
        pub client_id: String,
        /// The client secret, where the provider wants one.
        pub client_secret: String,
        /// The authorisation address, for `custom`.
        pub auth_url: String,
        /// The token address, for `custom`.
        pub token_url: String,
        /// The scopes, for `custom`.
        pub scopes: String,
    }

    /// A login by OAuth under way.
    pub struct OauthFlow {
        /// The flow.
        pub flow: String,
        /// The page to open in the browser.
        pub url: String,
    }

    /// Asks how a login by OAuth is going.
    pub struct OauthPoll {
        /// The flow.
        pub flow: String,
    }

    /// How it is going.
    pub struct OauthState {
        /// `waiting`, `done` or `failed`.
        pub state: String,
        /// Why it failed.
        pub text: String,
    }
}
