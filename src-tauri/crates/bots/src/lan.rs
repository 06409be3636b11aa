//! Bots on another machine of the office.
//!
//! A token that is sent along can be read on the way by whoever shares the network, and then used.
//! So nothing is sent along: each request is signed with a secret that both sides have. What is
//! signed is the method, the address, the `Idempotency-Key`, the time, a word that is used once, and
//! the digest of the body; a signature is good for one request within a minute. It proves who asks. It does not hide
//! what is said.

pub mod once;

use std::fmt;
use std::net::IpAddr;

use baton_core::hash::Hash;
use hmac::Mac as _;

use crate::error::DoorError;
use crate::mac;

/// What a secret begins with, so that one that leaks can be found by its look.
const PREFIX: &str = "btn_lan_";
/// What stands before the parts of a signature, in `Authorization`.
const SCHEME: &str = "Baton ";
/// What is signed begins with this, so that a signature is good for nothing else.
const VERSION: &str = "baton-1";
/// How long a word that is used once may be, in bytes.
const NONCE: std::ops::RangeInclusive<usize> = 8..=64;

/// 192 random bits in words, which Baton and one bot have.
#[derive(Clone, PartialEq, Eq)]
pub struct LanSecret(String);

impl LanSecret {
    /// The secret of these bits, which must be random.
    #[must_use]
    pub fn of(bits: [u8; 24]) -> Self {
        let digits: String = bits.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("{PREFIX}{digits}"))
    }

    /// The words, to be shown to the person who made it and kept where secrets are.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Reads the words; none when they are none.
    #[must_use]
    pub fn read(words: &str) -> Option<Self> {
        let digits = words.strip_prefix(PREFIX)?;
        let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        (hex && digits.len() == 48).then(|| Self(words.to_owned()))
    }
}

impl fmt::Debug for LanSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LanSecret(…)")
    }
}

/// What of a request is signed besides its body.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The method.
    pub method: &'a str,
    /// The address with its query, as it is sent.
    pub target: &'a str,
    /// The `Idempotency-Key`; empty when there is none. Were it not signed, whoever sends a request
    /// again could make it another one by taking the key away.
    pub key: &'a str,
}

/// Who says to have signed a request, and what was signed.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    /// The bot.
    pub bot: String,
    /// When, in seconds since 1970.
    pub time_s: i64,
    /// The word that is used once.
    pub nonce: String,
    /// The digest of the body.
    pub body: Hash,
    code: Hash,
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({}, …)", self.bot)
    }
}

