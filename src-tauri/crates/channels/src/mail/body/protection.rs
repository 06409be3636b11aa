//! Signed and encrypted messages: what they are, and what of them can be read without a key.

use crate::mail::part::{Part, Tree};
use crate::mail::signed;

/// Whether the sender protected the message, or a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Protection {
    /// Sent in the clear.
    #[default]
    None,
    /// Signed with OpenPGP or S/MIME; the signature was not checked.
    Signed,
    /// Encrypted with OpenPGP or S/MIME, wholly or in part; nothing was decrypted.
    Encrypted,
}

/// The strongest protection of any part.
pub(super) fn of(tree: &Tree<'_>) -> Protection {
    tree.parts.iter().map(of_part).max().unwrap_or_default()
}

fn of_part(part: &Part<'_>) -> Protection {
    match part.media_type.as_str() {
        "multipart/encrypted" => Protection::Encrypted,
        "multipart/signed" => Protection::Signed,
        "application/pgp" | "application/pgp-encrypted" => Protection::Encrypted,
        _ if is_smime(part) => match part.content.raw("smime-type") {
            Some(kind) if kind.to_ascii_lowercase().contains("signed") => Protection::Signed,
            Some(kind) if kind.to_ascii_lowercase().contains("certs") => Protection::None,
            None if signed::content(&part.bytes()).is_some() => Protection::Signed,
            _ => Protection::Encrypted,
        },
        "text/plain"
            if part.body.len() > 27
                && memchr::memmem::find(part.body, b"-----BEGIN PGP MESSAGE-----").is_some() =>
        {
            Protection::Encrypted
        }
        _ => Protection::None,
    }
}

fn is_smime(part: &Part<'_>) -> bool {
    matches!(
        part.media_type.as_str(),
        "application/pkcs7-mime" | "application/x-pkcs7-mime"
    )
}

/// The message inside an opaque signature, when the whole message is one.
pub(crate) fn opened(tree: &Tree<'_>) -> Option<Vec<u8>> {
    let root = tree.root().filter(|root| is_smime(root))?;
    signed::content(&root.bytes())
}
