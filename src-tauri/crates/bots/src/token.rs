//! The secret by which a bot is known at the door, and somebody from outside who reads drafts.

use std::fmt;

use baton_core::hash::Hash;
use subtle::ConstantTimeEq as _;

/// What the token of a bot begins with, so that one that leaks can be found by its look. Nobody is
/// known by it: what counts is the digest of the whole.
const BOT: &str = "btn_bot_";
/// What the token of somebody from outside who reads drafts begins with.
const REVIEWER: &str = "btn_rev_";

/// 256 random bits in words; shown once, when it is made.
#[derive(Clone)]
pub struct BotToken(String);

impl BotToken {
    /// The token of a bot, of these bits, which must be random.
    #[must_use]
    pub fn of(bits: [u8; 32]) -> Self {
        Self(format!("{BOT}{}", Hash(bits)))
    }

    /// The token of somebody who reads drafts, of such bits.
    #[must_use]
    pub fn of_reviewer(bits: [u8; 32]) -> Self {
        Self(format!("{REVIEWER}{}", Hash(bits)))
    }

    /// What is kept in place of the token. It is random through and through, so one round of
    /// SHA-256 is enough: there is nothing to guess.
    #[must_use]
    pub fn digest(&self) -> Hash {
        digest_of(self.0.as_bytes())
    }

    /// The words, to be shown to the person who made it and to nobody else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BotToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BotToken(…)")
    }
}

/// The digest of what a caller offers as its token.
#[must_use]
pub fn digest_of(offered: &[u8]) -> Hash {
    Hash::of(offered)
}

/// Whether two digests are the same; takes as long when the first byte differs as when the last.
#[must_use]
pub fn same(kept: &Hash, offered: &Hash) -> bool {
    kept.0.ct_eq(&offered.0).into()
}

#[cfg(test)]
mod tests {
    use super::{BotToken, digest_of, same};

    #[test]
    fn a_token_is_known_by_its_digest_alone() {
        let token = BotToken::of([7; 32]);
        assert!(token.reveal().starts_with("btn_bot_0707"));
        let reviewer = BotToken::of_reviewer([7; 32]);
        assert!(reviewer.reveal().starts_with("btn_rev_0707"));
        assert!(!same(&token.digest(), &reviewer.digest()));
        assert!(same(&token.digest(), &digest_of(token.reveal().as_bytes())));
        let mut other = token.reveal().to_owned();
        other.pop();
        assert!(!same(&token.digest(), &digest_of(other.as_bytes())));
        assert!(!same(&token.digest(), &digest_of(b"")));
        assert_eq!(format!("{token:?}"), "BotToken(…)");
    }
}
