//! Secrets of channels: in the keyring under the channel's identifier, never anywhere else.

use baton_api::channels::MailConfig;
use baton_channels::email::login::Login;
use baton_channels::email::oauth::{OAuthClient, TokenKeeper};
use baton_channels::secrets::SecretError;
use baton_core::ids::ChannelId;
use secrecy::SecretString;
use serde_json::Value;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::mailbox::account;

/// The field of a channel's settings that holds the application known to the provider.
pub(crate) const OAUTH: &str = "oauth";

/// The field of a removed channel's settings that says that its secrets are still kept. It is
/// written with the removal, so that they are forgotten later when the keyring is locked now.
pub(crate) const LEFT_SECRETS: &str = "left_secrets";

/// The name under which a channel's password is kept.
pub(crate) fn password_key(channel: ChannelId) -> String {
    format!("{channel}/password")
}

/// The name under which a channel's tokens are kept.
pub(crate) fn tokens_key(channel: ChannelId) -> String {
    format!("{channel}/tokens")
}

/// The name under which the secret of a channel's own OAuth application is kept.
pub(crate) fn client_key(channel: ChannelId) -> String {
    format!("{channel}/client")
}

pub(crate) fn unreadable(error: SecretError) -> EngineError {
    EngineError::bad(
        "secrets",
        format!("The secrets cannot be reached: {error}."),
        error.hint(),
    )
}

/// How a channel logs in.
pub(crate) async fn login_of(
    engine: &Engine,
    channel: ChannelId,
    stored: &Value,
    config: &MailConfig,
) -> Result<Login, EngineError> {
    let secrets = &engine.inner.supervisor.secrets;
    if config.auth == "oauth2" {
        let client = stored.get(OAUTH).cloned().unwrap_or_default();
        let mut client: OAuthClient = serde_json::from_value(client).map_err(|_| {
            EngineError::bad(
                "no_secret",
                "The sign-in of this mailbox is incomplete.",
                "Sign in again under Channels.",
            )
        })?;
        client.client_secret = secrets
            .get(&client_key(channel))
            .await
            .map_err(unreadable)?;
        let trust = account(channel, config).trust;
        let keeper = TokenKeeper::new(client, trust, secrets.clone(), tokens_key(channel));
        let keeper = engine.inner.supervisor.keeper(channel, keeper);
        return Ok(Login::Tokens(keeper));
    }
    let found = secrets
        .get(&password_key(channel))
        .await
        .map_err(unreadable)?;
    found.map(Login::Password).ok_or_else(|| {
        EngineError::bad(
            "no_secret",
            "No password is stored for this mailbox.",
            "Enter it again under Channels.",
        )
    })
}

/// Keeps a secret under a name.
pub(crate) async fn keep(
    engine: &Engine,
    name: &str,
    secret: SecretString,
) -> Result<(), EngineError> {
    let secrets = &engine.inner.supervisor.secrets;
    secrets.put(name, secret).await.map_err(unreadable)
}

/// Keeps a channel's password.
pub(crate) async fn keep_password(
    engine: &Engine,
    channel: ChannelId,
    password: SecretString,
) -> Result<(), EngineError> {
    keep(engine, &password_key(channel), password).await
}

/// Forgets everything that is kept for a channel that was removed.
pub(crate) async fn forget_secrets(engine: &Engine, channel: ChannelId) -> Result<(), EngineError> {
    engine.inner.supervisor.forget_keeper(channel);
    let secrets = &engine.inner.supervisor.secrets;
    for name in [
        password_key(channel),
        tokens_key(channel),
        client_key(channel),
    ] {
        secrets.remove(&name).await.map_err(unreadable)?;
    }
    engine
        .inner
        .desk
        .turn(move |turn| {
            let stored = turn.tx.channel(channel)?;
            let Some(mut stored) = stored.filter(|stored| stored.removed_at.is_some()) else {
                return Ok(());
            };
            if let Some(fields) = stored.config.as_object_mut() {
                fields.remove(LEFT_SECRETS);
            }
            Ok(turn.tx.save_channel(&stored)?)
        })
        .await
}
