//! How an account proves who it is, the same for reading and for sending.

use std::sync::Arc;

use secrecy::SecretString;

use super::error::MailError;
use super::oauth::TokenKeeper;

/// What is shown to a server.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A password or an app password.
    Password(SecretString),
    /// An access token, shown by XOAUTH2.
    Bearer(SecretString),
}

/// Where an account's credentials come from.
#[derive(Debug, Clone)]
pub enum Login {
    /// A password that does not change by itself.
    Password(SecretString),
    /// Access tokens that expire and are renewed.
    Tokens(Arc<TokenKeeper>),
}

impl Login {
    /// The credential to try now.
    pub async fn credential(&self) -> Result<Credential, MailError> {
        match self {
            Self::Password(secret) => Ok(Credential::Password(secret.clone())),
            Self::Tokens(keeper) => keeper.access().await.map(Credential::Bearer),
        }
    }

    /// Another credential after `refused` was not accepted; an error when there is none.
    pub async fn renewed(&self, refused: &Credential) -> Result<Credential, MailError> {
        match (self, refused) {
            (Self::Tokens(keeper), Credential::Bearer(token)) => {
                keeper.renew(token).await.map(Credential::Bearer)
            }
            (Self::Password(_) | Self::Tokens(_), _) => Err(MailError::LoginRefused),
        }
    }
}
