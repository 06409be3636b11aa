//! Channels: finding servers, testing and saving a login, and how each is doing.

use std::collections::BTreeMap;
use std::sync::Arc;

use baton_api::ApiError;
use baton_api::channels as ch;
use baton_api::session::Done;
use baton_channels::email::account::{Endpoint, Security, SentCopy};
use baton_channels::email::discover::{
    Candidate as Found, LoginReport, NetLookup, Source, Trouble, discover, test_login,
};
use baton_channels::email::imap::Role;
use baton_channels::email::login::Login;
use baton_channels::email::oauth::{OAuthClient, TokenKeeper};
use baton_core::event::Actor;
use baton_core::hash::Hash;
use baton_core::ids::ChannelId;
use baton_store::Channel;
use secrecy::SecretString;
use serde_json::Value;

use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::mailbox::account;
use crate::roster::{KnownChannel, Roster, kind};
use crate::secret::{
    LEFT_SECRETS, OAUTH, client_key, forget_secrets, keep_password, login_of, tokens_key,
    unreadable,
};
use crate::signin::Going;
use crate::supervise::ChannelState;

impl Engine {
    pub(super) async fn channel_list(&self, _: ch::ChannelList) -> Result<ch::Channels, ApiError> {
        Ok(self.channel_views().await?)
    }

    /// The channels that are connected.
    pub(crate) async fn channel_views(&self) -> Result<ch::Channels, EngineError> {
        let roster = self.roster();
        let mut known: Vec<&KnownChannel> = roster
            .channels
            .values()
            .filter(|known| known.stored.removed_at.is_none())
            .collect();
        known.sort_by_key(|known| known.stored.position);
        let waiting = self
            .read(|reader, _| Ok(reader.sends_waiting()?))
            .await
            .or_else(|error| match error.leaves_reading() {
                // How the channels are can be said all the same.
                true => Ok(BTreeMap::new()),
                false => Err(error),
            })?;
        let waits = |known: &KnownChannel| waiting.get(&known.stored.id).copied();
        Ok(ch::Channels {
            channels: known
                .into_iter()
                .map(|known| self.channel_view(&roster, known, waits(known).unwrap_or_default()))
                .collect(),
        })
    }

    fn channel_view(&self, roster: &Roster, known: &KnownChannel, waiting: u32) -> ch::ChannelView {
        let config: Option<ch::MailConfig> =
            serde_json::from_value(known.stored.config.clone()).ok();
        let doing = self
            .inner
            .supervisor
            .state(known.stored.id)
            .unwrap_or_else(|| ChannelState {
                state: match known.info.kind.as_str() {
                    kind::DEMO | kind::BOT => "live",
                    _ => "off",
                }
                .to_owned(),
                since: known.stored.added_at,
                ..ChannelState::default()
            });
        ch::ChannelView {
            id: known.stored.id.to_string(),
            kind: known.shown_kind().to_owned(),
            name: known.info.name.clone(),
            address: known.own.iter().next().cloned().unwrap_or_default(),
            state: doing.state,
            since: doing.since.0,
            detail: doing.detail,
            hint: doing.hint,
            done: doing.done,
            total: doing.total,
            folders: config
                .as_ref()
                .map(|config| config.folders.clone())
                .unwrap_or_default(),
            waiting,
            bots: roster.bots_on(known.stored.id).into_iter().collect(),
            config,
        }
    }

    pub(super) async fn channel_discover(
        &self,
        asked: ch::ChannelDiscover,
    ) -> Result<ch::Discovered, ApiError> {
        let address = asked.address.trim().to_owned();
        if !address.contains('@') {
            return Err(ApiError::bad_request("That is no mail address."));
        }
        let found = discover(&address, &NetLookup::new()).await;
        Ok(ch::Discovered {
            candidates: found
                .into_iter()
                .map(|candidate| proposal(&address, candidate))
                .collect(),
        })
    }

