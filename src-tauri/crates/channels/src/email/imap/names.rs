//! Folder names: IMAP writes them in a UTF-7 of its own.

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose};

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &IMAP_MUTF7,
    NO_PAD
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The name as people read it; a name that is not valid is shown as it is.
pub fn decode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let Some((coded, tail)) = after.split_once('-') else {
            return name.to_owned();
        };
        if coded.is_empty() {
            out.push('&');
        } else {
            let Some(text) = decode_run(coded) else {
                return name.to_owned();
            };
            out.push_str(&text);
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn decode_run(coded: &str) -> Option<String> {
    let bytes = ENGINE.decode(coded).ok()?;
    let (pairs, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
    String::from_utf16(&units).ok()
}

/// The name as the server wants it.
pub fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut run: Vec<u8> = Vec::new();
    for character in name.chars() {
        if matches!(character, ' '..='~') {
            flush(&mut out, &mut run);
            out.push(character);
            if character == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                run.extend_from_slice(&unit.to_be_bytes());
            }
        }
    }
    flush(&mut out, &mut run);
    out
}

fn flush(out: &mut String, run: &mut Vec<u8>) {
    if !run.is_empty() {
        out.push('&');
        out.push_str(&ENGINE.encode(&run));
        out.push('-');
        run.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_way_there_and_back() {
        for name in ["INBOX", "Entwürfe", "R&D", "台北/日本語", "a 😀 b", "&", ""] {
            assert_eq!(decode(&encode(name)), name, "{name}");
        }
    }

    #[test]
    fn known_spellings_are_met() {
        assert_eq!(encode("Entwürfe"), "Entw&APw-rfe");
        assert_eq!(
            decode("~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            "~peter/mail/台北/日本語"
        );
        assert_eq!(decode("broken &U"), "broken &U");
    }
}
