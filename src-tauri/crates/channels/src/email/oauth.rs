//! Signing in by browser, and access tokens that are renewed when they end.
//!
//! The team brings its own client id. A sign-in opens the provider's page and waits on a port of
//! this machine for the answer, bound to the request by state and PKCE. Refresh tokens that the
//! provider replaces are stored before the access token that came with them is used.

mod sign_in;

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

use super::account::Trust;
use super::clock::now_ms;
use super::error::MailError;
use super::http;
use crate::secrets::Secrets;

pub use sign_in::SignIn;

/// The application as the provider knows it.
#[derive(Clone, Serialize, Deserialize)]
pub struct OAuthClient {
    /// The client's id.
    pub client_id: String,
    /// The client's secret, where the provider gives desktop programs one.
    #[serde(skip)]
    pub client_secret: Option<SecretString>,
    /// Where a person signs in.
    pub authorize: Url,
    /// Where codes and refresh tokens are exchanged.
    pub token: Url,
    /// What is asked for.
    pub scopes: Vec<String>,
}

impl fmt::Debug for OAuthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthClient")
            .field("token", &self.token.as_str())
            .finish_non_exhaustive()
    }
}

impl OAuthClient {
    /// A client of Google's; reading and sending need one restricted scope.
    pub fn google(client_id: String, client_secret: Option<SecretString>) -> Option<Self> {
        Some(Self {
            client_id,
            client_secret,
            authorize: Url::parse("https://accounts.google.com/o/oauth2/v2/auth").ok()?,
            token: Url::parse("https://oauth2.googleapis.com/token").ok()?,
            scopes: vec!["https://mail.google.com/".to_owned()],
        })
    }

    /// A client of Microsoft's, for one tenant or for `common`.
    pub fn microsoft(client_id: String, tenant: &str) -> Option<Self> {
        let plain = tenant
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
        if !plain || tenant.is_empty() {
            return None;
        }
        let base = format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0");
        Some(Self {
            client_id,
            client_secret: None,
            authorize: Url::parse(&format!("{base}/authorize")).ok()?,
            token: Url::parse(&format!("{base}/token")).ok()?,
            scopes: [
                "https://outlook.office.com/IMAP.AccessAsUser.All",
                "https://outlook.office.com/SMTP.Send",
                "offline_access",
            ]
            .map(str::to_owned)
            .to_vec(),
        })
    }

    async fn exchange(
        &self,
        trust: &Trust,
        fields: &[(&str, &str)],
        old_refresh: Option<&str>,
    ) -> Result<Tokens, MailError> {
        let mut all = vec![("client_id", self.client_id.as_str())];
        if let Some(secret) = &self.client_secret {
            all.push(("client_secret", secret.expose_secret()));
        }
        all.extend_from_slice(fields);
        let answer = http::post_form(&self.token, trust, &all)
            .await
            .map_err(|_| MailError::SignInUnavailable)?;
        match answer.status {
            200 => {}
            // RFC 6749 5.2: the grant is no good, and asking again will not help.
            400 | 401 | 403 => return Err(MailError::SignInAgain),
            _ => return Err(MailError::SignInUnavailable),
        }
        let given: Given =
            serde_json::from_slice(&answer.body).map_err(|_| MailError::SignInUnavailable)?;
        let refresh = given
            .refresh_token
            .or_else(|| old_refresh.map(str::to_owned));
        Ok(Tokens {
            access: given.access_token,
            refresh: refresh.ok_or(MailError::SignInAgain)?,
            ends_ms: now_ms().saturating_add(given.expires_in.unwrap_or(3600).saturating_mul(1000)),
        })
    }
}

#[derive(Deserialize)]
struct Given {
    access_token: String,
    refresh_token: Option<String>,
    expires_in: Option<i64>,
}

/// An access token, when it ends, and what makes the next one.
#[derive(Clone, Serialize, Deserialize)]
pub struct Tokens {
    access: String,
    refresh: String,
    ends_ms: i64,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("ends_ms", &self.ends_ms)
            .finish_non_exhaustive()
    }
}

impl Tokens {
    /// Tokens from elsewhere, such as another program of the team.
    pub fn new(access: String, refresh: String, ends_ms: i64) -> Self {
        Self {
            access,
            refresh,
            ends_ms,
        }
    }

    /// Stores the tokens of an account; a [`TokenKeeper`] with the same name finds them.
    pub async fn store(&self, secrets: &Secrets, name: &str) -> Result<(), MailError> {
        let text = serde_json::to_string(self).map_err(|_| MailError::NoSecret)?;
        secrets
            .put(name, text.into())
            .await
            .map_err(|_| MailError::NoSecret)
    }
}

