//! Bytes to text: declared character sets, their many misspellings, and a guess when the
//! declaration is missing or does not hold.

mod guess;
mod tables;
mod utf7;

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

pub(crate) use guess::{guess, guess_of, looks_double_byte};

/// What a label stands for.
#[derive(Clone, Copy)]
enum Charset {
    /// No label, or one that says nothing: `us-ascii`, `unknown-8bit`, `binary`.
    Unsaid,
    /// One that the web knows.
    Web(&'static Encoding),
    /// One of the old PC code pages: the upper 128 characters.
    CodePage(&'static str),
    Utf7,
    Hz,
    Iso2022Kr,
    Utf32 {
        big: bool,
    },
}

/// Text and whether the declaration had to be set aside to get it.
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) guessed: bool,
}

/// Decodes bytes by their declared label, or by the best guess where that is missing or wrong.
pub(crate) fn decode(bytes: &[u8], label: Option<&str>) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let text = encoding
            .decode_without_bom_handling(bytes.get(mark..).unwrap_or_default())
            .0;
        return Decoded {
            text: text.into_owned(),
            guessed: false,
        };
    }
    let charset = label.map_or(Charset::Unsaid, of_label);
    if bytes.is_ascii() && !bytes.contains(&0x1b) {
        // Most text is here, whatever was declared; the exceptions shift by printable characters.
        let shifting = match charset {
            Charset::Utf7 => memchr::memchr(b'+', bytes).is_some(),
            Charset::Hz => memchr::memchr(b'~', bytes).is_some(),
            Charset::Iso2022Kr => memchr::memchr(0x0e, bytes).is_some(),
            Charset::Utf32 { .. } => true,
            Charset::Web(encoding) => encoding == UTF_16BE || encoding == UTF_16LE,
            Charset::Unsaid | Charset::CodePage(_) => false,
        };
        if !shifting {
            return Decoded {
                text: String::from_utf8_lossy(bytes).into_owned(),
                guessed: false,
            };
        }
    }
    match charset {
        Charset::Unsaid => Decoded {
            text: guess(bytes),
            guessed: !bytes.is_ascii(),
        },
        Charset::Web(encoding) => web(bytes, encoding),
        Charset::CodePage(upper) => of_utf8(bytes).unwrap_or_else(|| Decoded {
            text: tables::decode(bytes, upper),
            guessed: false,
        }),
        Charset::Utf7 => of_utf8(bytes).unwrap_or_else(|| Decoded {
            text: utf7::decode(bytes),
            guessed: false,
        }),
        Charset::Hz => Decoded {
            text: hz(bytes),
            guessed: false,
        },
        Charset::Iso2022Kr => Decoded {
            text: iso_2022_kr(bytes),
            guessed: false,
        },
        Charset::Utf32 { big } => Decoded {
            text: utf32(bytes, big),
            guessed: false,
        },
    }
}

/// Whether a label means UTF-8.
pub(crate) fn is_utf8(label: &str) -> bool {
    matches!(of_label(label), Charset::Web(encoding) if encoding == UTF_8)
}

/// Whether a label names a character set that can be decoded.
pub(crate) fn is_known(label: &str) -> bool {
    !matches!(of_label(label), Charset::Unsaid)
}

fn web(bytes: &[u8], mut encoding: &'static Encoding) -> Decoded {
    if encoding == UTF_16LE || encoding == UTF_16BE {
        // Declared wide but sent narrow happens; half of real UTF-16 text is zero bytes.
        if !bytes.contains(&0)
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            return Decoded {
                text: text.to_owned(),
                guessed: true,
            };
        }
        encoding = byte_order(bytes, encoding);
    } else if encoding != UTF_8
        && encoding != encoding_rs::ISO_2022_JP
        && let Some(decoded) = of_utf8(bytes)
    {
        return decoded;
    }
    let bytes = match encoding == encoding_rs::ISO_2022_JP {
        true => without_idle_escapes(bytes),
        false => Cow::Borrowed(bytes),
    };
    let bytes = bytes.as_ref();
    let (text, failed) = encoding.decode_without_bom_handling(bytes);
    if !failed {
        return Decoded {
            text: text.into_owned(),
            guessed: false,
        };
    }
    let bad = text.matches('\u{fffd}').count();
    let others = text.chars().filter(|c| !c.is_ascii()).count() - bad;
    if others >= 4 * bad {
        // Mostly right: the rest is damage.
        return Decoded {
            text: text.into_owned(),
            guessed: false,
        };
    }
    let guessed = guess(bytes);
    if guessed.matches('\u{fffd}').count() < bad {
        Decoded {
            text: guessed,
            guessed: true,
        }
    } else {
        Decoded {
            text: text.into_owned(),
            guessed: false,
        }
    }
}

