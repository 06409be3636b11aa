//! Bodies as forms, which some clients send where they could send JSON.

use serde_json::{Map, Value};

use crate::error::DoorError;

/// The type of a form with parts.
const TYPE: &str = "multipart/form-data";

/// Whether a body of that type is such a form.
pub(super) fn is_one(kind: &str) -> bool {
    kind.get(..TYPE.len())
        .is_some_and(|begins| begins.eq_ignore_ascii_case(TYPE))
}

/// Words of a form that say no, in whatever case. Chatwoot takes everything else for a yes, and a
/// note that is for the team must not go to the customer because its bot writes `True`.
const NO: [&str; 5] = ["", "0", "f", "false", "off"];

/// Whether a field of a form says yes.
pub(super) fn says_yes(text: &str) -> bool {
    !NO.iter().any(|no| text.eq_ignore_ascii_case(no))
}

/// The fields of a form, each a text. Files are not taken.
pub(super) fn fields(kind: &str, body: &[u8]) -> Result<Map<String, Value>, DoorError> {
    let broken = || DoorError::bad_request("The form cannot be read.");
    let boundary = kind
        .split(';')
        .filter_map(|part| part.trim().split_once('='))
        .find_map(|(name, value)| name.eq_ignore_ascii_case("boundary").then_some(value))
        .map(|value| value.trim_matches('"'))
        .filter(|value| !value.is_empty())
        .ok_or_else(broken)?;
    let text = std::str::from_utf8(body).map_err(|_| broken())?;
    // The first boundary may stand at the very beginning; every other one on a line of its own.
    let text = format!("\r\n{text}");
    let (parts, _) = text
        .split_once(&format!("\r\n--{boundary}--"))
        .ok_or_else(broken)?;
    let mut fields = Map::new();
    for part in parts.split(&format!("\r\n--{boundary}\r\n")).skip(1) {
        let (head, value) = part.split_once("\r\n\r\n").ok_or_else(broken)?;
        let about = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find_map(|(name, about)| {
                name.eq_ignore_ascii_case("content-disposition")
                    .then_some(about)
            })
            .ok_or_else(broken)?;
        let parameter = |wanted: &str| {
            about
                .split(';')
                .filter_map(|one| one.trim().split_once('='))
                .find_map(|(name, value)| (name == wanted).then_some(value.trim_matches('"')))
        };
        if parameter("filename").is_some() {
            return Err(DoorError::new(
                422,
                "no_files",
                "Files are not taken from bots.",
                "Say where the customer finds it.",
            ));
        }
        let name = parameter("name").ok_or_else(broken)?;
        fields.insert(name.to_owned(), Value::from(value));
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{fields, is_one, says_yes};

    const KIND: &str = "multipart/form-data; boundary=----x7";

    fn read(body: &str) -> Result<Value, u16> {
        let body = body.replace('\n', "\r\n");
        let read = fields(KIND, body.as_bytes());
        read.map(Value::from).map_err(|error| error.status)
    }

    #[test]
    fn each_part_is_a_field_whatever_stands_in_it() {
        let body = "------x7\nContent-Disposition: form-data; name=\"content\"\n\nOne\n\n--two; \
                    name=\"x\"\n------x7\nContent-Type: text/plain\ncontent-disposition: form-data; \
                    name=private\n\ntrue\n------x7--\n";
        assert_eq!(
            read(body).unwrap(),
            json!({ "content": "One\r\n\r\n--two; name=\"x\"", "private": "true" })
        );
        assert_eq!(read("------x7--\n").unwrap(), json!({}));
        assert!(is_one(KIND) && is_one("Multipart/Form-Data") && !is_one("application/json"));
    }

    #[test]
    fn a_note_is_one_however_its_bot_writes_yes() {
        for yes in ["true", "True", "TRUE", "1", "t", "on", "yes"] {
            assert!(says_yes(yes), "{yes}");
        }
        for no in ["false", "False", "0", "f", "off", ""] {
            assert!(!says_yes(no), "{no}");
        }
    }

    #[test]
    fn files_and_what_is_broken_are_refused() {
        let file = "------x7\nContent-Disposition: form-data; name=\"a\"; filename=\"b.txt\"\n\nx\n\
                    ------x7--\n";
        assert_eq!(read(file), Err(422));
        for broken in [
            "",
            "------x7\n",
            "------x7\nContent-Disposition: form-data; name=\"a\"\n\nx\n",
            "------x7\nname=\"a\"\n\nx\n------x7--\n",
            "------x7\nContent-Disposition: form-data\n\nx\n------x7--\n",
        ] {
            assert_eq!(read(broken), Err(400), "{broken}");
        }
        assert!(fields("multipart/form-data", b"").is_err());
        assert!(fields(KIND, b"\xff------x7--").is_err());
    }
}
