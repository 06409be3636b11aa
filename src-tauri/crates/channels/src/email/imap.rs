//! One connection to an IMAP server, and the commands that Baton uses.
//!
//! Commands are written out and their answers read one by one, in order, by this module. The
//! library's own collecting of unasked answers is not used: it drops them silently when its
//! queue of a hundred is full.

pub mod fetch;
pub mod folders;
pub mod idle;
pub mod names;
pub mod select;
pub mod set;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::time::Duration;

use async_imap::imap_proto::{
    AttributeValue, Capability, MailboxDatum, RequestId, Response, Status,
};
use async_imap::{Authenticator, Client, Session};
use secrecy::ExposeSecret as _;

use super::account::{Endpoint, Security, Trust};
use super::error::MailError;
use super::login::{Credential, Login};
use super::wire::Wire;

pub use fetch::{Flags, Meta};
pub use folders::{Folder, Role};
pub use idle::Woken;
pub use select::{FlagChange, Selected};

/// Servers whose QRESYNC loses messages; they are compared folder by folder instead.
const BROKEN_QRESYNC: &[&str] = &["imap.mail.me.com", "imap.mail.icloud.com"];

/// How long a server may be silent while it owes us an answer.
const ANSWER: Duration = Duration::from_secs(60);

/// A logged-in connection.
pub struct Imap {
    session: Session<Wire>,
    capabilities: BTreeSet<String>,
    qresync: bool,
    notices: Notices,
    answer: Duration,
    /// Questions for messages that are not answered yet, oldest first.
    waiting: VecDeque<RequestId>,
    /// Messages that have come and were not taken yet.
    arrived: BTreeMap<u32, Vec<u8>>,
    /// Whether a question for messages was refused since the last look.
    refused: bool,
}

/// What the server told us unasked since the last look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Notices {
    /// The number of messages in the selected folder, when it was mentioned.
    pub exists: Option<u32>,
    /// Messages were removed.
    pub removed: bool,
    /// Flags changed.
    pub flags: bool,
    /// The server announced the end of the connection.
    pub bye: bool,
}

impl Notices {
    fn hear(&mut self, response: &Response<'_>) {
        match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => self.exists = Some(*count),
            Response::Expunge(_) | Response::Vanished { .. } => self.removed = true,
            Response::Fetch(..) => self.flags = true,
            Response::Data {
                status: Status::Bye,
                ..
            } => self.bye = true,
            _ => {}
        }
    }

    /// True when the folder should be looked at.
    pub fn any(self) -> bool {
        self.exists.is_some() || self.removed || self.flags
    }
}

impl fmt::Debug for Imap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Imap")
            .field("qresync", &self.qresync)
            .finish_non_exhaustive()
    }
}

impl Imap {
    /// Connects, encrypts and logs in.
    ///
    /// An access token that is refused is renewed once.
    pub async fn connect(
        endpoint: &Endpoint,
        trust: &Trust,
        user: &str,
        login: &Login,
    ) -> Result<Self, MailError> {
        let credential = login.credential().await?;
        match Self::connect_with(endpoint, trust, user, &credential).await {
            Err(MailError::LoginRefused) if matches!(credential, Credential::Bearer(_)) => {
                let fresh = login.renewed(&credential).await?;
                match Self::connect_with(endpoint, trust, user, &fresh).await {
                    Err(MailError::LoginRefused) => Err(MailError::SignInAgain),
                    other => other,
                }
            }
            other => other,
        }
    }

    async fn connect_with(
        endpoint: &Endpoint,
        trust: &Trust,
        user: &str,
        credential: &Credential,
    ) -> Result<Self, MailError> {
        let mut client = Client::new(Wire::connect(endpoint, trust).await?);
        let greeting = in_time(ANSWER, client.read_response()).await??;
        match greeting.as_ref().map(|g| g.parsed()) {
            Some(Response::Data {
                status: Status::Ok, ..
            }) => {}
            Some(Response::Data {
                status: Status::Bye,
                ..
            }) => return Err(MailError::Busy),
            Some(_) => return Err(MailError::Protocol),
            None => return Err(MailError::ConnectionLost),
        }
        if endpoint.security == Security::StartTls {
            in_time(ANSWER, client.run_command_and_check_ok("STARTTLS", None))
                .await?
                .map_err(|_| MailError::NotEncrypted {
                    host: endpoint.host.clone(),
                })?;
            // Whatever was sent in the clear behind the answer is dropped with the old client.
            let wire = client.into_inner().encrypt(&endpoint.host, trust).await?;
            client = Client::new(wire);
        }
        let session = in_time(ANSWER, log_in(client, user, credential)).await??;
        let mut imap = Self {
            session,
            capabilities: BTreeSet::new(),
            qresync: false,
            notices: Notices::default(),
            answer: ANSWER,
            waiting: VecDeque::new(),
            arrived: BTreeMap::new(),
            refused: false,
        };
        imap.introduce(&endpoint.host).await?;
        Ok(imap)
    }

