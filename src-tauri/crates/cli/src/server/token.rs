//! The secret that every caller must know.

use std::fmt;

use subtle::ConstantTimeEq as _;

/// 256 random bits, written as 64 hexadecimal digits. It is new with each start of a server.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A fresh one from the system's generator.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn fresh() -> std::io::Result<Self> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        Ok(Self(
            bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        ))
    }

    /// Whether these are the same digits; takes as long when the first differs as when the last.
    #[must_use]
    pub fn matches(&self, offered: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(offered).into()
    }

    /// The digits, to be shown to the person who started the server and to nobody else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
