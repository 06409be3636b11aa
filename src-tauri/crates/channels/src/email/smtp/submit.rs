//! Handing a message in, step by step, so that it is always known whether it may have been taken.
//!
//! Before the final dot every failure is safe: nothing was sent. An answer after the dot is
//! definite. Only a dot without an answer leaves doubt, and doubt is for a person to settle.

use std::fmt;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use secrecy::ExposeSecret as _;
use tokio::io::AsyncWriteExt;

use super::compose::Composed;
use super::stream::Shared;
use crate::email::account::{Endpoint, Trust};
use crate::email::error::MailError;
use crate::email::login::{Credential, Login};

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server has taken it for all recipients but the refused ones.
    Sent {
        /// The recipients for whom it was not taken; for them nothing was sent.
        refused: Vec<Refusal>,
    },
    /// The server has refused it; nothing was sent.
    Rejected {
        /// The server's reply code.
        code: u16,
        /// True when trying again is useless.
        permanent: bool,
        /// Refusals of single recipients, when those were the reason.
        refused: Vec<Refusal>,
    },
    /// Nothing was sent, for a reason of ours or of the network.
    NotSent {
        /// Why.
        reason: MailError,
        /// True when trying again may help.
        retryable: bool,
    },
    /// The caller withdrew the message before the final dot; nothing was sent.
    Withdrawn,
    /// The final dot was sent and no answer came: it may have been taken.
    InDoubt,
}

/// A recipient for whom the server did not take a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The recipient.
    pub address: String,
    /// The server's reply code.
    pub code: u16,
    /// True when trying again is useless.
    pub permanent: bool,
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// Where and how to hand messages in.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The server.
    pub endpoint: Endpoint,
    /// Whose certificates are believed.
    pub trust: Trust,
    /// The user name.
    pub user: String,
    /// How to log in; absent for a relay that wants no login.
    pub login: Option<Login>,
    /// How long each step may take.
    pub step: Duration,
    /// How long the answer to the final dot may take.
    pub verdict: Duration,
}

impl Submission {
    /// The usual waiting times; servers may think for long after the final dot.
    pub fn new(endpoint: Endpoint, trust: Trust, user: String, login: Option<Login>) -> Self {
        Self {
            endpoint,
            trust,
            user,
            login,
            step: Duration::from_secs(60),
            verdict: Duration::from_secs(10 * 60),
        }
    }

    /// Connects and logs in, then says goodbye: the test before an account is saved.
    pub async fn check(&self) -> Result<(), MailError> {
        let (mut connection, _) = self.open().await?;
        // The verdict is known; a lost goodbye changes nothing.
        let _ = tokio::time::timeout(Duration::from_secs(5), connection.quit()).await;
        Ok(())
    }

    async fn open(&self) -> Result<(AsyncSmtpConnection, Shared), MailError> {
        let Some(login) = &self.login else {
            return self.open_with(None).await;
        };
        let credential = login.credential().await?;
        match self.open_with(Some(&credential)).await {
            Err(MailError::LoginRefused) if matches!(credential, Credential::Bearer(_)) => {
                let fresh = login.renewed(&credential).await?;
                match self.open_with(Some(&fresh)).await {
                    Err(MailError::LoginRefused) => Err(MailError::SignInAgain),
                    other => other,
                }
            }
            other => other,
        }
    }

    async fn open_with(
        &self,
        credential: Option<&Credential>,
    ) -> Result<(AsyncSmtpConnection, Shared), MailError> {
        let work = async {
            // The name of this computer is nobody's business.
            let hello = ClientId::Ipv4(std::net::Ipv4Addr::LOCALHOST);
            let shared = Shared::connect(&self.endpoint, &self.trust, "[127.0.0.1]").await?;
            let mut connection =
                AsyncSmtpConnection::connect_with_transport(Box::new(shared.clone()), &hello)
                    .await
                    .map_err(|error| match error.status() {
                        Some(_) => MailError::Busy,
                        None => broken(&error),
                    })?;
            if let Some(credential) = credential {
                log_in(&mut connection, &self.user, credential).await?;
            }
            Ok((connection, shared))
        };
        tokio::time::timeout(self.step.saturating_mul(2), work)
            .await
            .map_err(|_| MailError::TimedOut)?
    }
}

async fn log_in(
    connection: &mut AsyncSmtpConnection,
    user: &str,
    credential: &Credential,
) -> Result<(), MailError> {
    let (mechanisms, secret): (&[Mechanism], _) = match credential {
        Credential::Password(secret) => (&[Mechanism::Plain, Mechanism::Login], secret),
        Credential::Bearer(token) => (&[Mechanism::Xoauth2], token),
    };
    if connection
        .server_info()
        .get_auth_mechanism(mechanisms)
        .is_none()
    {
        return Err(MailError::NoLoginMethod);
    }
    let credentials = Credentials::new(user.to_owned(), secret.expose_secret().to_owned());
    connection
        .auth(mechanisms, &credentials)
        .await
        .map(drop)
        .map_err(|error| {
            if error.is_permanent() {
                MailError::LoginRefused
            } else if error.is_transient() {
                MailError::Busy
            } else if error.is_client() || error.is_response() {
                // A refused token brings a challenge, which the library takes for a fault of ours.
                MailError::LoginRefused
            } else {
                MailError::ConnectionLost
            }
        })
}

fn broken(error: &lettre::transport::smtp::Error) -> MailError {
    if error.is_timeout() {
        MailError::TimedOut
    } else if error.is_response() || error.is_client() {
        MailError::Protocol
    } else {
        MailError::ConnectionLost
    }
}

