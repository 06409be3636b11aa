//! Well-known mail providers, so that an address is often all that has to be typed.

use super::account::{Endpoint, Security, SentCopy};

/// How a provider lets programs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The account's own password.
    Password,
    /// A password made for one program on the provider's pages.
    AppPassword,
    /// Sign-in by browser, or an app password where the account allows it.
    BrowserOrAppPassword,
    /// Sign-in by browser only.
    Browser,
}

/// A provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    /// Its name.
    pub name: &'static str,
    /// The domains of its addresses.
    pub domains: &'static [&'static str],
    /// The endings of its mail exchangers, for customers with their own domain.
    pub exchangers: &'static [&'static str],
    /// Where mail is read, over TLS on port 993.
    pub imap: &'static str,
    /// Where mail is handed in.
    pub smtp: &'static str,
    /// The port for handing in: 465 means TLS, 587 STARTTLS.
    pub smtp_port: u16,
    /// How it lets programs in.
    pub way: Way,
    /// Who files the copies of sent messages.
    pub sent_copy: SentCopy,
}

impl Provider {
    /// Where mail is read.
    pub fn imap_endpoint(&self) -> Endpoint {
        Endpoint {
            host: self.imap.to_owned(),
            port: 993,
            security: Security::Tls,
        }
    }

    /// Where mail is handed in.
    pub fn smtp_endpoint(&self) -> Endpoint {
        let security = if self.smtp_port == 465 {
            Security::Tls
        } else {
            Security::StartTls
        };
        Endpoint {
            host: self.smtp.to_owned(),
            port: self.smtp_port,
            security,
        }
    }
}

/// The provider of a domain.
pub fn by_domain(domain: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|known| {
        known
            .domains
            .iter()
            .any(|own| own.eq_ignore_ascii_case(domain))
    })
}

/// The provider that a mail exchanger belongs to.
pub fn by_exchanger(host: &str) -> Option<&'static Provider> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    PROVIDERS.iter().find(|known| {
        known.exchangers.iter().any(|end| {
            host == *end
                || host
                    .strip_suffix(end)
                    .is_some_and(|rest| rest.ends_with('.'))
        })
    })
}

/// The provider that a server belongs to.
pub fn by_server(host: &str) -> Option<&'static Provider> {
    PROVIDERS
        .iter()
        .find(|known| known.imap.eq_ignore_ascii_case(host))
}

const fn provider(
    name: &'static str,
    domains: &'static [&'static str],
    exchangers: &'static [&'static str],
    imap: &'static str,
    smtp: (&'static str, u16),
    way: Way,
    sent_copy: SentCopy,
) -> Provider {
    Provider {
        name,
        domains,
        exchangers,
        imap,
        smtp: smtp.0,
        smtp_port: smtp.1,
        way,
        sent_copy,
    }
}

use SentCopy::{Append, Provider as Files};
use Way::{AppPassword, Browser, BrowserOrAppPassword, Password};

