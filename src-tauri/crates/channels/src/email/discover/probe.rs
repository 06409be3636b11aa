//! Trying a login before an account is saved.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::email::account::Account;
use crate::email::error::MailError;
use crate::email::imap::{Folder, Imap};
use crate::email::login::Login;
use crate::email::providers::{self, Way};
use crate::email::smtp::Submission;
use crate::mail::authserv_id;

/// Why a side of an account does not work, for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// A stable code.
    pub code: String,
    /// What is wrong, as a sentence.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// How a login went on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginReport {
    /// The folders found, from which the person may choose.
    pub imap: Result<Vec<Folder>, Trouble>,
    /// Whether messages can be handed in.
    pub smtp: Result<(), Trouble>,
    /// The name with which the mailbox's own server seems to sign what it finds out about
    /// senders, for the person to confirm.
    pub authserv_id: Option<String>,
}

impl LoginReport {
    /// True when the account can be saved as it is.
    pub fn is_fine(&self) -> bool {
        self.imap.is_ok() && self.smtp.is_ok()
    }
}

/// Logs in on both sides, at the same time, and changes nothing.
pub async fn test_login(account: &Account, login: &Login) -> LoginReport {
    let submission = Submission::new(
        account.smtp.clone(),
        account.trust.clone(),
        account.user.clone(),
        Some(login.clone()),
    );
    let reading = async {
        let mut imap = Imap::connect(&account.imap, &account.trust, &account.user, login).await?;
        let folders = imap.folders().await?;
        // A mailbox without it, or one that cannot be looked into, works all the same.
        let authserv_id = signed_by(&mut imap).await.unwrap_or_default();
        imap.logout().await;
        Ok::<_, MailError>((folders, authserv_id))
    };
    let (imap, smtp) = tokio::join!(reading, submission.check());
    let trouble = |error: MailError| trouble(&error, account, login);
    let (imap, authserv_id) = match imap {
        Ok((folders, authserv_id)) => (Ok(folders), authserv_id),
        Err(error) => (Err(trouble(error)), None),
    };
    LoginReport {
        imap,
        smtp: smtp.map_err(trouble),
        authserv_id,
    }
}

/// How many of the newest numbers of the inbox are looked at for the name of its server.
const NEWEST: u32 = 100;

/// The name that stands topmost in most of the newest mail. A sender who writes such a field
/// himself is in the minority, or the server writes none, which the person can see.
async fn signed_by(imap: &mut Imap) -> Result<Option<String>, MailError> {
    let inbox = imap.select("INBOX", None).await?;
    if inbox.exists == 0 || inbox.uid_next == 0 {
        return Ok(None);
    }
    let from = inbox.uid_next.saturating_sub(NEWEST).max(1);
    let headers = imap.authentications(&format!("{from}:*")).await?;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for id in headers.iter().filter_map(|header| authserv_id(header)) {
        *counts.entry(id.to_lowercase()).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    Ok(most
        .filter(|(_, count)| count.saturating_mul(2) > headers.len())
        .map(|(id, _)| id))
}

/// The trouble, with the advice that fits this provider.
fn trouble(error: &MailError, account: &Account, login: &Login) -> Trouble {
    let domain = account
        .address
        .rsplit_once('@')
        .map_or("", |(_, domain)| domain);
    let known = providers::by_domain(domain).or_else(|| providers::by_server(&account.imap.host));
    let by_password = matches!(login, Login::Password(_));
    let (code, hint) = match (error, known) {
        (MailError::LoginRefused, Some(known)) if by_password => match known.way {
            Way::AppPassword | Way::BrowserOrAppPassword => (
                "app_password_needed",
                format!(
                    "{} does not accept the account's own password here. Make an app password \
                     on its security page, and check that IMAP is switched on.",
                    known.name
                ),
            ),
            Way::Browser => (
                "browser_needed",
                format!("{} wants you to sign in by browser.", known.name),
            ),
            Way::Password => (
                "login_refused",
                format!(
                    "Check user name and password. {} may want IMAP to be switched on in its \
                     settings first.",
                    known.name
                ),
            ),
        },
        (MailError::NoLoginMethod, _) if by_password => (
            "browser_needed",
            "The provider wants you to sign in by browser.".to_owned(),
        ),
        (other, _) => (other.code(), other.hint().to_owned()),
    };
    Trouble {
        code: code.to_owned(),
        message: error.to_string(),
        hint,
    }
}
