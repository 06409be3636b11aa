//! Secrets of channels: in the keyring under the channel's identifier, never anywhere else.

use baton_api::channels::MailConfig;
use baton_channels::email::login::Login;
use baton_channels::secrets::SecretError;
use baton_core::ids::ChannelId;
use secrecy::SecretString;

use crate::engine::Engine;
use crate::error::EngineError;

/// The name under which a channel's password is kept.
pub(crate) fn password_key(channel: ChannelId) -> String {
    format!("{channel}/password")
}

fn unreadable(error: SecretError) -> EngineError {
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
    _config: &MailConfig,
) -> Result<Login, EngineError> {
    let found = engine
        .inner
        .supervisor
        .secrets
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

/// Keeps a channel's password.
pub(crate) async fn keep_password(
    engine: &Engine,
    channel: ChannelId,
    password: SecretString,
) -> Result<(), EngineError> {
    engine
        .inner
        .supervisor
        .secrets
        .put(&password_key(channel), password)
        .await
        .map_err(unreadable)
}