    pub(super) async fn channel_test(
        &self,
        asked: ch::ChannelPut,
    ) -> Result<ch::ChannelTested, ApiError> {
        let id = self.channel_id(asked.id.as_deref())?;
        let login = self.login_to_try(id, &asked).await?;
        Ok(report(
            &test_login(&account(id, &asked.config), &login).await,
        ))
    }

    pub(super) async fn channel_put(
        &self,
        asked: ch::ChannelPut,
    ) -> Result<ch::ChannelView, ApiError> {
        let id = self.channel_id(asked.id.as_deref())?;
        let login = self.login_to_try(id, &asked).await?;
        let tested = test_login(&account(id, &asked.config), &login).await;
        if let Some(step) = report(&tested).steps.into_iter().find(|step| !step.ok) {
            return Err(ApiError::new("login_failed", step.text, step.hint));
        }
        let mut config = serde_json::to_value(&asked.config)
            .map_err(|error| ApiError::bad_request(error.to_string()))?;
        self.keep_secrets(id, &asked, &login, &mut config).await?;
        let known = self.save_mailbox(id, &asked.config, config).await?;
        self.inner.supervisor.forget_keeper(id);
        self.start_channel(known.clone());
        let waiting = self.read(|reader, _| Ok(reader.sends_waiting()?)).await?;
        let waits = waiting.get(&id).copied().unwrap_or_default();
        Ok(self.channel_view(&self.roster(), &known, waits))
    }

    fn channel_id(&self, known: Option<&str>) -> Result<ChannelId, ApiError> {
        match known {
            Some(id) => parse(id, "channel"),
            None => Ok(self.inner.mint.id(self.now())),
        }
    }

    /// The login that is tried before anything is saved.
    async fn login_to_try(&self, id: ChannelId, asked: &ch::ChannelPut) -> Result<Login, ApiError> {
        if let Some(key) = &asked.oauth_flow {
            let Some(flow) = self.inner.flows.get(key) else {
                return Err(ApiError::not_found("sign-in"));
            };
            let Going::Done(tokens) = flow.going else {
                return Err(ApiError::new(
                    "sign_in_open",
                    "The sign-in is not finished yet.",
                    "Finish it in the browser.",
                )
                .as_notice());
            };
            // What is stored is what works now; it gives way when the new sign-in has been tried.
            let trust = account(id, &asked.config).trust;
            let keeper = TokenKeeper::trying(flow.client, trust, tokens);
            return Ok(Login::Tokens(Arc::new(keeper)));
        }
        if let Some(secret) = asked.secret.as_ref().filter(|secret| !secret.is_empty()) {
            return Ok(Login::Password(SecretString::from(secret.clone())));
        }
        let stored = self
            .roster()
            .channels
            .get(&id)
            .map(|known| known.stored.config.clone())
            .unwrap_or_default();
        Ok(login_of(self, id, &stored, &asked.config).await?)
    }

    async fn keep_secrets(
        &self,
        id: ChannelId,
        asked: &ch::ChannelPut,
        login: &Login,
        config: &mut Value,
    ) -> Result<(), EngineError> {
        if let Some(flow) = asked
            .oauth_flow
            .as_ref()
            .and_then(|key| self.inner.flows.get(key))
        {
            let secrets = &self.inner.supervisor.secrets;
            if let Login::Tokens(keeper) = login {
                let kept = keeper.store(secrets, &tokens_key(id)).await;
                kept.map_err(|error| {
                    EngineError::bad("secrets", format!("{error}."), error.hint())
                })?;
            }
            if let Some(secret) = &flow.client.client_secret {
                let kept = secrets.put(&client_key(id), secret.clone()).await;
                kept.map_err(unreadable)?;
            }
            if let Some(fields) = config.as_object_mut() {
                fields.insert(OAUTH.to_owned(), serde_json::to_value(&flow.client)?);
            }
            if let Some(key) = &asked.oauth_flow {
                self.inner.flows.forget(key);
            }
        } else if let Some(secret) = asked.secret.as_ref().filter(|secret| !secret.is_empty()) {
            keep_password(self, id, SecretString::from(secret.clone())).await?;
        }
        Ok(())
    }

