//! Values in TOML's spelling.

use std::fmt::Write as _;

/// A value to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// A text.
    Text(String),
    /// A condition: a text that is quoted so that it needs no escapes where that can be.
    Condition(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// A whole number.
    Int(i64),
    /// A number with a point.
    Decimal(f64),
    /// True or false.
    Bool(bool),
    /// Keys with values, on one line.
    Table(Vec<(String, Written)>),
}

/// A value as it stands in a file.
pub(super) fn value(value: &Written) -> String {
    match value {
        Written::Text(text) => basic(text),
        Written::Condition(text) => literal(text),
        Written::Texts(list) => {
            let list: Vec<String> = list.iter().map(|text| basic(text)).collect();
            format!("[{}]", list.join(", "))
        }
        Written::Int(number) => number.to_string(),
        Written::Decimal(number) => format!("{number:?}"),
        Written::Bool(flag) => flag.to_string(),
        Written::Table(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(name, inner)| format!("{} = {}", key(name), self::value(inner)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// `key = value` with the end of the line.
pub(super) fn line(name: &str, value: &Written) -> String {
    format!("{} = {}\n", key(name), self::value(value))
}

/// A whole rule or test.
pub(super) fn block(section: &str, keys: &[(String, Written)]) -> String {
    let width = keys
        .iter()
        .map(|(name, _)| key(name).len())
        .max()
        .unwrap_or(0);
    let mut out = format!("[[{section}]]\n");
    for (name, inner) in keys {
        let _ = writeln!(out, "{:width$} = {}", key(name), value(inner));
    }
    out
}

/// A key, quoted where it must be.
fn key(name: &str) -> String {
    let plain = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if plain { name.to_owned() } else { basic(name) }
}

/// A text in single quotes, where nothing needs an escape; else in double quotes.
fn literal(text: &str) -> String {
    let plain = !text.contains('\'') && text.chars().all(|c| !c.is_control() || c == '\t');
    let lines = !text.contains("'''")
        && !text.ends_with('\'')
        && text
            .chars()
            .all(|c| !c.is_control() || c == '\t' || c == '\n');
    if plain {
        format!("'{text}'")
    } else if lines {
        // The first line break after the quotes is not a part of the text.
        let start = if text.starts_with('\n') { "\n" } else { "" };
        format!("'''{start}{text}'''")
    } else {
        basic(text)
    }
}

/// A text in double quotes.
fn basic(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
