//! Files that old programs put into the text itself: `begin 644 name` … `end`.

use crate::mail::header::line_at;

/// A file found in text, and the bytes of the text it took up.
pub(crate) struct Found {
    pub(crate) name: Vec<u8>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) begin: usize,
    pub(crate) end: usize,
}

/// The first uuencoded file of a text, whole from `begin` to `end`.
pub(crate) fn first(text: &[u8]) -> Option<Found> {
    find(text, 0)
}

/// All files of a text, in order.
pub(crate) fn all(text: &[u8]) -> Vec<Found> {
    let mut found = Vec::new();
    // Nearly no text has one; look for the word before looking at lines.
    if memchr::memmem::find(text, b"begin ").is_none() {
        return found;
    }
    let mut place = 0;
    while let Some(file) = find(text, place) {
        place = file.end;
        found.push(file);
        if found.len() >= 100 {
            break;
        }
    }
    found
}

fn find(text: &[u8], from: usize) -> Option<Found> {
    let finder = memchr::memmem::Finder::new(b"begin ");
    let mut place = from;
    loop {
        let begin = place + finder.find(text.get(place..)?)?;
        let at_line_start = begin == 0 || text.get(begin - 1) == Some(&b'\n');
        if at_line_start {
            match read(text, begin) {
                Ok(file) => return Some(file),
                Err(stopped) => place = stopped.max(begin + 1),
            }
        } else {
            place = begin + 1;
        }
    }
}

/// Reads the file whose `begin` line is at `begin`, or says where the reading stopped.
fn read(text: &[u8], begin: usize) -> Result<Found, usize> {
    let (first, mut place) = line_at(text, begin).ok_or(begin)?;
    let mut words = first.splitn(3, |&byte| byte == b' ');
    let mode = words.nth(1).unwrap_or_default();
    let name = words.next().unwrap_or_default().trim_ascii();
    let valid = (3..=4).contains(&mode.len())
        && mode.iter().all(|byte| (b'0'..=b'7').contains(byte))
        && !name.is_empty();
    if !valid {
        return Err(begin + 1);
    }
    let mut bytes = Vec::new();
    let mut finished = false;
    while let Some((line, next)) = line_at(text, place) {
        if line == b"end" {
            if !finished && bytes.is_empty() {
                return Err(next);
            }
            return Ok(Found {
                name: name.to_vec(),
                bytes,
                begin,
                end: next,
            });
        }
        if finished && !line.trim_ascii().is_empty() {
            return Err(place);
        }
        finished |= decode_line(line, &mut bytes).ok_or(place)?;
        place = next;
    }
    Err(text.len())
}

/// Adds the bytes of one line; says whether it was the last, empty one.
fn decode_line(line: &[u8], bytes: &mut Vec<u8>) -> Option<bool> {
    let Some((&length, data)) = line.split_first() else {
        return Some(false);
    };
    if !(b' '..=b'`').contains(&length) {
        return None;
    }
    let length = usize::from((length - b' ') & 0x3f);
    if length == 0 {
        return Some(true);
    }
    // Blanks at the end of a line get lost on the way; a line too long is not uuencoded.
    if data.len() > length.div_ceil(3) * 4 + 2 {
        return None;
    }
    let mut left = length;
    for four in data.chunks(4) {
        let mut held = 0_u32;
        for at in 0..4 {
            let byte = four.get(at).copied().unwrap_or(b' ');
            if !(b' '..=b'`').contains(&byte) {
                return None;
            }
            held = held << 6 | u32::from((byte - b' ') & 0x3f);
        }
        for byte in held.to_be_bytes().iter().skip(1).take(left.min(3)) {
            bytes.push(*byte);
        }
        left = left.saturating_sub(3);
    }
    bytes.extend(std::iter::repeat_n(0, left));
    Some(false)
}
