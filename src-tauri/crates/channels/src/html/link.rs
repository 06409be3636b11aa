//! Addresses in messages: which may be kept, where they lead, and whether their text is honest.

use url::{Host, Url};

/// The longest address that is kept; no honest link is longer.
const LONGEST: usize = 4096;

/// What kind of address a URL of a message is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// `http` or `https`, in full.
    Web(String),
    /// `mailto`, with nothing but harmless header fields.
    Mail(String),
    /// The content id of a part of the same message.
    Part(String),
    /// A place inside the same message, or nothing at all.
    Here,
    /// Code, as in `javascript:`.
    Code,
    /// Anything else.
    Other,
}

/// Reads an address as leniently as a browser does, and classifies it strictly.
pub(super) fn classify(raw: &str) -> Address {
    let url: String = raw
        .trim_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .collect();
    if url.is_empty() || url.starts_with('#') {
        return Address::Here;
    }
    let Some((scheme, rest)) = url.split_once(':') else {
        return Address::Other;
    };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" if url.len() <= LONGEST && rest.starts_with("//") => {
            match Url::parse(&url) {
                Ok(parsed)
                    if parsed.has_host() && url.chars().all(|c| c > ' ' && c != '\u{7f}') =>
                {
                    Address::Web(url)
                }
                Ok(parsed) if parsed.has_host() => Address::Web(parsed.to_string()),
                _ => Address::Other,
            }
        }
        "mailto" if url.len() <= LONGEST => mail(rest),
        "cid" => Address::Part(unescape(rest)),
        "javascript" | "vbscript" | "livescript" | "mocha" | "data" => Address::Code,
        _ => Address::Other,
    }
}

/// A `mailto` address with only the fields that a reader would expect.
fn mail(rest: &str) -> Address {
    let (to, query) = rest.split_once('?').unwrap_or((rest, ""));
    if !to.chars().all(|c| c > ' ' && !c.is_control()) {
        return Address::Other;
    }
    let fields: Vec<String> = query
        .split('&')
        .filter(|field| {
            let name = field.split('=').next().unwrap_or("").to_ascii_lowercase();
            matches!(name.as_str(), "subject" | "body" | "to" | "cc")
        })
        .map(|field| {
            field
                .chars()
                .filter(|c| !c.is_control())
                .collect::<String>()
        })
        .collect();
    if to.is_empty() && fields.is_empty() {
        return Address::Other;
    }
    let mark = if fields.is_empty() { "" } else { "?" };
    Address::Mail(format!("mailto:{to}{mark}{}", fields.join("&")))
}

/// Resolves `%40` and the like in a content id.
fn unescape(id: &str) -> String {
    if !id.contains('%') {
        return id.to_owned();
    }
    let mut out = Vec::with_capacity(id.len());
    let mut bytes = id.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut ahead = bytes.clone();
        let digits = [ahead.next(), ahead.next()].map(|b| b.and_then(|b| (b as char).to_digit(16)));
        if let [Some(high), Some(low)] = digits {
            out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
            bytes = ahead;
        } else {
            out.push(byte);
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The host of a web address, as it is written on the wire.
pub(super) fn host(url: &str) -> Option<String> {
    let trimmed = url.trim();
    let absolute = match trimmed.strip_prefix("//") {
        Some(rest) => format!("https://{rest}"),
        None => trimmed.to_owned(),
    };
    let parsed = Url::parse(&absolute).ok()?;
    matches!(parsed.scheme(), "http" | "https" | "ftp" | "ws" | "wss")
        .then(|| parsed.host_str().map(str::to_owned))
        .flatten()
}

/// Whether the address names a machine of the public network, not one near the reader.
pub(super) fn is_public(url: &str) -> bool {
    let Ok(parsed) = Url::parse(url) else {
        return false;
    };
    match parsed.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name.contains('.')
                && ![
                    "localhost",
                    "local",
                    "internal",
                    "lan",
                    "home",
                    "corp",
                    "test",
                    "invalid",
                ]
                .iter()
                .any(|zone| name.rsplit('.').next() == Some(zone))
        }
        Some(Host::Ipv4(ip)) => {
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.is_multicast()
                || (ip.octets().first() == Some(&100)
                    && ip.octets().get(1).is_some_and(|b| (64..128).contains(b))))
        }
        Some(Host::Ipv6(ip)) => {
            ip.to_ipv4_mapped().is_none()
                && !(ip.is_loopback()
                    || ip.is_unspecified()
                    || ip.is_multicast()
                    || ip.is_unique_local()
                    || ip.is_unicast_link_local())
        }
        None => false,
    }
}

/// When the text of a link claims another host than the link has: the claimed and the real host.
pub(super) fn mismatch(text: &str, href: &str) -> Option<(String, String)> {
    let real = host(href)?;
    let shown = claimed_host(text)?;
    (!same_site(&shown, &real)).then_some((shown, real))
}