/// The list.
#[rustfmt::skip]
pub const PROVIDERS: &[Provider] = &[
    provider("Gmail", &["gmail.com", "googlemail.com"], &["google.com", "googlemail.com"], "imap.gmail.com", ("smtp.gmail.com", 465), BrowserOrAppPassword, Files),
    provider("Microsoft 365", &[], &["mail.protection.outlook.com"], "outlook.office365.com", ("smtp.office365.com", 587), Browser, Files),
    provider("Outlook.com", &["outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.de", "hotmail.co.uk", "hotmail.fr"], &["olc.protection.outlook.com"], "outlook.office365.com", ("smtp-mail.outlook.com", 587), Browser, Files),
    provider("Yahoo", &["yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "ymail.com", "rocketmail.com"], &["yahoodns.net"], "imap.mail.yahoo.com", ("smtp.mail.yahoo.com", 465), AppPassword, Files),
    provider("AOL", &["aol.com", "aim.com"], &[], "imap.aol.com", ("smtp.aol.com", 465), AppPassword, Files),
    provider("iCloud", &["icloud.com", "me.com", "mac.com"], &["mail.icloud.com"], "imap.mail.me.com", ("smtp.mail.me.com", 587), AppPassword, Append),
    provider("Fastmail", &["fastmail.com", "fastmail.fm"], &["messagingengine.com"], "imap.fastmail.com", ("smtp.fastmail.com", 465), AppPassword, Append),
    provider("Zoho Mail", &["zoho.com", "zohomail.com"], &["zoho.com"], "imap.zoho.com", ("smtp.zoho.com", 465), AppPassword, Files),
    provider("Zoho Mail Europe", &["zoho.eu", "zohomail.eu"], &["zoho.eu"], "imap.zoho.eu", ("smtp.zoho.eu", 465), AppPassword, Files),
    provider("GMX", &["gmx.de", "gmx.net", "gmx.at", "gmx.ch"], &[], "imap.gmx.net", ("mail.gmx.net", 465), Password, Append),
    provider("GMX.com", &["gmx.com", "gmx.us"], &[], "imap.gmx.com", ("mail.gmx.com", 465), Password, Append),
    provider("WEB.DE", &["web.de"], &[], "imap.web.de", ("smtp.web.de", 587), Password, Append),
    provider("mail.com", &["mail.com", "email.com"], &[], "imap.mail.com", ("smtp.mail.com", 465), Password, Append),
    provider("T-Online", &["t-online.de", "magenta.de"], &[], "secureimap.t-online.de", ("securesmtp.t-online.de", 465), AppPassword, Append),
    provider("Freenet", &["freenet.de"], &[], "mx.freenet.de", ("mx.freenet.de", 465), Password, Append),
    provider("Posteo", &["posteo.de", "posteo.net"], &["posteo.de"], "posteo.de", ("posteo.de", 465), Password, Append),
    provider("mailbox.org", &["mailbox.org"], &["mailbox.org"], "imap.mailbox.org", ("smtp.mailbox.org", 465), Password, Append),
    provider("IONOS", &[], &["kundenserver.de", "ionos.com"], "imap.ionos.de", ("smtp.ionos.de", 465), Password, Append),
    provider("STRATO", &[], &["rzone.de"], "imap.strato.de", ("smtp.strato.de", 465), Password, Append),
    provider("OVHcloud", &[], &["mail.ovh.net"], "ssl0.ovh.net", ("ssl0.ovh.net", 465), Password, Append),
    provider("Gandi", &[], &["mail.gandi.net"], "mail.gandi.net", ("mail.gandi.net", 465), Password, Append),
    provider("Infomaniak", &["ik.me", "etik.com"], &["infomaniak.ch"], "mail.infomaniak.com", ("mail.infomaniak.com", 465), Password, Append),
    provider("Orange", &["orange.fr", "wanadoo.fr"], &[], "imap.orange.fr", ("smtp.orange.fr", 465), Password, Append),
    provider("Free", &["free.fr"], &[], "imap.free.fr", ("smtp.free.fr", 465), Password, Append),
    provider("La Poste", &["laposte.net"], &[], "imap.laposte.net", ("smtp.laposte.net", 465), Password, Append),
    provider("Bluewin", &["bluewin.ch"], &[], "imaps.bluewin.ch", ("smtpauths.bluewin.ch", 465), Password, Append),
    provider("Yandex", &["yandex.com", "yandex.ru", "ya.ru"], &["mx.yandex.net"], "imap.yandex.com", ("smtp.yandex.com", 465), AppPassword, Append),
    provider("Migadu", &[], &["migadu.com"], "imap.migadu.com", ("smtp.migadu.com", 465), Password, Append),
    provider("Rackspace", &[], &["emailsrvr.com"], "secure.emailsrvr.com", ("secure.emailsrvr.com", 465), Password, Append),
];