/// Keeps the tokens of one account. Only one refresh runs at a time, so everything that logs in to
/// an account shares one keeper; what another program has renewed is found before it asks.
#[derive(Debug)]
pub struct TokenKeeper {
    client: OAuthClient,
    trust: Trust,
    /// Where the tokens are kept; nowhere while a sign-in is only being tried.
    place: Option<Place>,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Place {
    secrets: Secrets,
    name: String,
}

#[derive(Debug, Default)]
struct Held {
    tokens: Option<Tokens>,
    /// The tokens are newer than what is stored.
    unsaved: bool,
}

/// Tokens that end within this time are renewed before they are shown.
const MARGIN_MS: i64 = 60_000;

impl TokenKeeper {
    /// Keeps the tokens that are stored under a name.
    pub fn new(client: OAuthClient, trust: Trust, secrets: Secrets, name: String) -> Self {
        Self {
            client,
            trust,
            place: Some(Place { secrets, name }),
            held: Mutex::default(),
        }
    }

    /// Holds the tokens of a sign-in that is being tried: nothing that is stored is touched.
    pub fn trying(client: OAuthClient, trust: Trust, tokens: Tokens) -> Self {
        Self {
            client,
            trust,
            place: None,
            held: Mutex::new(Held {
                tokens: Some(tokens),
                unsaved: false,
            }),
        }
    }

    /// Stores the tokens as they are by now; a keeper with the same name finds them.
    pub async fn store(&self, secrets: &Secrets, name: &str) -> Result<(), MailError> {
        let tokens = self.held.lock().await.tokens.clone();
        tokens
            .ok_or(MailError::NoSecret)?
            .store(secrets, name)
            .await
    }

    /// Whose certificates it believes.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// An access token that is good for a while.
    pub async fn access(&self) -> Result<SecretString, MailError> {
        let mut held = self.held.lock().await;
        let tokens = self.load(&mut held).await?;
        if tokens.ends_ms > now_ms().saturating_add(MARGIN_MS) {
            return Ok(tokens.access.into());
        }
        self.refresh(&mut held, tokens).await
    }

    /// Another access token after a server refused one.
    pub async fn renew(&self, refused: &SecretString) -> Result<SecretString, MailError> {
        let mut held = self.held.lock().await;
        let tokens = self.load(&mut held).await?;
        if tokens.access != refused.expose_secret() {
            // Somebody else has renewed it while we waited.
            return Ok(tokens.access.into());
        }
        self.refresh(&mut held, tokens).await
    }

    async fn load(&self, held: &mut Held) -> Result<Tokens, MailError> {
        if held.unsaved {
            self.save(held).await?;
        }
        if let Some(tokens) = &held.tokens {
            return Ok(tokens.clone());
        }
        let place = self.place.as_ref().ok_or(MailError::NoSecret)?;
        let tokens = Self::stored(place).await?;
        held.tokens = Some(tokens.clone());
        Ok(tokens)
    }

    async fn stored(place: &Place) -> Result<Tokens, MailError> {
        let stored = place
            .secrets
            .get(&place.name)
            .await
            .map_err(|_| MailError::NoSecret)?;
        let stored = stored.ok_or(MailError::NoSecret)?;
        serde_json::from_str(stored.expose_secret()).map_err(|_| MailError::NoSecret)
    }

    async fn refresh(&self, held: &mut Held, old: Tokens) -> Result<SecretString, MailError> {
        // Somebody else may have renewed them, and a refresh token that was replaced is not only
        // worthless: many providers end the whole sign-in when it is shown once more. Where the
        // store cannot be read, the new one could not be kept either.
        let old = match &self.place {
            None => old,
            Some(place) => {
                let stored = Self::stored(place).await?;
                let renewed = stored.access != old.access;
                held.tokens = Some(stored.clone());
                if renewed && stored.ends_ms > now_ms().saturating_add(MARGIN_MS) {
                    return Ok(stored.access.into());
                }
                stored
            }
        };
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", old.refresh.as_str()),
        ];
        let fresh = self
            .client
            .exchange(&self.trust, &fields, Some(&old.refresh))
            .await?;
        let access = fresh.access.clone();
        // The old refresh token may be worthless by now: the new one must not get lost.
        *held = Held {
            tokens: Some(fresh),
            unsaved: true,
        };
        self.save(held).await?;
        Ok(access.into())
    }

    async fn save(&self, held: &mut Held) -> Result<(), MailError> {
        if let (Some(tokens), Some(place)) = (&held.tokens, &self.place) {
            tokens.store(&place.secrets, &place.name).await?;
        }
        held.unsaved = false;
        Ok(())
    }
}
