//! Reply tokens: a reply finds its conversation because we signed where it goes, not because it
//! quotes an identifier that anybody may have read.
//!
//! A token is the 128 bits of the conversation and 80 bits of an HMAC-SHA256 under a key of the
//! workspace, in 42 characters that survive programs which change the case of an address.

use baton_core::ids::{ConversationId, Id as _};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use crate::mail::Mail;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Bytes of the authentication code that are kept.
const CODE: usize = 10;
/// Characters of a token: 26 bytes, five bits a character.
const LENGTH: usize = 42;

/// The key of a workspace.
pub type Key = [u8; 32];

/// The token of a conversation.
#[must_use]
pub fn make(key: &Key, conversation: ConversationId) -> String {
    let bits = conversation.bits().to_be_bytes();
    let code = mac(key, &bits)
        .map(|mac| mac.finalize().into_bytes())
        .unwrap_or_default();
    let mut bytes = Vec::with_capacity(bits.len() + CODE);
    bytes.extend_from_slice(&bits);
    bytes.extend_from_slice(code.get(..CODE).unwrap_or_default());
    encode(&bytes)
}

/// The conversation of a token, when the token was made with that key.
#[must_use]
pub fn verify(key: &Key, token: &str) -> Option<ConversationId> {
    let bytes = decode(token)?;
    let (bits, code) = bytes.split_at_checked(16)?;
    mac(key, bits)?.verify_truncated_left(code).ok()?;
    let bits: [u8; 16] = bits.try_into().ok()?;
    Some(ConversationId::from_bits(u128::from_be_bytes(bits)))
}

/// A Message-ID that carries the token, so that replies bring it back.
///
/// `unique` must differ for each message; it is kept to letters and digits.
#[must_use]
pub fn message_id(token: &str, unique: &str, domain: &str) -> String {
    let unique: String = unique.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{token}.{unique}@{domain}")
}

/// Everything in a message that has the form of a token, each once.
pub(crate) fn found_in(mail: &Mail) -> Vec<String> {
    let document = &mail.document;
    let mut found: Vec<String> = Vec::new();
    let mut add = |candidate: &str| {
        let candidate = candidate.to_ascii_lowercase();
        if decode(&candidate).is_some() && !found.contains(&candidate) {
            found.push(candidate);
        }
    };
    let recipients = document
        .to
        .iter()
        .chain(&document.cc)
        .map(|address| address.address.as_str())
        .chain(mail.delivered_to.iter().map(String::as_str));
    for address in recipients {
        let tag = address
            .rsplit_once('@')
            .and_then(|(local, _)| local.rsplit_once('+'))
            .map(|(_, tag)| tag);
        if let Some(tag) = tag {
            add(tag);
        }
    }
    for id in document
        .in_reply_to
        .iter()
        .chain(document.references.iter().rev())
    {
        if let Some((head, _)) = id.split_once('.') {
            add(head);
        }
    }
    found
}

fn mac(key: &Key, bits: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(b"baton reply token 1");
    mac.update(bits);
    Some(mac)
}

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(LENGTH);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for &byte in bytes {
        held = held << 8 | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push(&mut text, held >> bits);
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        push(&mut text, held << (5 - bits));
    }
    text
}

fn push(text: &mut String, value: u32) {
    let letter = usize::try_from(value & 31)
        .ok()
        .and_then(|at| ALPHABET.get(at));
    text.push(char::from(letter.copied().unwrap_or(b'0')));
}

fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() != LENGTH {
        return None;
    }
    let mut bytes = Vec::with_capacity(26);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let letter = letter.to_ascii_lowercase();
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        held = held << 5 | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    // Left-over bits must be zero, so that each token has one spelling.
    (held == 0).then_some(bytes)
}
