//! One sign-in: a page to open, and a port of this machine on which the answer comes.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use super::{OAuthClient, Tokens};
use crate::email::account::Trust;
use crate::email::error::MailError;

/// A sign-in that waits for a person.
pub struct SignIn {
    client: OAuthClient,
    trust: Trust,
    listener: TcpListener,
    page: Url,
    redirect: String,
    verifier: SecretString,
    state: String,
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignIn")
    }
}

const DONE: &str = "<!doctype html><meta charset=utf-8><title>Baton</title>\
                    <p>Signed in. You can close this page and return to Baton.";
const FAILED: &str = "<!doctype html><meta charset=utf-8><title>Baton</title>\
                      <p>The sign-in was not completed. You can close this page and try again.";

impl SignIn {
    /// Prepares a sign-in for an address.
    pub async fn begin(client: OAuthClient, trust: Trust, hint: &str) -> Result<Self, MailError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let redirect = format!("http://127.0.0.1:{}/", listener.local_addr()?.port());
        let (verifier, state) = (random()?, random()?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let mut page = client.authorize.clone();
        page.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &client.client_id)
            .append_pair("redirect_uri", &redirect)
            .append_pair("scope", &client.scopes.join(" "))
            .append_pair("state", &state)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            // Google gives a refresh token only when asked in these words.
            .append_pair("access_type", "offline")
            .append_pair("prompt", "consent")
            .append_pair("login_hint", hint);
        Ok(Self {
            client,
            trust,
            listener,
            page,
            redirect,
            verifier: verifier.into(),
            state,
        })
    }

    /// The page that the person has to open.
    pub fn page(&self) -> &Url {
        &self.page
    }

    /// Waits for the person, then fetches the tokens.
    pub async fn finish(self, limit: Duration) -> Result<Tokens, MailError> {
        tokio::time::timeout(limit, async {
            loop {
                let (stream, _) = self.listener.accept().await?;
                // A browser opens connections that it does not use; each gets a moment.
                let heard = tokio::time::timeout(Duration::from_secs(10), self.hear(stream)).await;
                match heard {
                    Ok(Some(Ok(code))) => break self.redeem(&code).await,
                    Ok(Some(Err(refused))) => break Err(refused),
                    Ok(None) | Err(_) => {}
                }
            }
        })
        .await
        .map_err(|_| MailError::TimedOut)?
    }

    /// Reads one request: a code, a refusal, or nothing of ours.
    async fn hear(&self, stream: TcpStream) -> Option<Result<String, MailError>> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        (&mut reader)
            .take(16 * 1024)
            .read_line(&mut line)
            .await
            .ok()?;
        let target = line.strip_prefix("GET ")?.split(' ').next()?.to_owned();
        let url = Url::parse(&self.redirect).ok()?.join(&target).ok()?;
        let field = |name: &str| {
            url.query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        let ours = url.path() == "/" && field("state").is_some_and(|s| same(&s, &self.state));
        let (status, page, heard) = match (ours, field("code")) {
            (true, Some(code)) => ("200 OK", DONE, Some(Ok(code))),
            (true, None) => ("200 OK", FAILED, Some(Err(MailError::SignInAgain))),
            // A request that we did not ask for must not end the waiting.
            (false, _) => ("404 Not Found", FAILED, None),
        };
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\
             Content-Security-Policy: default-src 'none'\r\nReferrer-Policy: no-referrer\r\n\
             Connection: close\r\n\r\n{page}",
            page.len()
        );
        // The person reads the page or not; the code counts.
        let _ = reader.get_mut().write_all(answer.as_bytes()).await;
        heard
    }

    async fn redeem(&self, code: &str) -> Result<Tokens, MailError> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect.as_str()),
            ("code_verifier", self.verifier.expose_secret()),
        ];
        self.client.exchange(&self.trust, &fields, None).await
    }
}

fn random() -> Result<String, MailError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| MailError::SignInUnavailable)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Compares without telling by the time how much was right.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len()
        && a.bytes()
            .zip(b.bytes())
            .fold(0, |differ, (x, y)| differ | (x ^ y))
            == 0
}
