//! Webhooks: a bot is told what happens without asking, by a signed POST to an address of its own.
//!
//! The headers and the signature are those of Standard Webhooks, so that a receiver can check them
//! with a library it has: HMAC-SHA256 over `id.timestamp.body`, in base64, behind `v1,`. Events come
//! one after the other in the order of the log, and the next one only when this one was taken: what
//! a bot is told late, it is told in order. An event may come twice, when the answer to the first
//! attempt was lost; its `webhook-id` is the same then.

pub mod post;
pub mod schedule;
pub mod signature;

use url::{Host, Url};

/// The longest address, in bytes.
const LONGEST: usize = 2_000;

/// Why an address is none for a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadTarget {
    /// It cannot be read.
    #[error("that is no http or https address")]
    NotAnAddress,
    /// It carries a name and a password, which do not belong into a log.
    #[error("an address must not carry a name or a password")]
    Credentials,
    /// It would carry customers' words in the clear.
    #[error("words of customers go in the clear to this machine only; use https")]
    InTheClear,
}

/// An address to which a webhook may be sent: https, or http to this very machine.
///
/// # Errors
/// Why it is none.
pub fn target(text: &str) -> Result<Url, BadTarget> {
    let url = Url::parse(text.trim()).map_err(|_| BadTarget::NotAnAddress)?;
    let host = url.host().ok_or(BadTarget::NotAnAddress)?;
    if url.as_str().len() > LONGEST || url.fragment().is_some() {
        return Err(BadTarget::NotAnAddress);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BadTarget::Credentials);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_this_machine(&host) => Ok(url),
        "http" => Err(BadTarget::InTheClear),
        _ => Err(BadTarget::NotAnAddress),
    }
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::{BadTarget, target};

    #[test]
    fn customers_words_leave_this_machine_encrypted_only() {
        for fine in [
            "https://bots.example.org/hook?team=1",
            "http://127.0.0.1:8080/",
            "http://127.9.9.9/x",
            "http://[::1]:80/x",
            "http://localhost:3000/x",
        ] {
            assert!(target(fine).is_ok(), "{fine}");
        }
        for (bad, why) in [
            ("http://bots.example.org/", BadTarget::InTheClear),
            ("http://localhost.example.org/", BadTarget::InTheClear),
            ("http://192.168.0.7/", BadTarget::InTheClear),
            ("https://me:word@example.org/", BadTarget::Credentials),
            ("ftp://example.org/", BadTarget::NotAnAddress),
            ("file:///etc/passwd", BadTarget::NotAnAddress),
            ("https://example.org/#part", BadTarget::NotAnAddress),
            ("hook", BadTarget::NotAnAddress),
            ("", BadTarget::NotAnAddress),
        ] {
            assert_eq!(target(bad), Err(why), "{bad}");
        }
    }
}
