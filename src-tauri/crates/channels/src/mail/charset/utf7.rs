//! UTF-7 (RFC 2152), which some old systems still send.

/// Decodes UTF-7; what is not valid stays as it stands.
pub(super) fn decode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        if byte != b'+' {
            text.push(if byte.is_ascii() {
                char::from(byte)
            } else {
                '\u{fffd}'
            });
            rest = tail;
            continue;
        }
        let length = tail
            .iter()
            .take_while(|byte| sextet(**byte).is_some())
            .count();
        let (run, after) = tail.split_at_checked(length).unwrap_or((tail, &[]));
        if run.is_empty() {
            text.push('+');
            rest = after.strip_prefix(b"-").unwrap_or(after);
            continue;
        }
        let mut units = Vec::with_capacity(run.len() * 6 / 16);
        let (mut held, mut bits) = (0_u32, 0_u32);
        for value in run.iter().filter_map(|byte| sextet(*byte)) {
            held = (held << 6) | u32::from(value);
            bits += 6;
            if bits >= 16 {
                bits -= 16;
                units.push(u16::try_from((held >> bits) & 0xffff).unwrap_or_default());
                held &= (1 << bits) - 1;
            }
        }
        text.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')));
        rest = after.strip_prefix(b"-").unwrap_or(after);
    }
    text
}

fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}
