//! From an address to its servers, and a test of the login before anything is saved.
//!
//! Every proposal says where it comes from, so that the person can judge it.

mod autoconfig;
mod lookup;
mod probe;

use serde::{Deserialize, Serialize};

use super::account::{Endpoint, Security, SentCopy};
use super::providers::{self, Provider, Way};

pub use lookup::{Lookup, NetLookup, Service};
pub use probe::{LoginReport, Trouble, test_login};

/// Where a proposal comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The list that Baton brings.
    BuiltIn,
    /// The list that Baton brings, found by the domain's mail exchanger.
    Exchanger,
    /// The domain itself, in its DNS.
    Dns,
    /// The domain itself, in a set-up file on its web server.
    Autoconfig,
    /// The public collection of set-up files that Thunderbird uses.
    Collection,
    /// Names that are often right.
    Guess,
}

/// A proposal of servers for an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Where it comes from.
    pub source: Source,
    /// The provider's name, when it is known.
    pub provider: Option<String>,
    /// Where mail is read.
    pub imap: Endpoint,
    /// Where mail is handed in.
    pub smtp: Endpoint,
    /// The user name for both.
    pub user: String,
    /// True when an app password is needed instead of the account's own.
    pub app_password: bool,
    /// True when sign-in by browser is possible.
    pub browser: bool,
    /// Who files the copies of sent messages.
    pub sent_copy: SentCopy,
}

/// Proposals for an address, the best first.
pub async fn discover(address: &str, lookup: &impl Lookup) -> Vec<Candidate> {
    let Some((local, domain)) = address.trim().rsplit_once('@') else {
        return Vec::new();
    };
    let Ok(host) = url::Host::parse(domain) else {
        return Vec::new();
    };
    let url::Host::Domain(domain) = host else {
        return Vec::new();
    };
    if local.is_empty() || !domain.contains('.') {
        return Vec::new();
    }
    let address = format!("{local}@{domain}");
    if let Some(known) = providers::by_domain(&domain) {
        // Nothing has to be asked of anybody.
        return vec![known_provider(known, Source::BuiltIn, &address)];
    }
    let (by_dns, exchangers, own) = tokio::join!(
        services(&domain, &address, lookup),
        lookup.exchangers(&domain),
        autoconfig::of_domain(&domain, &address, lookup),
    );
    let mut found: Vec<Candidate> = Vec::new();
    found.extend(
        exchangers
            .iter()
            .find_map(|host| providers::by_exchanger(host))
            .map(|known| known_provider(known, Source::Exchanger, &address)),
    );
    found.extend(by_dns);
    found.extend(own);
    if found.is_empty() {
        found.extend(autoconfig::of_collection(&domain, &address, lookup).await);
    }
    found.extend(guesses(&domain, &address));
    let mut seen: Vec<(Endpoint, Endpoint)> = Vec::new();
    found.retain(|candidate| {
        let servers = (candidate.imap.clone(), candidate.smtp.clone());
        let new = !seen.contains(&servers);
        seen.push(servers);
        new
    });
    found
}

fn known_provider(known: &Provider, source: Source, address: &str) -> Candidate {
    Candidate {
        source,
        provider: Some(known.name.to_owned()),
        imap: known.imap_endpoint(),
        smtp: known.smtp_endpoint(),
        user: address.to_owned(),
        app_password: matches!(known.way, Way::AppPassword | Way::BrowserOrAppPassword),
        browser: matches!(known.way, Way::Browser | Way::BrowserOrAppPassword),
        sent_copy: known.sent_copy,
    }
}

/// What the domain says in its DNS (RFC 6186 and RFC 8314).
async fn services(domain: &str, address: &str, lookup: &impl Lookup) -> Option<Candidate> {
    let [imaps, imap, tls, start] = ["_imaps", "_imap", "_submissions", "_submission"]
        .map(|service| format!("{service}._tcp.{domain}."));
    let (imaps, imap, tls, start) = tokio::join!(
        lookup.services(&imaps),
        lookup.services(&imap),
        lookup.services(&tls),
        lookup.services(&start),
    );
    let imap = best(&imaps, Security::Tls).or_else(|| best(&imap, Security::StartTls))?;
    let smtp = best(&tls, Security::Tls).or_else(|| best(&start, Security::StartTls))?;
    Some(plain(Source::Dns, imap, smtp, address.to_owned()))
}

/// The most preferred place of a service; a lone dot means that it is not offered.
fn best(services: &[Service], security: Security) -> Option<Endpoint> {
    let place = services
        .iter()
        .filter(|place| place.port != 0 && !place.host.trim_end_matches('.').is_empty())
        .min_by_key(|place| (place.priority, u16::MAX - place.weight))?;
    let host = place.host.trim_end_matches('.').to_owned();
    Some(Endpoint {
        host,
        port: place.port,
        security,
    })
}

fn plain(source: Source, imap: Endpoint, smtp: Endpoint, user: String) -> Candidate {
    let known = providers::by_server(&imap.host);
    let way = known.map_or(Way::Password, |known| known.way);
    Candidate {
        source,
        provider: known.map(|known| known.name.to_owned()),
        imap,
        smtp,
        user,
        app_password: matches!(way, Way::AppPassword | Way::BrowserOrAppPassword),
        browser: matches!(way, Way::Browser | Way::BrowserOrAppPassword),
        sent_copy: known.map_or(SentCopy::Append, |known| known.sent_copy),
    }
}

fn guesses(domain: &str, address: &str) -> Vec<Candidate> {
    let at = |name: &str, port, security| Endpoint {
        host: format!("{name}.{domain}"),
        port,
        security,
    };
    [
        ("imap", "smtp", 465, Security::Tls),
        ("mail", "mail", 587, Security::StartTls),
    ]
    .map(|(imap, smtp, port, security)| {
        plain(
            Source::Guess,
            at(imap, 993, Security::Tls),
            at(smtp, port, security),
            address.to_owned(),
        )
    })
    .to_vec()
}

#[cfg(test)]
mod tests;