impl Signature {
    /// Whether a value of `Authorization` is meant to be a signature.
    #[must_use]
    pub fn is_meant(value: &[u8]) -> bool {
        value
            .get(..SCHEME.len())
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME.as_bytes()))
    }

    /// Reads the value of `Authorization`.
    ///
    /// # Errors
    /// When a part is missing or is none.
    pub fn read(value: &[u8]) -> Result<Self, DoorError> {
        let rest = value.get(SCHEME.len()..).unwrap_or_default();
        let text = std::str::from_utf8(rest).map_err(|_| malformed("Authorization"))?;
        let part = |name: &'static str| {
            text.split(',')
                .filter_map(|part| part.trim().split_once('='))
                .find_map(|(key, value)| (key == name).then_some(value))
                .ok_or_else(|| malformed(name))
        };
        let digest = |name| Hash::parse(part(name)?).ok_or_else(|| malformed(name));
        let nonce = part("nonce")?;
        let once =
            NONCE.contains(&nonce.len()) && nonce.bytes().all(|byte| byte.is_ascii_graphic());
        if !once {
            return Err(malformed("nonce"));
        }
        Ok(Self {
            bot: part("bot")?.to_owned(),
            time_s: part("time")?.parse().map_err(|_| malformed("time"))?,
            nonce: nonce.to_owned(),
            body: digest("body")?,
            code: digest("signature")?,
        })
    }

    /// Signs a request as a bot does, for those who talk to the door by program.
    #[must_use]
    pub fn make(
        secret: &LanSecret,
        bot: &str,
        signed: Signed<'_>,
        (time_s, nonce): (i64, &str),
        body: &[u8],
    ) -> Self {
        let mut signature = Self {
            bot: bot.to_owned(),
            time_s,
            nonce: nonce.to_owned(),
            body: Hash::of(body),
            code: Hash::of(b""),
        };
        let words = signature.words(signed);
        let code = mac::code(secret.0.as_bytes(), &[words.as_bytes()]).finalize();
        signature.code = Hash(code.into_bytes().into());
        signature
    }

    /// The value of `Authorization`.
    #[must_use]
    pub fn header(&self) -> String {
        let Self {
            bot,
            time_s,
            nonce,
            body,
            code,
        } = self;
        format!("{SCHEME}bot={bot}, time={time_s}, nonce={nonce}, body={body}, signature={code}")
    }

    /// Whether it was made with that secret for that request. Takes as long when the first byte
    /// differs as when the last.
    #[must_use]
    pub fn holds(&self, secret: &LanSecret, signed: Signed<'_>) -> bool {
        let words = self.words(signed);
        mac::code(secret.0.as_bytes(), &[words.as_bytes()])
            .verify_slice(&self.code.0)
            .is_ok()
    }

    /// What is signed.
    fn words(&self, signed: Signed<'_>) -> String {
        let Signed {
            method,
            target,
            key,
        } = signed;
        let Self {
            bot,
            time_s,
            nonce,
            body,
            ..
        } = self;
        format!("{VERSION}\n{bot}\n{method}\n{target}\n{key}\n{time_s}\n{nonce}\n{body}")
    }
}

fn malformed(part: &str) -> DoorError {
    DoorError::new(
        401,
        "bad_signature",
        format!("The signature cannot be read: `{part}` is missing or malformed."),
        "docs/lan.md says how a request is signed.",
    )
}

/// What is said to somebody whose signature does not hold, whatever is wrong with it: nobody learns
/// here which bots there are.
#[must_use]
pub fn not_yours() -> DoorError {
    DoorError::new(
        401,
        "bad_signature",
        "The signature does not hold.",
        "Sign the method, the address with its query, the Idempotency-Key, the time, the nonce and \
         the digest of the body with the secret of the bot; see docs/lan.md.",
    )
}

/// What is said to somebody who does not sign where everybody must.
#[must_use]
pub fn unsigned() -> DoorError {
    DoorError::new(
        401,
        "signature_needed",
        "From another machine each request is signed; a token is not enough.",
        "Make a secret with `baton bots lan NAME`, and sign as docs/lan.md says.",
    )
}

/// Why an address is none to listen at for other machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// It cannot be read.
    #[error("that is no IP address")]
    NotAnAddress,
    /// It stands for every network of this machine, so that nobody could say by which name the door
    /// may be called, or for none.
    #[error("name one address of this machine in the network of the office")]
    NotOne,
    /// Only this machine hears it.
    #[error("other machines do not reach that address")]
    ThisMachine,
}