/// The byte order of UTF-16 without a mark: blanks, digits and Western letters have a zero in their
/// higher byte, and programs that leave the mark out rarely keep to the order of the standard.
fn byte_order(bytes: &[u8], declared: &'static Encoding) -> &'static Encoding {
    let zeros = |odd: usize| {
        bytes
            .iter()
            .skip(odd)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (first, second) = (zeros(0), zeros(1));
    if first > 2 * second {
        UTF_16BE
    } else if second > 2 * first {
        UTF_16LE
    } else {
        declared
    }
}

/// Text that holds up as UTF-8 beyond ASCII is UTF-8, whatever the label says: other sets produce
/// such sequences by chance only in the shortest words.
fn of_utf8(bytes: &[u8]) -> Option<Decoded> {
    let text = std::str::from_utf8(bytes).ok()?;
    let wide = text.chars().filter(|c| !c.is_ascii());
    let convincing = wide.clone().count() >= 2 || wide.clone().any(|c| c.len_utf8() >= 3);
    // The two-byte Asian sets read many Latin UTF-8 pairs as characters of their own.
    (convincing && !bytes.contains(&0x1b)).then(|| Decoded {
        text: text.to_owned(),
        guessed: true,
    })
}

/// ISO-2022-JP without the escapes after which nothing comes but another one, as when encoded
/// words are joined; decoders take those for damage.
fn without_idle_escapes(bytes: &[u8]) -> Cow<'_, [u8]> {
    let is_escape = |bytes: &[u8]| matches!(bytes, [0x1b, b'(' | b'$', _, ..]);
    let idle = |at: usize| {
        bytes.get(at..).is_some_and(is_escape) && bytes.get(at + 3..).is_some_and(is_escape)
    };
    if !(0..bytes.len()).any(idle) {
        return Cow::Borrowed(bytes);
    }
    let mut kept = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if idle(at) {
            at += 3;
        } else {
            kept.push(*byte);
            at += 1;
        }
    }
    Cow::Owned(kept)
}

fn of_label(label: &str) -> Charset {
    let label: Cow<'_, str> = {
        let trimmed = label.trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, '"' | '\'' | ';' | ',' | '=' | '<' | '>' | '_')
        });
        // RFC 2231 allows a language after a star; ISO names carry a year after a colon.
        let trimmed = trimmed.split(['*', ':', '$']).next().unwrap_or_default();
        Cow::Owned(trimmed.to_ascii_lowercase())
    };
    if let Some(known) = by_name(&label) {
        return known;
    }
    // Misspellings: spaces, underscores and a leading "x-" or "charset".
    let squeezed: String = label
        .trim_start_matches("x-")
        .trim_start_matches("charset")
        .trim_start_matches(['=', '-'])
        .chars()
        .map(|c| if matches!(c, ' ' | '_' | '.') { '-' } else { c })
        .collect();
    if let Some(known) = by_name(&squeezed) {
        return known;
    }
    let bare: String = squeezed.chars().filter(|c| *c != '-').collect();
    if let Some(known) = by_name(&bare) {
        return known;
    }
    let digits: String = bare.chars().filter(char::is_ascii_digit).collect();
    if bare.starts_with("cp") || bare.starts_with("win") || bare.starts_with("ibm") {
        for prefix in ["windows-", "cp", "ibm"] {
            if let Some(known) = by_name(&format!("{prefix}{digits}")) {
                return known;
            }
        }
    }
    if let Some(part) = bare.strip_prefix("iso8859").or(bare.strip_prefix("8859"))
        && let Some(known) = by_name(&format!("iso-8859-{part}"))
    {
        return known;
    }
    if bare.starts_with("iso2022jp") {
        return Charset::Web(encoding_rs::ISO_2022_JP);
    }
    if bare.starts_with("utf8") {
        return Charset::Web(UTF_8);
    }
    Charset::Unsaid
}

