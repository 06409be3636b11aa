//! Authentication-Results (RFC 8601), believed of the team's own server only.

use crate::mail::header::{self, Header};

/// What the team's own server found out about the sender.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuthenticationResults {
    /// The server that says so.
    pub authserv_id: String,
    /// `pass`, `fail`, `none`…; empty when not said.
    pub dmarc: String,
    /// The best result of all DKIM signatures; empty when not said.
    pub dkim: String,
    /// The result for the envelope sender; empty when not said.
    pub spf: String,
}

impl AuthenticationResults {
    /// Whether the sender is who the message says, as far as a server can tell.
    #[must_use]
    pub fn confirms_the_sender(&self) -> bool {
        self.dmarc == "pass"
    }

    /// Which check failed so that the sender is not who the message claims, if one did.
    #[must_use]
    pub fn failure(&self) -> Option<&'static str> {
        match self.dmarc.as_str() {
            "fail" => Some("dmarc"),
            "pass" => None,
            _ if self.spf == "fail" && self.dkim != "pass" => Some("spf"),
            _ if self.dkim == "fail" && self.spf != "pass" => Some("dkim"),
            _ => None,
        }
    }
}

/// The name that the topmost field of a header is signed with, whoever wrote it. A server that
/// finds out about senders writes above everything it was handed; what stands there in all mail
/// of a mailbox is the name of its own server, or nobody's when its server writes none.
#[must_use]
pub fn authserv_id(header: &[u8]) -> Option<String> {
    let (header, _) = header::read(header, 0, |_| false);
    topmost(&header).and_then(|plain| signed_by(&plain))
}

fn topmost(header: &Header<'_>) -> Option<String> {
    let value = header.first("authentication-results")?;
    Some(without_comments(&String::from_utf8_lossy(value)))
}

/// The name a field begins with; none where it begins with a result.
fn signed_by(plain: &str) -> Option<String> {
    let name = plain.split(';').next()?.split_whitespace().next()?;
    (!name.contains('=')).then(|| name.to_owned())
}

/// Reads the topmost field, when a server that is trusted wrote it. Any other field may have been
/// written by the sender.
pub(crate) fn read(header: &Header<'_>, trusted: &[String]) -> Option<AuthenticationResults> {
    let plain = topmost(header)?;
    let authserv_id = signed_by(&plain)?;
    let clauses = plain.split(';').skip(1);
    if !trusted
        .iter()
        .any(|known| known.eq_ignore_ascii_case(&authserv_id))
    {
        return None;
    }
    let mut results = AuthenticationResults {
        authserv_id,
        ..AuthenticationResults::default()
    };
    for clause in clauses.take(100) {
        let Some((method, rest)) = clause.trim().split_once('=') else {
            continue;
        };
        let method = method
            .trim()
            .split('/')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let result: String = rest
            .trim_start()
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        match method.as_str() {
            "dmarc" if results.dmarc.is_empty() => results.dmarc = result,
            "spf" if results.spf.is_empty() => results.spf = result,
            "dkim" if results.dkim.is_empty() || result == "pass" => results.dkim = result,
            _ => {}
        }
    }
    Some(results)
}

fn without_comments(text: &str) -> String {
    let mut depth = 0_u32;
    let mut quoted = false;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            // A quoted semicolon must not begin a new result.
            ';' if quoted => {}
            c if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}
