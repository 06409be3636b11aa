//! The guess of a character set where none is declared, or none that holds.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

/// How many bytes the guess looks at: enough to be sure, little enough to be quick.
const GUESSED_FROM: usize = 16 * 1024;

/// Decodes bytes that carry no label.
pub(crate) fn guess(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.contains(&0x1b)
    {
        return text.to_owned();
    }
    if escapes_to_japanese(bytes) {
        return encoding_rs::ISO_2022_JP
            .decode_without_bom_handling(bytes)
            .0
            .into_owned();
    }
    // A few bad bytes in long UTF-8 are damage, not another character set.
    let lossy = String::from_utf8_lossy(bytes);
    let bad = lossy.matches('\u{fffd}').count();
    let good = lossy.chars().filter(|c| !c.is_ascii()).count() - bad;
    if bad > 0 && good > 8 * bad {
        return lossy.into_owned();
    }
    detect(bytes, Utf8Detection::Allow)
        .decode_without_bom_handling(bytes)
        .0
        .into_owned()
}

/// The most likely set of bytes that are neither ASCII nor escaped.
fn detect(bytes: &[u8], utf8: Utf8Detection) -> &'static Encoding {
    let head = bytes.get(..GUESSED_FROM).unwrap_or(bytes);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, true);
    let guessed = detector.guess(None, utf8);
    let likely = with_kana(head, guessed).unwrap_or(guessed);
    if likely == encoding_rs::EUC_JP && laughs_in_korean(head) {
        return encoding_rs::EUC_KR;
    }
    likely
}

/// Whether the only kana are those at whose places Koreans have the letters by which they laugh
/// and cry, which no Japanese sentence makes do with.
fn laughs_in_korean(bytes: &[u8]) -> bool {
    let japanese = encoding_rs::EUC_JP.decode_without_bom_handling(bytes).0;
    let mut kana = japanese.chars().filter(|c| is_kana(*c)).peekable();
    kana.peek().is_some()
        && kana.all(|c| matches!(c, 'せ' | 'ぞ' | 'ば' | 'ぬ'))
        && !encoding_rs::EUC_KR.decode_without_bom_handling(bytes).1
}

/// The set of Japanese that was taken for Chinese or Korean: only Japanese writes kana between its
/// characters, and no other text yields as many of them by chance.
fn with_kana(bytes: &[u8], guessed: &'static Encoding) -> Option<&'static Encoding> {
    let doubtful = [encoding_rs::GBK, encoding_rs::BIG5, encoding_rs::EUC_KR];
    if !doubtful.contains(&guessed) {
        return None;
    }
    // Single letters of Korean stand where the Japanese of Unix has its kana.
    let korean = guessed == encoding_rs::EUC_KR;
    [encoding_rs::SHIFT_JIS, encoding_rs::EUC_JP]
        .into_iter()
        .filter(|encoding| !(korean && *encoding == encoding_rs::EUC_JP))
        .find(|encoding| {
            let text = encoding.decode_without_bom_handling(bytes).0;
            let wide = text.chars().filter(|c| !c.is_ascii()).count();
            let bad = text.matches('\u{fffd}').count();
            let kana = text.chars().filter(|c| is_kana(*c)).count();
            kana * 5 > wide && bad * 20 < wide
        })
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}')
}

/// The label of the set in which several pieces were most likely written: the one with the most
/// raw letters says it best, and short ones mixed in only mislead.
pub(crate) fn guess_of<'b>(pieces: impl Iterator<Item = &'b [u8]>) -> Option<&'static str> {
    let head = |piece: &'b [u8]| piece.get(..GUESSED_FROM).unwrap_or(piece);
    // Of pieces that say as much, the first decides.
    let (_, piece) = pieces
        .map(head)
        .map(|piece| (piece.iter().filter(|byte| !byte.is_ascii()).count(), piece))
        .reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    let encoding = detect(piece, Utf8Detection::Deny);
    (encoding != UTF_8).then(|| encoding.name())
}

/// Whether raw bytes are hardly anything but one of the two-byte sets of East Asia: letters of
/// Western sets stand alone among ASCII, those come in long even runs.
pub(crate) fn looks_double_byte(bytes: &[u8]) -> bool {
    let mut runs = bytes
        .split(|byte| byte.is_ascii())
        .map(<[u8]>::len)
        .filter(|length| *length > 0);
    let even = runs.clone().all(|length| length % 2 == 0);
    if !even || !runs.any(|length| length >= 6) || std::str::from_utf8(bytes).is_ok() {
        return false;
    }
    let guess = detect(bytes, Utf8Detection::Deny);
    [
        encoding_rs::GBK,
        encoding_rs::BIG5,
        encoding_rs::EUC_KR,
        encoding_rs::EUC_JP,
        encoding_rs::SHIFT_JIS,
    ]
    .contains(&guess)
}

fn escapes_to_japanese(bytes: &[u8]) -> bool {
    bytes
        .windows(3)
        .any(|three| matches!(three, [0x1b, b'$', b'B' | b'@'] | [0x1b, b'(', b'J' | b'I']))
}