fn by_name(label: &str) -> Option<Charset> {
    Some(match label {
        "" | "us-ascii" | "ascii" | "usascii" | "ansi-x3.4-1968" | "iso-ir-6" | "646"
        | "iso646-us" | "ansi" | "default" | "unknown" | "x-unknown" | "unknown-8bit"
        | "x-user-defined" | "binary" | "8bit" | "7bit" | "none" | "null" => Charset::Unsaid,
        "utf-7"
        | "utf7"
        | "unicode-1-1-utf-7"
        | "csunicode11utf7"
        | "x-unicode-2-0-utf-7"
        | "unicode-2-0-utf-7" => Charset::Utf7,
        "hz-gb-2312" | "hz" => Charset::Hz,
        "iso-2022-kr" | "csiso2022kr" => Charset::Iso2022Kr,
        "iso-2022-jp" | "iso-2022-jp-1" | "iso-2022-jp-2" | "iso-2022-jp-3" | "iso-2022-jp-ms"
        | "iso-2022-jp-2004" | "cp50220" | "cp50221" | "cp50222" | "csiso2022jp" | "jis" => {
            Charset::Web(encoding_rs::ISO_2022_JP)
        }
        "cp437" | "ibm437" | "437" | "cp-437" => Charset::CodePage(tables::CP437),
        "cp850" | "ibm850" | "850" | "cp-850" | "cp858" | "ibm00858" => {
            Charset::CodePage(tables::CP850)
        }
        "cp852" | "ibm852" | "852" | "cp-852" => Charset::CodePage(tables::CP852),
        "utf-32" | "utf-32be" | "utf32" | "ucs-4" => Charset::Utf32 { big: true },
        "utf-32le" => Charset::Utf32 { big: false },
        "utf-16be" | "utf-16" | "ucs-2" | "iso-10646-ucs-2" => Charset::Web(UTF_16BE),
        "latin1" | "latin-1" => Charset::Web(encoding_rs::WINDOWS_1252),
        "mac" | "macroman" | "mac-roman" | "apple-roman" => Charset::Web(encoding_rs::MACINTOSH),
        "maccyrillic" | "mac-cyrillic" => Charset::Web(encoding_rs::X_MAC_CYRILLIC),
        "sjis" | "cp932" | "ms932" | "windows-31j" | "shiftjis" | "shift-jis-2004" => {
            Charset::Web(encoding_rs::SHIFT_JIS)
        }
        "gb2312" | "gb-2312" | "gbk" | "cp936" | "ms936" | "936" | "euc-cn" | "euccn"
        | "gb-18030" | "gb18030" => Charset::Web(encoding_rs::GB18030),
        "cp949" | "ms949" | "uhc" | "ksc5601" | "ks-c-5601" | "ks-c-5601-1987" | "euckr" => {
            Charset::Web(encoding_rs::EUC_KR)
        }
        "cp950" | "ms950" | "big5-hkscs" => Charset::Web(encoding_rs::BIG5),
        "iso-8859-8-i" | "iso-8859-8-e" | "visual" => Charset::Web(encoding_rs::ISO_8859_8),
        "iso-8859-12" => Charset::Web(encoding_rs::ISO_8859_13),
        "tis-620" | "tis620" | "cp874" => Charset::Web(encoding_rs::WINDOWS_874),
        other => {
            let encoding = Encoding::for_label(other.as_bytes())?;
            if encoding == encoding_rs::REPLACEMENT {
                return None;
            }
            Charset::Web(encoding)
        }
    })
}

/// HZ: GB 2312 in seven bits, between `~{` and `~}`.
fn hz(bytes: &[u8]) -> String {
    let mut wide = Vec::with_capacity(bytes.len());
    let mut shifted = false;
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match (byte, rest.peek().copied(), shifted) {
            (b'~', Some(b'{'), false) => {
                shifted = true;
                rest.next();
            }
            (b'~', Some(b'}'), true) => {
                shifted = false;
                rest.next();
            }
            (b'~', Some(b'~'), false) => {
                wide.push(b'~');
                rest.next();
            }
            (b'~', Some(b'\n'), false) => {
                rest.next();
            }
            (b'\n', _, true) => {
                shifted = false;
                wide.push(b'\n');
            }
            (byte, _, true) if byte > b' ' => wide.push(byte | 0x80),
            (byte, _, _) => wide.push(byte),
        }
    }
    encoding_rs::GB18030
        .decode_without_bom_handling(&wide)
        .0
        .into_owned()
}

/// ISO-2022-KR: KS X 1001 between shift-out and shift-in.
fn iso_2022_kr(bytes: &[u8]) -> String {
    let mut wide = Vec::with_capacity(bytes.len());
    let mut shifted = false;
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            0x1b if tail.starts_with(b"$)C") => rest = tail.get(3..).unwrap_or_default(),
            0x0e => shifted = true,
            0x0f => shifted = false,
            b'\n' => {
                shifted = false;
                wide.push(byte);
            }
            byte if shifted && byte > b' ' => wide.push(byte | 0x80),
            byte => wide.push(byte),
        }
    }
    encoding_rs::EUC_KR
        .decode_without_bom_handling(&wide)
        .0
        .into_owned()
}

fn utf32(bytes: &[u8], big: bool) -> String {
    bytes
        .chunks_exact(4)
        .map(|four| {
            let four: [u8; 4] = four.try_into().unwrap_or_default();
            let code = if big {
                u32::from_be_bytes(four)
            } else {
                u32::from_le_bytes(four)
            };
            char::from_u32(code).unwrap_or('\u{fffd}')
        })
        .filter(|c| *c != '\u{feff}')
        .collect()
}