    /// Asks what the server can do, says who we are where it wants to know, and turns on the
    /// quick way of catching up.
    async fn introduce(&mut self, host: &str) -> Result<(), MailError> {
        let mut found = BTreeSet::new();
        self.command("CAPABILITY", "CAPABILITY", |response| {
            if let Response::Capabilities(list) = response {
                found.extend(list.iter().map(|capability| match capability {
                    Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
                    Capability::Auth(method) => format!("AUTH={}", method.to_ascii_uppercase()),
                    Capability::Atom(atom) => atom.to_ascii_uppercase(),
                }));
            }
        })
        .await?;
        self.capabilities = found;
        if self.can("ID") {
            // Some providers refuse clients that do not introduce themselves.
            self.command("ID", "ID (\"name\" \"Baton\")", |_| {})
                .await
                .or_else(refused_is_fine)?;
        }
        if self.can("QRESYNC") && self.can("ENABLE") && !BROKEN_QRESYNC.contains(&host) {
            let enabled = self.command("ENABLE", "ENABLE QRESYNC", |_| {}).await;
            self.qresync = enabled.is_ok();
            enabled.or_else(refused_is_fine)?;
        }
        Ok(())
    }

    /// True when the server announced a capability.
    pub fn can(&self, capability: &str) -> bool {
        self.capabilities.contains(capability)
    }

    /// True when the server tells what vanished while we were away.
    pub fn has_qresync(&self) -> bool {
        self.qresync
    }

    /// True when the server can name the messages whose flags changed.
    pub fn has_condstore(&self) -> bool {
        self.can("CONDSTORE") || self.can("QRESYNC")
    }

    /// How long the server may be silent while it owes an answer.
    pub fn set_answer_time(&mut self, limit: Duration) {
        self.answer = limit;
    }

    /// What the server told us unasked since the last call.
    pub fn take_notices(&mut self) -> Notices {
        std::mem::take(&mut self.notices)
    }

    /// Says goodbye without waiting long for the answer.
    pub async fn logout(mut self) {
        let goodbye = self.command("LOGOUT", "LOGOUT", |_| {});
        // Whatever comes, the connection is dropped now.
        let _ = tokio::time::timeout(Duration::from_secs(2), goodbye).await;
    }

    /// Asks for news; the answers are in [`Imap::take_notices`].
    pub async fn noop(&mut self) -> Result<(), MailError> {
        self.command("NOOP", "NOOP", |_| {}).await
    }

