//! Trying a login before an account is saved.

use serde::{Deserialize, Serialize};

use crate::email::account::Account;
use crate::email::error::MailError;
use crate::email::imap::{Folder, Imap};
use crate::email::login::Login;
use crate::email::providers::{self, Way};
use crate::email::smtp::Submission;

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
        imap.logout().await;
        Ok::<_, MailError>(folders)
    };
    let (imap, smtp) = tokio::join!(reading, submission.check());
    let trouble = |error: MailError| trouble(&error, account, login);
    LoginReport {
        imap: imap.map_err(trouble),
        smtp: smtp.map_err(trouble),
    }
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