/// The host that a text shows to its reader, when the text looks like an address.
fn claimed_host(text: &str) -> Option<String> {
    let clean: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    clean.split_whitespace().take(12).find_map(|word| {
        let word = word.trim_matches(|c: char| "<>()[]{}\"'“”«»,;:!?…".contains(c));
        let lower = word.to_lowercase();
        let rest = ["https://", "http://", "https:", "http:"]
            .iter()
            .find_map(|scheme| lower.strip_prefix(scheme));
        // Mail addresses and file names are no claims about where a link leads.
        if rest.is_none() && lower.contains('@') {
            return None;
        }
        let address = rest.unwrap_or(&lower);
        let name = address.split(['/', '?', '#', ':']).next().unwrap_or("");
        let name = name.rsplit('@').next().unwrap_or("").trim_end_matches('.');
        let zone = name.rsplit('.').next().unwrap_or("");
        let labels = name.split('.').count();
        let plausible = labels >= 2
            && name.split('.').all(|label| {
                !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            })
            && zone.chars().count() >= 2
            && zone.chars().all(char::is_alphabetic)
            && (rest.is_some() || name.starts_with("www.") || KNOWN_ZONES.contains(&zone));
        if !plausible {
            return None;
        }
        Url::parse(&format!("https://{name}/"))
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
    })
}

/// Zones in which a bare `name.zone` is read as a host rather than as a file or an abbreviation.
const KNOWN_ZONES: &[&str] = &[
    "com", "net", "org", "io", "co", "de", "fr", "uk", "eu", "us", "info", "biz", "gov", "edu",
    "ru", "cn", "jp", "nl", "it", "es", "pl", "br", "ch", "at", "be", "se", "no", "dk", "fi", "cz",
    "app", "dev", "shop", "online", "bank", "me", "tv", "in", "au", "ca", "mx", "pt", "tr", "ua",
    "kr", "gr", "hu", "ro", "ie", "nz", "za", "xyz", "site", "store", "cloud", "ai",
];

/// Zones under which people register names one level deeper.
const SECOND_LEVEL: &[&str] = &[
    "co", "com", "net", "org", "gov", "ac", "edu", "or", "ne", "go",
];

/// Whether two hosts belong to the same registered name, roughly and on the safe side.
fn same_site(one: &str, other: &str) -> bool {
    let (one, other) = (registered(one), registered(other));
    one == other
}

fn registered(host: &str) -> String {
    let labels: Vec<&str> = host.trim_end_matches('.').split('.').collect();
    let deep = match labels.as_slice() {
        [.., second, zone] => zone.len() == 2 && SECOND_LEVEL.contains(second),
        _ => false,
    };
    let keep = if deep { 3 } else { 2 };
    let from = labels.len().saturating_sub(keep);
    labels.get(from..).unwrap_or(&[]).join(".")
}

/// Characters that take no room on paper.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_web_and_mail_addresses_and_nothing_else() {
        assert_eq!(
            classify(" https://a.example/x "),
            Address::Web("https://a.example/x".into())
        );
        assert_eq!(
            classify("ht\ntps://a.example/"),
            Address::Web("https://a.example/".into())
        );
        assert_eq!(
            classify("HTTP://A.example"),
            Address::Web("HTTP://A.example".into())
        );
        assert_eq!(classify("java\tscript:alert(1)"), Address::Code);
        assert_eq!(classify("\u{1}javascript:alert(1)"), Address::Code);
        assert_eq!(classify("data:text/html,x"), Address::Code);
        assert_eq!(classify("https:evil.example"), Address::Other);
        assert_eq!(classify("//evil.example/x"), Address::Other);
        assert_eq!(classify("file:///etc/passwd"), Address::Other);
        assert_eq!(classify("#top"), Address::Here);
        assert_eq!(
            classify("cid:logo%40mail"),
            Address::Part("logo@mail".into())
        );
    }

    #[test]
    fn a_mailto_link_cannot_attach_files_or_add_hidden_recipients() {
        assert_eq!(
            classify("mailto:a@b.example?subject=Hi&attach=/etc/passwd&bcc=x@y.example&body=Yo"),
            Address::Mail("mailto:a@b.example?subject=Hi&body=Yo".into())
        );
    }

    #[test]
    fn a_link_that_says_another_host_is_found() {
        let found = mismatch("https://bank.example.com/login", "https://evil.example/x");
        assert_eq!(
            found,
            Some(("bank.example.com".into(), "evil.example".into()))
        );
        assert!(mismatch("Visit www.bank.com now", "https://bank.com.evil.net/").is_some());
        assert!(mismatch("b\u{200b}ank.com", "https://evil.net/").is_some());
        assert!(mismatch("paypal.com", "https://paypal.com@evil.net/").is_some());
    }

    #[test]
    fn honest_links_raise_no_alarm() {
        assert_eq!(
            mismatch("www.shop.example.com", "https://track.example.com/?u=1"),
            None
        );
        assert_eq!(mismatch("shop.co.uk", "https://mail.shop.co.uk/x"), None);
        assert_eq!(
            mismatch("Read invoice.pdf", "https://files.example.com/1"),
            None
        );
        assert_eq!(mismatch("anna@shop.com", "https://other.example/"), None);
        assert_eq!(mismatch("Click here", "https://other.example/"), None);
    }

    #[test]
    fn machines_near_the_reader_are_not_public() {
        for near in [
            "http://127.0.0.1:7878/x",
            "http://localhost/",
            "http://192.168.1.1/",
            "http://[::1]/",
            "http://router/",
            "http://2130706433/",
            "http://[::ffff:127.0.0.1]/",
            "http://a.local/",
            "http://169.254.169.254/latest",
            "http://0x7f.1/",
        ] {
            assert!(!is_public(near), "{near}");
        }
        assert!(is_public("https://images.example.com/a.png"));
        assert!(is_public("http://8.8.8.8/a.png"));
    }
}