    /// Sends a command and hands every answer to `on` until the command is done.
    async fn command(
        &mut self,
        name: &'static str,
        text: &str,
        on: impl FnMut(&Response<'_>),
    ) -> Result<(), MailError> {
        let tag = self.send(text).await?;
        self.finish(name, &tag, on).await
    }

    async fn send(&mut self, text: &str) -> Result<RequestId, MailError> {
        if text.contains(['\r', '\n', '\0']) {
            return Err(MailError::Unsendable);
        }
        in_time(self.answer, self.session.run_command(text))
            .await?
            .map_err(lost)
    }

    /// Why the stream is at its end.
    fn ended(&self) -> MailError {
        if self.notices.bye {
            MailError::Bye
        } else {
            MailError::ConnectionLost
        }
    }

    /// Reads answers until the command with this tag is done.
    async fn finish(
        &mut self,
        name: &'static str,
        tag: &RequestId,
        mut on: impl FnMut(&Response<'_>),
    ) -> Result<(), MailError> {
        loop {
            let response = in_time(self.answer, self.session.read_response()).await??;
            let Some(response) = response else {
                return Err(self.ended());
            };
            match response.parsed() {
                Response::Done {
                    tag: done, status, ..
                } if done == tag => {
                    return match status {
                        Status::Ok => Ok(()),
                        _ => Err(MailError::Refused { command: name }),
                    };
                }
                other => {
                    // The answers to our own question are no news, and they name a UID.
                    let answers = match other {
                        Response::Fetch(_, told) => {
                            name == "FETCH"
                                && told.iter().any(|one| matches!(one, AttributeValue::Uid(_)))
                        }
                        _ => false,
                    };
                    if !answers {
                        self.notices.hear(other);
                    }
                    on(other);
                }
            }
        }
    }
}

fn refused_is_fine(error: MailError) -> Result<(), MailError> {
    match error {
        MailError::Refused { .. } => Ok(()),
        other => Err(other),
    }
}

async fn in_time<T>(limit: Duration, work: impl Future<Output = T>) -> Result<T, MailError> {
    tokio::time::timeout(limit, work)
        .await
        .map_err(|_| MailError::TimedOut)
}

/// The library's errors quote the server; only their kind goes on.
fn lost(error: async_imap::error::Error) -> MailError {
    use async_imap::error::Error;
    match error {
        Error::Io(io) => io.into(),
        Error::ConnectionLost => MailError::ConnectionLost,
        Error::Validate(_) => MailError::Unsendable,
        _ => MailError::Protocol,
    }
}

/// Answers the one challenge of PLAIN and XOAUTH2; to any further one, which for XOAUTH2 holds
/// the reason of a refusal, the empty answer asks for the verdict.
struct Once(Option<zeroize::Zeroizing<Vec<u8>>>);

impl Authenticator for Once {
    type Response = zeroize::Zeroizing<Vec<u8>>;

    fn process(&mut self, _challenge: &[u8]) -> Self::Response {
        self.0.take().unwrap_or_default()
    }
}

async fn log_in(
    mut client: Client<Wire>,
    user: &str,
    credential: &Credential,
) -> Result<Session<Wire>, MailError> {
    let methods = login_methods(&mut client).await?;
    let has = |method: &str| methods.contains(method);
    let outcome = match credential {
        Credential::Password(secret) => {
            let password = secret.expose_secret();
            if has("AUTH=PLAIN") {
                // Takes any characters, unlike LOGIN.
                let answer = format!("\0{user}\0{password}").into_bytes();
                client
                    .authenticate("PLAIN", Once(Some(answer.into())))
                    .await
            } else if has("LOGINDISABLED") {
                return Err(MailError::NoLoginMethod);
            } else {
                client.login(user, password).await
            }
        }
        Credential::Bearer(token) => {
            if !has("AUTH=XOAUTH2") {
                return Err(MailError::NoLoginMethod);
            }
            let answer = xoauth2(user, token.expose_secret());
            client.authenticate("XOAUTH2", Once(Some(answer))).await
        }
    };
    outcome.map_err(|(error, _client)| login_error(&error))
}

async fn login_methods(client: &mut Client<Wire>) -> Result<BTreeSet<String>, MailError> {
    // Before the login only this call can send a command; its answers come by the channel.
    let (sender, answers) = async_channel::bounded(16);
    client
        .run_command_and_check_ok("CAPABILITY", Some(sender))
        .await
        .map_err(lost)?;
    let mut methods = BTreeSet::new();
    while let Ok(answer) = answers.try_recv() {
        if let async_imap::types::UnsolicitedResponse::Other(data) = answer
            && let Response::Capabilities(list) = data.parsed()
        {
            methods.extend(list.iter().map(|capability| match capability {
                Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
                Capability::Auth(method) => format!("AUTH={}", method.to_ascii_uppercase()),
                Capability::Atom(atom) => atom.to_ascii_uppercase(),
            }));
        }
    }
    Ok(methods)
}

/// The first and only message of XOAUTH2.
pub(crate) fn xoauth2(user: &str, token: &str) -> zeroize::Zeroizing<Vec<u8>> {
    format!("user={user}\x01auth=Bearer {token}\x01\x01")
        .into_bytes()
        .into()
}

/// What a refused login means, by the response code of RFC 5530 that servers put in brackets.
fn login_error(error: &async_imap::error::Error) -> MailError {
    use async_imap::error::Error;
    let text = match error {
        Error::No(text) | Error::Bad(text) => text,
        Error::Io(io) => return io.kind().into(),
        Error::ConnectionLost => return MailError::ConnectionLost,
        Error::Validate(_) => return MailError::Unsendable,
        _ => return MailError::Protocol,
    };
    match bracketed(text) {
        Some("UNAVAILABLE" | "LIMIT" | "INUSE" | "SERVERBUG" | "CONTACTADMIN") => MailError::Busy,
        Some("WEBALERT") => MailError::LoginBlocked,
        _ => MailError::LoginRefused,
    }
}

fn bracketed(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('[')?;
    let (code, _) = rest.split_once(']')?;
    code.split(' ').next()
}

impl From<std::io::ErrorKind> for MailError {
    fn from(kind: std::io::ErrorKind) -> Self {
        std::io::Error::from(kind).into()
    }
}

/// A string as IMAP wants it, in quotes.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_a_refusal_decides_what_it_means() {
        let no = |text: &str| async_imap::error::Error::No(text.to_owned());
        let limit = "code: None, info: Some(\"[LIMIT] Maximum number of connections\")";
        assert_eq!(login_error(&no(limit)), MailError::Busy);
        let failed = "code: None, info: Some(\"[AUTHENTICATIONFAILED] nope\")";
        assert_eq!(login_error(&no(failed)), MailError::LoginRefused);
        let web = "code: None, info: Some(\"[WEBALERT https://x.test] go there\")";
        assert_eq!(login_error(&no(web)), MailError::LoginBlocked);
    }

    #[test]
    fn quotes_and_backslashes_cannot_end_a_name() {
        assert_eq!(quoted(r#"a"b\c"#), r#""a\"b\\c""#);
    }
}
