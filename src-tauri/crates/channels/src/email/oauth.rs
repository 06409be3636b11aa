//! Access tokens: kept, and renewed when they end.

use secrecy::SecretString;

use super::error::MailError;

/// Keeps the access token of one account.
#[derive(Debug)]
pub struct TokenKeeper {
    access: SecretString,
}

impl TokenKeeper {
    /// The current access token.
    pub async fn access(&self) -> Result<SecretString, MailError> {
        Ok(self.access.clone())
    }

    /// Another access token after one was refused.
    pub async fn renew(&self, _refused: &SecretString) -> Result<SecretString, MailError> {
        Err(MailError::SignInAgain)
    }
}
