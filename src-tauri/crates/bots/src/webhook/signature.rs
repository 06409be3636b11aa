//! The secret of a webhook, and the signature made with it.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// What a secret begins with.
const PREFIX: &str = "whsec_";
/// A message older or younger than this is refused, in seconds: it may be one that was recorded.
const TOLERANCE_S: i64 = 300;

/// 256 random bits that the receiver knows too.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Vec<u8>);

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

impl WebhookSecret {
    /// The secret of these bits, which must be random.
    #[must_use]
    pub fn of(bits: [u8; 32]) -> Self {
        Self(bits.to_vec())
    }

    /// The words, to be shown to the person who made it and kept where secrets are.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", BASE64_STANDARD.encode(&self.0))
    }

    /// Reads the words; none when they are none, or too few bits to be worth the name.
    #[must_use]
    pub fn read(words: &str) -> Option<Self> {
        let bits = BASE64_STANDARD.decode(words.strip_prefix(PREFIX)?).ok()?;
        (24..=64).contains(&bits.len()).then_some(Self(bits))
    }

    /// The value of `webhook-signature` for a body sent under an identifier at a time, in seconds
    /// since 1970.
    #[must_use]
    pub fn sign(&self, id: &str, at_s: i64, body: &[u8]) -> String {
        let code = self.code(id, at_s, body).finalize().into_bytes();
        format!("v1,{}", BASE64_STANDARD.encode(code))
    }

    /// Whether one of the signatures of a header is ours for this body and it was sent just now.
    /// A receiver asks this, and refuses what does not hold.
    #[must_use]
    pub fn holds(&self, header: &str, id: &str, at_s: i64, body: &[u8], now_s: i64) -> bool {
        let recent = now_s.abs_diff(at_s) <= TOLERANCE_S.unsigned_abs();
        recent
            && header
                .split(' ')
                .filter_map(|one| BASE64_STANDARD.decode(one.strip_prefix("v1,")?).ok())
                .any(|code| self.code(id, at_s, body).verify_slice(&code).is_ok())
    }

    fn code(&self, id: &str, at_s: i64, body: &[u8]) -> Hmac<Sha256> {
        crate::mac::code(
            &self.0,
            &[id.as_bytes(), b".", at_s.to_string().as_bytes(), b".", body],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::WebhookSecret;

    /// Computed with `openssl dgst -sha256 -mac HMAC` over the same bytes.
    #[test]
    fn a_signature_is_what_a_stock_tool_says() {
        let secret = WebhookSecret::of([7; 32]);
        assert_eq!(
            secret.sign("evt_1", 1_700_000_000, b"{\"type\":\"ping\"}"),
            "v1,O2jgIZWtTqJHUBhUERr50h3gp0Di86vBlHwS1bbaUuc="
        );
    }

    #[test]
    fn the_words_are_the_secret_and_nothing_shorter_is_one() {
        let secret = WebhookSecret::of([7; 32]);
        let words = secret.reveal();
        assert!(words.starts_with("whsec_BwcH"), "{words}");
        assert_eq!(WebhookSecret::read(&words), Some(secret.clone()));
        for bad in ["", "whsec_", "whsec_BwcH", "BwcHBwcH", "whsec_not base64!"] {
            assert_eq!(WebhookSecret::read(bad), None, "{bad}");
        }
        assert_eq!(format!("{secret:?}"), "WebhookSecret(…)");
    }

    #[test]
    fn a_changed_or_old_message_does_not_hold() {
        let secret = WebhookSecret::of([7; 32]);
        let (at, body) = (1_700_000_000, b"words".as_slice());
        let signed = secret.sign("evt_1", at, body);
        let holds = |header: &str, id: &str, sent: i64, body: &[u8], now: i64| {
            secret.holds(header, id, sent, body, now)
        };
        assert!(holds(&signed, "evt_1", at, body, at + 299));
        assert!(holds(&format!("v1,AAAA {signed}"), "evt_1", at, body, at));
        assert!(!holds(&signed, "evt_2", at, body, at));
        assert!(!holds(&signed, "evt_1", at + 1, body, at));
        assert!(!holds(&signed, "evt_1", at, b"other", at));
        assert!(!holds(&signed, "evt_1", at, body, at + 301));
        assert!(!holds(&signed, "evt_1", at, body, at - 301));
        assert!(!holds("", "evt_1", at, body, at));
        assert!(!holds("v2,AAAA", "evt_1", at, body, at));
        let other = WebhookSecret::of([8; 32]);
        assert!(!other.holds(&signed, "evt_1", at, body, at));
    }
}
