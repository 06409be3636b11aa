//! Dialogs, one a line.

use std::io::Cursor;

use baton_cli::import::jsonl::Dialogs;
use baton_cli::import::{Content, Format, read};
use baton_core::message::Author;
use proptest::prelude::*;

use super::seen;

fn time(ts: &str) -> Option<i64> {
    let line = format!(
        r#"{{"conversation_id":"c","messages":[{{"author":"bot","text":"hi"{ts}}}],"labels":{{}}}}"#
    );
    let item = Dialogs::new(Cursor::new(line), "d".to_owned())
        .next()
        .unwrap()
        .unwrap();
    let Content::Dialog(dialog) = item.content else {
        panic!("no dialog");
    };
    assert_eq!(dialog.messages[0].author, Author::Bot);
    dialog.messages[0].at.map(|at| at.0)
}

#[test]
fn times_are_read_however_they_are_written() {
    let instant = Some(1_589_375_958_000);
    assert_eq!(time(r#","ts":1589375958"#), instant);
    assert_eq!(time(r#","ts":1589375958.0"#), instant);
    assert_eq!(time(r#","ts":1589375958000"#), instant);
    assert_eq!(time(r#","ts":"1589375958""#), instant);
    assert_eq!(time(r#","ts":"2020-05-13T13:19:18Z""#), instant);
    assert_eq!(time(r#","ts":"2020-05-13T15:19:18+02:00""#), instant);
    assert_eq!(time(r#","ts":"2020-05-13T13:19:18""#), instant);
    for unknown in [
        "",
        r#","ts":null"#,
        r#","ts":"soon""#,
        r#","ts":1e300"#,
        r#","ts":[]"#,
    ] {
        assert_eq!(time(unknown), None, "{unknown}");
    }
}

#[test]
fn a_bad_line_is_numbered_and_left_out() {
    let good =
        r#"{"conversation_id":"a","channel":"chat","messages":[{"author":"customer","text":"x"}]}"#;
    let text = format!(
        "\u{feff}{good}\n\n{{\n{}\n{}\n{}\n{}\n{}",
        good.replace("customer", "martian"),
        r#"{"conversation_id":"","messages":[{"author":"bot","text":"x"}]}"#,
        r#"{"conversation_id":"b","messages":[]}"#,
        "[".repeat(100_000),
        good.replace("\"a\"", "7"),
    );
    let read: Vec<_> = Dialogs::new(Cursor::new(text), "d".to_owned())
        .map(seen)
        .collect();
    let places: Vec<_> = read.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["d:1", "d:3", "d:4", "d:5", "d:6", "d:7", "d:8"]);
    assert_eq!(read[0].1.as_deref(), Ok("a"));
    assert!(read[1..6].iter().all(|(_, what)| what.is_err()));
    assert_eq!(read[6].1.as_deref(), Ok("7"));
}

#[test]
fn the_same_line_has_the_same_key_wherever_it_stands() {
    let line = r#"{"conversation_id":"a","messages":[{"author":"customer","text":"x"}]}"#;
    let text = format!("{line}\n\n  {line}  \r\n{}", line.replace("\"x\"", "\"y\""));
    let keys: Vec<_> = Dialogs::new(Cursor::new(text), "d".to_owned())
        .map(|found| found.unwrap().key())
        .collect();
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[0], keys[2]);
}

#[test]
fn real_dialogs_are_read_to_the_last() {
    let data = std::env::var_os("BATON_DATA").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data"),
        std::path::PathBuf::from,
    );
    for (file, count) in [("star.dev.jsonl", 1298), ("multidogo.dev.jsonl", 1173)] {
        let path = data.join("dialogs").join(file);
        if !path.exists() {
            println!("skipped: {file} is not at hand");
            continue;
        }
        // Some of them were given up before anybody said a word: each is reported, none is lost.
        let silent = std::fs::read_to_string(&path)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .filter(|dialog| dialog["messages"].as_array().is_some_and(Vec::is_empty))
            .count();
        let found: Vec<_> = read(Format::Jsonl, vec![path]).collect();
        assert_eq!(found.len(), count);
        assert_eq!(found.iter().filter(|one| one.is_err()).count(), silent);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        Dialogs::new(Cursor::new(bytes), "d".to_owned()).for_each(drop);
    }
}