    async fn save_mailbox(
        &self,
        id: ChannelId,
        config: &ch::MailConfig,
        stored: Value,
    ) -> Result<KnownChannel, EngineError> {
        let address = config.address.clone();
        self.inner
            .desk
            .turn(move |turn| {
                let before = turn.tx.channel(id)?;
                let mut config = stored;
                // A new sign-in brings its own application; otherwise the one there is stays.
                if let (Some(fields), Some(old)) = (
                    config.as_object_mut(),
                    before.as_ref().and_then(|old| old.config.get(OAUTH)),
                ) {
                    fields.entry(OAUTH).or_insert_with(|| old.clone());
                }
                let channel = Channel {
                    id,
                    kind: kind::EMAIL.to_owned(),
                    name: address,
                    config,
                    position: before
                        .as_ref()
                        .map_or_else(|| next_position(&turn.roster), |old| old.position),
                    added_at: before.as_ref().map_or(turn.now, |old| old.added_at),
                    removed_at: None,
                };
                let me = Actor::agent(turn.roster.me.as_str());
                turn.keep_channel(&channel, me)?;
                let kept = turn.roster.channels.get(&id).cloned();
                kept.ok_or(EngineError::Missing("channel"))
            })
            .await
    }

    pub(super) async fn channel_remove(&self, asked: ch::ChannelOnly) -> Result<Done, ApiError> {
        let id = parse(&asked.channel, "channel")?;
        self.inner.supervisor.stop(id);
        let mailbox = self
            .inner
            .desk
            .turn(move |turn| {
                let Some(mut stored) = turn.tx.channel(id)? else {
                    return Err(EngineError::Missing("channel"));
                };
                stored.removed_at = Some(turn.now);
                let mailbox = stored.kind == kind::EMAIL;
                if let (true, Some(fields)) = (mailbox, stored.config.as_object_mut()) {
                    fields.insert(LEFT_SECRETS.to_owned(), Value::Bool(true));
                }
                let me = Actor::agent(turn.roster.me.as_str());
                turn.keep_channel(&stored, me)?;
                Ok(mailbox)
            })
            .await?;
        if !mailbox {
            return Ok(Done {});
        }
        forget_secrets(self, id).await.map_err(|error| {
            ApiError::new(
                "secrets",
                format!("The mailbox is removed, but its password is still kept. {error}"),
                "Unlock the keyring; at its next start Baton tries again.",
            )
        })?;
        Ok(Done {})
    }

    pub(super) async fn channel_retry(&self, asked: ch::ChannelOnly) -> Result<Done, ApiError> {
        self.inner
            .supervisor
            .nudge(parse(&asked.channel, "channel")?);
        Ok(Done {})
    }

    pub(super) async fn oauth_start(
        &self,
        asked: ch::OauthStart,
    ) -> Result<ch::OauthFlow, ApiError> {
        let secret = Some(asked.client_secret.clone())
            .filter(|secret| !secret.is_empty())
            .map(SecretString::from);
        let client_id = asked.client_id.trim().to_owned();
        if client_id.is_empty() {
            return Err(ApiError::new(
                "no_client",
                "The provider wants to know the application by a client id.",
                "Register one with the provider, or use an app password.",
            ));
        }
        let client = match asked.provider.as_str() {
            "google" => OAuthClient::google(client_id, secret),
            "microsoft" => OAuthClient::microsoft(client_id, "common"),
            _ => custom_client(&asked, client_id, secret),
        };
        let Some(client) = client else {
            return Err(ApiError::bad_request(
                "The addresses of the sign-in cannot be read.",
            ));
        };
        let flow = Hash::of(&self.inner.mint.bytes::<32>()).to_string();
        let begun = self.inner.flows.begin(&flow, client, &asked.address).await;
        let url = begun.map_err(|error| {
            ApiError::new("sign_in", format!("The sign-in cannot begin: {error}."), "")
        })?;
        Ok(ch::OauthFlow { flow, url })
    }

