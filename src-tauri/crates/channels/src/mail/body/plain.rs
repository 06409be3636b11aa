//! Plain text made readable: line ends, flowed lines (RFC 3676), and the text of rich formats.

/// One kind of line end, no NUL, no mark at the beginning.
pub(crate) fn clean(text: String) -> String {
    if !text.contains(['\r', '\0', '\u{feff}']) {
        return text;
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' => {
                // "\r\r\n" is one line end that went through two programs.
                while rest.peek() == Some(&'\r') {
                    rest.next();
                }
                if rest.peek() != Some(&'\n') {
                    clean.push('\n');
                }
            }
            '\0' => {}
            c => clean.push(c),
        }
    }
    clean
}

/// Joins flowed lines, each quote depth for itself.
pub(crate) fn flow(text: &str, delsp: bool) -> String {
    let mut flowed = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    let mut lines = text.split('\n').peekable();
    while let Some(line) = lines.next() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let body = line.get(depth..).unwrap_or_default();
        let body = body.strip_prefix(' ').unwrap_or(body);
        let signature = body == "-- ";
        if open == Some(depth) && !signature {
            flowed.push_str(body);
        } else {
            if open.is_some() {
                flowed.push('\n');
            }
            for _ in 0..depth {
                flowed.push('>');
            }
            if depth > 0 && !body.is_empty() {
                flowed.push(' ');
            }
            flowed.push_str(body);
        }
        let soft = body.ends_with(' ') && !signature;
        if soft && lines.peek().is_some() {
            if delsp {
                flowed.pop();
            }
            open = Some(depth);
        } else {
            open = None;
            if lines.peek().is_some() {
                flowed.push('\n');
            }
        }
    }
    flowed
}

/// The character set that an HTML page declares in itself.
pub(crate) fn meta_charset(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..4_096).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let after = head.split_once("charset")?.1.trim_start();
    let value = after
        .strip_prefix('=')?
        .trim_start()
        .trim_start_matches(['"', '\'']);
    let end = value
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.')))
        .unwrap_or(value.len());
    let label = value.get(..end)?;
    // A page that could be read so far cannot be in a wide set.
    (!label.is_empty() && !label.starts_with("utf-16")).then(|| label.to_owned())
}

/// The text of `text/enriched` (RFC 1896): commands left out, `<<` a bracket, lines joined.
pub(crate) fn of_enriched(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut hidden = 0_u32;
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '<' if rest.starts_with('<') => {
                rest = rest.get(1..).unwrap_or_default();
                text.push('<');
            }
            '<' => {
                let Some((command, after)) = rest.split_once('>') else {
                    text.push('<');
                    continue;
                };
                if command.eq_ignore_ascii_case("param") {
                    hidden += 1;
                } else if command.eq_ignore_ascii_case("/param") {
                    hidden = hidden.saturating_sub(1);
                }
                rest = after;
            }
            _ if hidden > 0 => {}
            '\n' => {
                let more = rest.len() - rest.trim_start_matches('\n').len();
                rest = rest.get(more..).unwrap_or_default();
                if more == 0 {
                    text.push(' ');
                }
                for _ in 0..more {
                    text.push('\n');
                }
            }
            c => text.push(c),
        }
    }
    text
}

