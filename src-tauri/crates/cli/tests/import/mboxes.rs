//! mbox in its dialects.

use std::io::Cursor;

use baton_cli::import::mbox::Mbox;
use proptest::prelude::*;

use super::seen;

fn mails(text: impl AsRef<[u8]>) -> Vec<String> {
    Mbox::new(Cursor::new(text.as_ref().to_vec()), "box".to_owned())
        .map(|found| seen(found).1.unwrap_or_else(|why| format!("!{why}")))
        .collect()
}

const FIRST: &str = "From anna@example.com Mon Mar  4 10:00:00 2024\n";
const SECOND: &str = "From ben@example.com Tue Mar  5 11:30:00 2024\n";

#[test]
fn two_mails_are_told_apart_and_numbered() {
    let text = format!("{FIRST}Subject: one\n\nHello\n\n{SECOND}Subject: two\n\nBye\n\n");
    assert_eq!(
        mails(&text),
        ["Subject: one\n\nHello\n", "Subject: two\n\nBye\n"]
    );
    let places: Vec<_> = Mbox::new(Cursor::new(text), "box".to_owned())
        .map(|found| seen(found).0)
        .collect();
    assert_eq!(places, ["box:1", "box:2"]);
}

#[test]
fn a_missing_blank_line_hides_no_mail() {
    let text = format!("{FIRST}Subject: one\n\nHello\n{SECOND}Subject: two\n\nBye");
    assert_eq!(
        mails(text),
        ["Subject: one\n\nHello\n", "Subject: two\n\nBye"]
    );
}

#[test]
fn windows_line_ends_are_kept() {
    let text = format!("{FIRST}Subject: one\n\nHello\n\n{SECOND}Subject: two\n\nBye\n");
    let mails = mails(text.replace('\n', "\r\n"));
    assert_eq!(
        mails,
        [
            "Subject: one\r\n\r\nHello\r\n",
            "Subject: two\r\n\r\nBye\r\n"
        ]
    );
}

#[test]
fn prose_that_begins_with_from_stays_prose() {
    let body = "Subject: one\n\nHello\n\nFrom here on it rains.\nFrom 10 to 12 we talk.\n";
    assert_eq!(mails(format!("{FIRST}{body}\n")), [body]);
    let quoted = "Subject: one\n\n>From here\n>>From there\n> From afar\n";
    let plain = "Subject: one\n\nFrom here\n>From there\n> From afar\n";
    assert_eq!(mails(format!("{FIRST}{quoted}\n")), [plain]);
}

#[test]
fn a_lying_length_swallows_no_mail_and_a_true_one_guards_prose() {
    let text = format!("{FIRST}Content-Length: 9999\n\nHello\n\n{SECOND}Subject: two\n\nBye\n");
    assert_eq!(mails(text).len(), 2);
    let body = "Text\n\nFrom Anna\nName: Anna\n";
    let mail = format!("Content-Length: {}\n\n{body}", body.len());
    assert_eq!(
        mails(format!("{FIRST}{mail}\n{SECOND}A: b\n\nc\n")).first(),
        Some(&mail)
    );
}

#[test]
fn odd_beginnings_are_said_and_lose_nothing() {
    assert!(mails("").is_empty());
    assert!(mails("\n\n\n").is_empty());
    assert_eq!(
        mails("Subject: no From line\n\nHello\n"),
        ["Subject: no From line\n\nHello\n"]
    );
    let text = format!("\u{0}\u{1} rubbish\nmore\n{FIRST}Subject: one\n\nHello\n");
    let read = mails(text);
    assert!(read[0].starts_with('!'), "{read:?}");
    assert_eq!(read[1..], ["Subject: one\n\nHello\n"]);
    assert!(mails("no mail at all").concat().starts_with('!'));
    let empty = mails(format!("{FIRST}{SECOND}Subject: two\n\nBye\n"));
    assert_eq!(empty.len(), 2, "an empty mail is said: {empty:?}");
}

#[test]
fn a_mail_without_measure_is_left_out_and_the_next_one_read() {
    let text = format!(
        "{FIRST}A: b\n\n{}\n\n{SECOND}Subject: two\n\nBye\n",
        "x".repeat(300_000)
    );
    let read: Vec<_> = Mbox::with_largest(Cursor::new(text), "box".to_owned(), 200_000)
        .map(|found| seen(found).1)
        .collect();
    assert!(read[0].as_ref().unwrap_err().contains("larger than"));
    assert_eq!(read[1].as_deref(), Ok("Subject: two\n\nBye\n"));
}

#[test]
fn lines_longer_than_a_piece_are_whole() {
    let body = format!("A: b\n\n{}From me\n", "y".repeat(64 * 1024));
    assert_eq!(mails(format!("{FIRST}{body}\n")), [body]);
}

fn quote(mail: &str) -> String {
    mail.split_inclusive('\n')
        .map(
            |line| match line.trim_start_matches('>').starts_with("From ") {
                true => format!(">{line}"),
                false => line.to_owned(),
            },
        )
        .collect()
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..4000)) {
        let _ = mails(bytes);
    }

    #[test]
    fn anything_near_an_mbox_is_read_without_panic(
        lines in proptest::collection::vec("(From |>From |From a Jan 1 10:00 2020|A: |\n|\r\n|x){1,4}\n?", 0..40)
    ) {
        let _ = mails(lines.concat());
    }

    #[test]
    fn what_was_joined_is_split_again(
        bodies in proptest::collection::vec("((>{0,2}From |[a-z ]{0,9})[ -~]{0,20}\n){0,6}", 1..6)
    ) {
        let whole: Vec<_> = bodies.iter().map(|body| format!("Subject: s\n\n{body}.\n")).collect();
        let text: String = whole.iter().map(|mail| format!("{FIRST}{}\n", quote(mail))).collect();
        prop_assert_eq!(mails(text), whole);
    }
}