    pub(super) async fn oauth_poll(
        &self,
        asked: ch::OauthPoll,
    ) -> Result<ch::OauthState, ApiError> {
        let Some(flow) = self.inner.flows.get(&asked.flow) else {
            return Err(ApiError::not_found("sign-in"));
        };
        let (state, text) = match flow.going {
            Going::Waiting => ("waiting", String::new()),
            Going::Done(_) => ("done", String::new()),
            Going::Failed(text) => ("failed", text),
        };
        Ok(ch::OauthState {
            state: state.to_owned(),
            text,
        })
    }
}

fn next_position(roster: &Roster) -> u32 {
    let count = roster
        .channels
        .values()
        .filter(|known| known.info.kind == kind::EMAIL)
        .count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn custom_client(
    asked: &ch::OauthStart,
    client_id: String,
    client_secret: Option<SecretString>,
) -> Option<OAuthClient> {
    Some(OAuthClient {
        client_id,
        client_secret,
        authorize: asked.auth_url.parse().ok()?,
        token: asked.token_url.parse().ok()?,
        scopes: asked.scopes.split_whitespace().map(str::to_owned).collect(),
    })
}

fn server(endpoint: &Endpoint, login: &str) -> ch::ServerConfig {
    ch::ServerConfig {
        host: endpoint.host.clone(),
        port: endpoint.port,
        security: match endpoint.security {
            Security::Tls => "tls",
            Security::StartTls => "starttls",
            Security::Plain => "plain",
        }
        .to_owned(),
        login: login.to_owned(),
    }
}

fn proposal(address: &str, found: Found) -> ch::Candidate {
    let provider = found.provider.unwrap_or_default();
    let lower = provider.to_lowercase();
    let oauth_provider = match () {
        () if !found.browser => "",
        () if lower.contains("google") || lower.contains("gmail") => "google",
        () if lower.contains("microsoft") || lower.contains("outlook") => "microsoft",
        () => "",
    };
    let note = if found.app_password {
        "app_password"
    } else if found.browser && !oauth_provider.is_empty() {
        "browser"
    } else {
        ""
    };
    ch::Candidate {
        source: match found.source {
            Source::BuiltIn | Source::Exchanger => "builtin",
            Source::Dns => "srv",
            Source::Autoconfig | Source::Collection => "autoconfig",
            Source::Guess => "guess",
        }
        .to_owned(),
        config: ch::MailConfig {
            address: address.to_owned(),
            display_name: String::new(),
            imap: server(&found.imap, &found.user),
            smtp: server(&found.smtp, &found.user),
            auth: "password".to_owned(),
            oauth_provider: oauth_provider.to_owned(),
            oauth_client: String::new(),
            folders: Vec::new(),
            keep_sent: found.sent_copy == SentCopy::Append,
            queue: "support".to_owned(),
            history_days: 30,
            ca_file: None,
            authserv_id: None,
        },
        note: note.to_owned(),
    }
}

/// A login test, step by step.
fn report(tested: &LoginReport) -> ch::ChannelTested {
    let step = |name: &str, trouble: Option<&Trouble>| ch::TestStep {
        step: name.to_owned(),
        ok: trouble.is_none(),
        text: trouble
            .map(|trouble| trouble.message.clone())
            .unwrap_or_default(),
        hint: trouble
            .map(|trouble| trouble.hint.clone())
            .unwrap_or_default(),
    };
    ch::ChannelTested {
        ok: tested.is_fine(),
        steps: vec![
            step("imap_login", tested.imap.as_ref().err()),
            step("smtp_login", tested.smtp.as_ref().err()),
        ],
        folders: tested
            .imap
            .as_ref()
            .map(|folders| folders.as_slice())
            .unwrap_or_default()
            .iter()
            .filter(|folder| folder.selectable)
            .map(|folder| ch::FolderView {
                name: folder.name.clone(),
                role: match folder.role {
                    Role::Other => String::new(),
                    role => format!("{role:?}").to_lowercase(),
                },
            })
            .collect(),
        authserv_id: tested.authserv_id.clone(),
    }
}
