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

/// The copy of a message for its author's own eyes: it names the blind copies, which what was sent
/// never does. The rest is byte for byte what was sent.
#[must_use]
pub fn with_blind_copies(raw: &[u8], blind: &[String]) -> Vec<u8> {
    let shown: Vec<&str> = blind
        .iter()
        .map(String::as_str)
        .filter(|address| !address.contains(|c: char| c.is_control() || c.is_whitespace()))
        .collect();
    let mut copy = Vec::with_capacity(raw.len().saturating_add(128));
    if !shown.is_empty() {
        // One address a line, so that no line grows too long.
        let field = format!("Bcc: {}\r\n", shown.join(",\r\n "));
        copy.extend_from_slice(field.as_bytes());
    }
    copy.extend_from_slice(raw);
    copy
}

async fn open(account: &Account, login: &Login) -> Result<(Imap, Option<String>), MailError> {
    let mut imap = Imap::connect(&account.imap, &account.trust, &account.user, login).await?;
    let folders = imap.folders().await?;
    let sent = folders
        .into_iter()
        .find(|folder| folder.role == Role::Sent && folder.selectable);
    Ok((imap, sent.map(|folder| folder.name)))
}

#[cfg(test)]
mod tests {
    use super::with_blind_copies;

    #[test]
    fn the_copy_names_the_blind_copies_and_is_otherwise_what_was_sent() {
        let sent = b"From: a@b.test\r\nTo: c@d.test\r\n\r\nHello.\r\n";
        assert_eq!(with_blind_copies(sent, &[]), sent);
        let blind = ["e@f.test", "g@h.test"].map(str::to_owned);
        let copy = with_blind_copies(sent, &blind);
        let (field, rest) = copy.split_at(copy.len() - sent.len());
        assert_eq!(field, b"Bcc: e@f.test,\r\n g@h.test\r\n");
        assert_eq!(rest, sent);
    }

    #[test]
    fn an_address_cannot_break_out_of_its_line() {
        let blind = ["x@y.test\r\nSubject: other".to_owned()];
        assert_eq!(with_blind_copies(b"\r\n", &blind), b"\r\n");
    }
}