/// Hands a message in. `may_commit` is asked once everything but the final dot is written; only
/// when it says yes is the message committed to, and it should have recorded that by then.
pub async fn submit<F>(
    submission: &Submission,
    message: &Composed,
    may_commit: impl FnOnce() -> F + Send,
) -> Outcome
where
    F: Future<Output = bool> + Send,
{
    let (mut connection, mut body) = match submission.open().await {
        Ok(opened) => opened,
        Err(reason) => {
            let retryable = !reason.needs_attention();
            return Outcome::NotSent { reason, retryable };
        }
    };
    let addressed = envelope(&mut connection, message, submission.step).await;
    let refused = match addressed {
        Ok(refused) => refused,
        Err(outcome) => return outcome,
    };
    // Whatever fails up to the dot: the server has no whole message and drops what it has.
    let written = write_body(&mut body, &message.raw, submission.step).await;
    if let Err(reason) = written {
        return Outcome::NotSent {
            reason,
            retryable: true,
        };
    }
    if !may_commit().await {
        return Outcome::Withdrawn;
    }
    let verdict = tokio::time::timeout(submission.verdict, async {
        body.write_all(b".\r\n").await.ok()?;
        body.flush().await.ok()?;
        Some(connection.read_response().await)
    })
    .await;
    let outcome = match verdict {
        Ok(Some(Ok(_))) => Outcome::Sent { refused },
        Ok(Some(Err(error))) => match error.status() {
            Some(code) => Outcome::Rejected {
                code: code.into(),
                permanent: error.is_permanent(),
                refused,
            },
            None => return Outcome::InDoubt,
        },
        Ok(None) | Err(_) => return Outcome::InDoubt,
    };
    let _ = tokio::time::timeout(Duration::from_secs(5), connection.quit()).await;
    outcome
}

/// Says from whom and for whom; returns who was refused, or how it ended.
async fn envelope(
    connection: &mut AsyncSmtpConnection,
    message: &Composed,
    step: Duration,
) -> Result<Vec<Refusal>, Outcome> {
    let bad = || Outcome::NotSent {
        reason: MailError::Unsendable,
        retryable: false,
    };
    let sender: Address = message.sender.parse().map_err(|_| bad())?;
    let mut options = Vec::new();
    let info = connection.server_info();
    let foreign = !message.sender.is_ascii() || message.recipients.iter().any(|to| !to.is_ascii());
    if foreign {
        if !info.supports_feature(Extension::SmtpUtfEight) {
            // The server cannot be told such an address at all.
            return Err(Outcome::Rejected {
                code: 553,
                permanent: true,
                refused: Vec::new(),
            });
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !message.raw.is_ascii() && info.supports_feature(Extension::EightBitMime) {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let said = tokio::time::timeout(step, connection.command(Mail::new(Some(sender), options)));
    answered(said.await)?;
    let mut refused = Vec::new();
    for to in &message.recipients {
        let address: Address = to.parse().map_err(|_| bad())?;
        let said = tokio::time::timeout(step, connection.command(Rcpt::new(address, Vec::new())));
        match answered(said.await) {
            Ok(()) => {}
            Err(Outcome::Rejected {
                code, permanent, ..
            }) => {
                refused.push(Refusal {
                    address: to.clone(),
                    code,
                    permanent,
                });
            }
            Err(other) => return Err(other),
        }
    }
    if refused.len() == message.recipients.len() {
        let permanent = refused.iter().all(|refusal| refusal.permanent);
        let code = refused.first().map_or(550, |refusal| refusal.code);
        let _ = tokio::time::timeout(Duration::from_secs(5), connection.quit()).await;
        return Err(Outcome::Rejected {
            code,
            permanent,
            refused,
        });
    }
    answered(tokio::time::timeout(step, connection.command(Data)).await)?;
    Ok(refused)
}

type Said = Result<
    Result<lettre::transport::smtp::response::Response, lettre::transport::smtp::Error>,
    tokio::time::error::Elapsed,
>;

/// What an answer before the final dot means.
fn answered(said: Said) -> Result<(), Outcome> {
    match said {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(match error.status() {
            Some(code) => Outcome::Rejected {
                code: code.into(),
                permanent: error.is_permanent(),
                refused: Vec::new(),
            },
            None => Outcome::NotSent {
                reason: broken(&error),
                retryable: true,
            },
        }),
        Err(_) => Err(Outcome::NotSent {
            reason: MailError::TimedOut,
            retryable: true,
        }),
    }
}

/// Writes everything but the final dot. The time limit is for each piece, so that a slow line
/// may take as long as it needs and a dead one not.
async fn write_body(body: &mut Shared, raw: &[u8], step: Duration) -> Result<(), MailError> {
    let stuffed = stuff(raw);
    for piece in stuffed.chunks(64 * 1024) {
        tokio::time::timeout(step, async {
            body.write_all(piece).await?;
            body.flush().await
        })
        .await
        .map_err(|_| MailError::TimedOut)??;
    }
    Ok(())
}

/// The message with CRLF line ends only, dots at the start of lines doubled, and a line end.
fn stuff(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 64 + 2);
    for line in raw.split_inclusive(|b| *b == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        // A lone carriage return could hide a line end from one server and not from the next.
        out.extend(text.iter().map(|b| if *b == b'\r' { b' ' } else { *b }));
        out.extend_from_slice(b"\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_message_can_end_it() {
        assert_eq!(stuff(b"a\n.\nb"), b"a\r\n..\r\nb\r\n");
        assert_eq!(stuff(b"a\r\n.\r\nMAIL FROM"), b"a\r\n..\r\nMAIL FROM\r\n");
        assert_eq!(stuff(b"a\r.\rb\r\n"), b"a . b\r\n");
        assert_eq!(stuff(b".."), b"...\r\n");
        assert_eq!(stuff(b""), b"");
    }
}