/// An address of this machine that others of the office reach.
///
/// # Errors
/// Why it is none.
pub fn address(text: &str) -> Result<IpAddr, BadAddress> {
    let address: IpAddr = text.trim().parse().map_err(|_| BadAddress::NotAnAddress)?;
    let everywhere = match address {
        IpAddr::V4(four) => four.is_broadcast(),
        IpAddr::V6(six) => six.to_ipv4_mapped().is_some(),
    };
    if address.is_unspecified() || address.is_multicast() || everywhere {
        return Err(BadAddress::NotOne);
    }
    if address.is_loopback() {
        return Err(BadAddress::ThisMachine);
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::{BadAddress, LanSecret, Signature, Signed, address};

    const REQUEST: Signed<'_> = Signed {
        method: "POST",
        target: "/bots/v1/customer-messages?a=1",
        key: "key-1",
    };
    const AT: (i64, &str) = (1_700_000_000, "nonce-0001");

    fn signed() -> Signature {
        let secret = LanSecret::of([7; 24]);
        Signature::make(&secret, "front", REQUEST, AT, b"{\"a\":1}")
    }

    /// Computed with `openssl dgst -sha256 -hmac` over the same words.
    #[test]
    fn a_signature_is_what_a_stock_tool_says() {
        assert_eq!(
            signed().header(),
            "Baton bot=front, time=1700000000, nonce=nonce-0001, \
             body=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862, \
             signature=b416b6c80b69df7fb3acf11204404c972a992d9996356e14cf9a689734f60498"
        );
    }

    #[test]
    fn it_is_read_as_it_was_written_and_holds_for_that_request_alone() {
        let secret = LanSecret::of([7; 24]);
        let read = Signature::read(signed().header().as_bytes()).unwrap();
        assert_eq!(read, signed());
        assert!(read.holds(&secret, REQUEST));
        assert!(!read.holds(&LanSecret::of([8; 24]), REQUEST));
        for other in [
            Signed {
                method: "PUT",
                ..REQUEST
            },
            Signed {
                target: "/bots/v1/customer-messages",
                ..REQUEST
            },
            Signed { key: "", ..REQUEST },
        ] {
            assert!(!read.holds(&secret, other), "{other:?}");
        }
        let changed = |change: fn(&mut Signature)| {
            let mut other = read.clone();
            change(&mut other);
            other.holds(&secret, REQUEST)
        };
        assert!(!changed(|other| other.bot = "back".to_owned()));
        assert!(!changed(|other| other.time_s += 1));
        assert!(!changed(|other| other.nonce.push('x')));
        assert!(!changed(|other| other.body = super::Hash::of(b"")));
        assert!(!format!("{read:?}{secret:?}").contains("070707"));
    }

    #[test]
    fn what_is_missing_or_malformed_is_named() {
        let whole = signed().header();
        for part in ["bot", "time", "nonce", "body", "signature"] {
            let without = whole.replace(&format!("{part}="), "x=");
            let error = Signature::read(without.as_bytes()).unwrap_err();
            assert_eq!(error.status, 401);
            assert!(error.message.contains(part), "{part}: {}", error.message);
        }
        for (from, to) in [
            ("time=1700000000", "time=soon"),
            ("nonce=nonce-0001", "nonce=short"),
            ("nonce=nonce-0001", "nonce=a b c d e f"),
            ("signature=", "signature=0"),
        ] {
            assert!(
                Signature::read(whole.replace(from, to).as_bytes()).is_err(),
                "{to}"
            );
        }
        assert!(Signature::is_meant(b"baton bot=a"));
        assert!(!Signature::is_meant(b"Bearer x"));
        assert!(!Signature::is_meant(b""));
    }

    #[test]
    fn the_words_are_the_secret_and_nothing_else_is_one() {
        let secret = LanSecret::of([7; 24]);
        assert_eq!(secret.reveal().len(), 56);
        assert_eq!(LanSecret::read(secret.reveal()), Some(secret));
        for bad in ["", "btn_lan_", "btn_lan_0707", "btn_bot_0707"] {
            assert_eq!(LanSecret::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn one_address_that_others_reach_is_named() {
        for fine in ["192.168.1.5", " 10.0.0.7", "fd00::5", "fe80::1"] {
            assert!(address(fine).is_ok(), "{fine}");
        }
        for (bad, why) in [
            ("0.0.0.0", BadAddress::NotOne),
            ("::", BadAddress::NotOne),
            ("255.255.255.255", BadAddress::NotOne),
            ("224.0.0.1", BadAddress::NotOne),
            ("::ffff:127.0.0.1", BadAddress::NotOne),
            ("127.0.0.1", BadAddress::ThisMachine),
            ("::1", BadAddress::ThisMachine),
            ("office", BadAddress::NotAnAddress),
            ("", BadAddress::NotAnAddress),
            ("192.168.1.5:80", BadAddress::NotAnAddress),
        ] {
            assert_eq!(address(bad), Err(why), "{bad}");
        }
    }
}