/// The text of RTF: groups that carry no text are skipped, everything else is kept.
pub(crate) fn of_rtf(source: &[u8]) -> String {
    let mut bytes: Vec<u8> = Vec::new();
    let mut text = String::new();
    let mut label = "windows-1252".to_owned();
    // Per open group: whether its text is hidden, and how many fallback characters follow \u.
    let mut groups: Vec<(bool, usize)> = vec![(false, 1)];
    let mut skip = 0_usize;
    let mut rest = source;
    let flush = |bytes: &mut Vec<u8>, text: &mut String, label: &str| {
        if !bytes.is_empty() {
            text.push_str(&crate::mail::charset::decode(bytes, Some(label)).text);
            bytes.clear();
        }
    };
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let hidden = groups.last().is_none_or(|group| group.0);
        match byte {
            b'{' => {
                if groups.len() < 1_000 {
                    let top = groups.last().copied().unwrap_or((false, 1));
                    groups.push(top);
                }
            }
            b'}' => {
                if groups.len() > 1 {
                    groups.pop();
                }
            }
            b'\\' => {
                let Some((&next, after)) = rest.split_first() else {
                    break;
                };
                match next {
                    b'\\' | b'{' | b'}' => {
                        rest = after;
                        if !hidden {
                            bytes.push(next);
                        }
                    }
                    b'\'' => {
                        let pair = after.get(..2).unwrap_or_default();
                        rest = after.get(2..).unwrap_or_default();
                        let value = match pair {
                            [high, low] => crate::mail::transfer::hex(*high)
                                .zip(crate::mail::transfer::hex(*low))
                                .map(|(high, low)| high << 4 | low),
                            _ => None,
                        };
                        if skip > 0 {
                            skip -= 1;
                        } else if let (Some(value), false) = (value, hidden) {
                            bytes.push(value);
                        }
                    }
                    b'*' => {
                        rest = after;
                        if let Some(group) = groups.last_mut() {
                            group.0 = true;
                        }
                    }
                    b'~' => {
                        rest = after;
                        if !hidden {
                            bytes.push(b' ');
                        }
                    }
                    b'\n' | b'\r' => {
                        rest = after;
                        if !hidden {
                            bytes.push(b'\n');
                        }
                    }
                    _ => {
                        let length = rest
                            .iter()
                            .take_while(|byte| byte.is_ascii_alphabetic())
                            .count();
                        let (word, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
                        let digits = after
                            .iter()
                            .enumerate()
                            .take_while(|(at, byte)| {
                                byte.is_ascii_digit() || (*at == 0 && **byte == b'-')
                            })
                            .count();
                        let (number, after) =
                            after.split_at_checked(digits).unwrap_or((after, &[]));
                        rest = after.strip_prefix(b" ").unwrap_or(after);
                        if length == 0 && digits == 0 {
                            rest = after.get(1..).unwrap_or_default();
                        }
                        let number = std::str::from_utf8(number)
                            .ok()
                            .and_then(|digits| digits.parse::<i64>().ok());
                        match word {
                            b"par" | b"line" | b"row" if !hidden => bytes.push(b'\n'),
                            b"tab" | b"cell" if !hidden => bytes.push(b'\t'),
                            b"ansicpg" => {
                                if let Some(page) = number {
                                    label = format!("windows-{page}");
                                }
                            }
                            b"uc" => {
                                if let (Some(group), Some(count)) = (groups.last_mut(), number) {
                                    group.1 = usize::try_from(count).unwrap_or(0).min(8);
                                }
                            }
                            b"u" => {
                                skip = groups.last().map_or(1, |group| group.1);
                                if let (Some(code), false) = (number, hidden) {
                                    flush(&mut bytes, &mut text, &label);
                                    let code =
                                        u32::try_from(code.rem_euclid(65_536)).unwrap_or(0xfffd);
                                    text.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                                }
                            }
                            b"fonttbl" | b"colortbl" | b"stylesheet" | b"info" | b"pict"
                            | b"object" | b"header" | b"footer" | b"listtable" | b"themedata" => {
                                if let Some(group) = groups.last_mut() {
                                    group.0 = true;
                                }
                            }
                            b"htmlrtf" => {
                                if let Some(group) = groups.last_mut() {
                                    group.0 = number != Some(0);
                                }
                            }
                            _ => {}
                        }
                    }
                }
            }
            b'\r' | b'\n' | 0 => {}
            byte => {
                if skip > 0 {
                    skip -= 1;
                } else if !hidden {
                    bytes.push(byte);
                }
            }
        }
    }
    flush(&mut bytes, &mut text, &label);
    text
}
