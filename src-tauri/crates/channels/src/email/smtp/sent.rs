//! The copy of a sent message, and what it proves.

use crate::email::account::{Account, SentCopy};
use crate::email::error::MailError;
use crate::email::imap::{Imap, Role};
use crate::email::login::Login;

/// What became of the copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filed {
    /// We have put it into the folder.
    Now,
    /// It was there already.
    Before,
    /// The provider does it, or there is no folder for it.
    NotByUs,
}

/// Files the copy of a sent message, once, as read.
pub async fn file(
    account: &Account,
    login: &Login,
    message_id: &str,
    raw: &[u8],
) -> Result<Filed, MailError> {
    if account.sent_copy == SentCopy::Provider {
        return Ok(Filed::NotByUs);
    }
    let (mut imap, folder) = open(account, login).await?;
    let Some(folder) = folder else {
        return Ok(Filed::NotByUs);
    };
    let filed = if imap.find_message_id(&folder, message_id).await?.is_empty() {
        imap.append(&folder, raw).await?;
        Filed::Now
    } else {
        Filed::Before
    };
    imap.logout().await;
    Ok(filed)
}

/// Looks for a message in the folder for sent mail. Finding it settles a doubt where the
/// provider files the copies; not finding it proves nothing.
pub async fn find(account: &Account, login: &Login, message_id: &str) -> Result<bool, MailError> {
    let (mut imap, folder) = open(account, login).await?;
    let Some(folder) = folder else {
        return Ok(false);
    };
    let found = imap.find_message_id(&folder, message_id).await?;
    imap.logout().await;
    Ok(!found.is_empty())
}

async fn open(account: &Account, login: &Login) -> Result<(Imap, Option<String>), MailError> {
    let mut imap = Imap::connect(&account.imap, &account.trust, &account.user, login).await?;
    let folders = imap.folders().await?;
    let sent = folders
        .into_iter()
        .find(|folder| folder.role == Role::Sent && folder.selectable);
    Ok((imap, sent.map(|folder| folder.name)))
}
