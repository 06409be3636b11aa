//! Subjects, addresses, dates and identifiers as people's programs write them.

use crate::ground::{codes, read, read_bytes, with_field};

fn subject(field: &[u8]) -> String {
    with_field(field).document.subject
}

#[test]
fn encoded_subjects_are_read_even_when_broken() {
    let cases: &[(&[u8], &str)] = &[
        (
            b"Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=",
            "Grüße aus Köln",
        ),
        (b"Subject: =?UTF-8?B?R3LDvMOfZQ?=", "Grüße"),
        (
            b"Subject: Re: =?iso-8859-1?q?caf=E9?= today",
            "Re: café today",
        ),
        // A character cut in two by the program that folded the line.
        (b"Subject: =?utf-8?B?w7zD?=\r\n =?utf-8?B?pA==?=", "üä"),
        // Blanks inside, which the standard forbids.
        (b"Subject: =?utf-8?Q?two words=21?=", "two words!"),
        // Two words in different sets: the blank between them is not text.
        (b"Subject: =?utf-8?Q?=C3=A4?= =?iso-8859-1?Q?=E4?=", "ää"),
        (b"Subject: =?windows-1251?B?z/Do4uXy?=", "Привет"),
        (b"Subject: =?gb2312?B?xOO6ww==?=", "你好"),
        // Raw bytes inside an encoded word.
        (
            b"Subject: =?iso-8859-1?Q?Fr\xf6sche_quaken?=",
            "Frösche quaken",
        ),
        (b"Subject: =?utf-8?Z?nothing?=", "=?utf-8?Z?nothing?="),
        (b"Subject: folded\r\n\tonce", "folded once"),
        // Joined words whose escapes meet.
        (
            b"Subject: =?iso-2022-jp?B?GyRCJUYlOSVIGyhC?= =?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=",
            "テストテスト",
        ),
    ];
    for (field, expected) in cases {
        assert_eq!(
            subject(field),
            *expected,
            "{}",
            String::from_utf8_lossy(field)
        );
    }
}

#[test]
fn raw_bytes_in_a_subject_become_letters() {
    assert_eq!(subject("Subject: Größe falsch".as_bytes()), "Größe falsch");
    assert_eq!(
        subject(b"Subject: Gr\xf6\xdfe falsch, bitte pr\xfcfen"),
        "Größe falsch, bitte prüfen"
    );
    assert_eq!(subject(b"Subject: \x1b$B$3$s$K$A$O\x1b(B"), "こんにちは");
    // The body says Western, but letters of the West do not come in long even runs.
    let chinese = read_bytes(
        b"Subject: \xb7\xa2\xc6\xb1\xce\xca\xcc\xe2\xd7\xc9\xd1\xaf\r\n\
          Content-Type: text/plain; charset=iso-8859-1\r\n\r\nHi\r\n",
    );
    assert_eq!(chinese.document.subject, "发票问题咨询");
}

#[test]
fn raw_bytes_of_subject_and_text_are_guessed_together() {
    // Each alone is too short to tell Cyrillic from Greek.
    let mail = read_bytes(
        b"From: ida@customer.example\r\nSubject: \xf2\xe5\xf1\xf2 \xf2\xe5\xf1\xf2\r\n\r\n\xf2\xe5\xf1\xf2\r\n",
    );
    assert_eq!(mail.document.subject, "тест тест");
    assert_eq!(mail.document.text, "тест\n");
    assert!(codes(&mail).contains(&"charset_guessed"));
    // UTF-8 is declared and neither of them is.
    let mail = read_bytes(
        b"Subject: \xcf\xf0\xe8\xe2\xe5\xf2 \xe2\xf1\xe5\xec\r\n\
          Content-Type: text/plain; charset=utf-8\r\n\r\n\
          \xca\xe0\xea \xe2\xe5\xf0\xed\xf3\xf2\xfc \xf2\xee\xe2\xe0\xf0?\r\n",
    );
    assert_eq!(mail.document.subject, "Привет всем");
    assert_eq!(mail.document.text, "Как вернуть товар?\n");
}

#[test]
fn a_header_damaged_in_its_first_line_or_folds_is_still_a_header() {
    let mail = read(" From: Ida <ida@customer.example>\nSubject: Pump\n\nHi\n");
    assert_eq!(mail.document.from.address, "ida@customer.example");
    assert_eq!(mail.document.subject, "Pump");
    let blob = "Qk9SREVSTEVTUw==\n".repeat(30);
    let mail = read(&format!(
        "From: ida@customer.example\nX-Seal: H4sI\n{blob}Subject: Pump\n\nHi\n"
    ));
    assert_eq!(mail.document.subject, "Pump");
    assert_eq!(mail.document.text, "Hi\n");
}

#[test]
fn a_header_without_its_empty_line_ends_at_the_boundary_it_declares() {
    let mail = read(
        "From: ida@customer.example\nContent-Type: multipart/mixed; boundary=cut-1\n\
         Subject: Pump\nDate: Tue, 4 Mar 2025 09:12:00 +0000\n--cut-1\n\
         Content-Type: text/plain\n\nIt leaks.\n--cut-1--\n",
    );
    assert_eq!(
        mail.document.date.map(|date| date.0),
        Some(1_741_079_520_000)
    );
    assert_eq!(mail.document.subject, "Pump");
    assert_eq!(mail.document.text.trim(), "It leaks.");
}

#[test]
fn a_parameter_whose_fold_lost_its_blank_belongs_to_its_field() {
    let mail = read(
        "From: ida@customer.example\nContent-Type: multipart/mixed;\nboundary=\"=_Part:1\"\n\
         Subject: Pump\n\n--=_Part:1\nContent-Type: text/plain;\ncharset=utf-8\n\n\
         It leaks.\n--=_Part:1--\n",
    );
    assert_eq!(mail.document.subject, "Pump");
    assert_eq!(mail.document.text.trim(), "It leaks.");
    // In a text the same words are text.
    let mail = read("Subject: Settings;\nmode=dark\n\nIt leaks.\n");
    assert!(
        mail.document.text.contains("mode=dark"),
        "{}",
        mail.document.text
    );
}

#[test]
fn of_two_content_types_the_first_counts_unless_the_body_begins_with_the_other() {
    let parts = "--cut\nContent-Type: text/plain\n\nIt leaks.\n--cut--\n";
    for fields in [
        "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=cut\n",
        "Content-Type: multipart/mixed; boundary=cut\nContent-Type: text/plain\n",
    ] {
        let mail = read(&format!("From: ida@customer.example\n{fields}\n{parts}"));
        assert_eq!(mail.document.text.trim(), "It leaks.", "{fields}");
    }
    let mail = read(
        "From: ida@customer.example\nContent-Type: text/plain\n\
         Content-Type: multipart/mixed; boundary=other\n\nIt leaks.\n",
    );
    assert_eq!(mail.document.text, "It leaks.\n");
}

#[test]
fn folds_of_nothing_but_blanks_do_not_end_the_header() {
    let mail = read(
        "From: ida@customer.example\nReferences: <one@customer.example>\n\t\n  \n\t\n \
         <two@customer.example>\nMessage-ID: <three@customer.example>\n\nIt leaks.\n",
    );
    assert_eq!(mail.document.references.len(), 2);
    assert_eq!(mail.document.native_id, "three@customer.example");
    assert_eq!(mail.document.text, "It leaks.\n");
}

#[test]
fn addresses_are_found_in_whatever_is_written() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        (
            "Ann Lee <ann@a.example>, bob@b.example",
            &[("Ann Lee", "ann@a.example"), ("", "bob@b.example")],
        ),
        (
            "\"Lee, Ann\" <ann@a.example>",
            &[("Lee, Ann", "ann@a.example")],
        ),
        ("Lee, Ann <ann@a.example>", &[("Lee, Ann", "ann@a.example")]),
        ("ann@a.example (Ann Lee)", &[("Ann Lee", "ann@a.example")]),
        (
            "crew: ann@a.example, Bob <bob@b.example>;",
            &[("", "ann@a.example"), ("Bob", "bob@b.example")],
        ),
        ("undisclosed-recipients:;", &[]),
        ("Ann Lee ann@a.example", &[("Ann Lee", "ann@a.example")]),
        ("Ann <ann@a.example", &[("Ann", "ann@a.example")]),
        (
            "ann@a.example; bob@b.example",
            &[("", "ann@a.example"), ("", "bob@b.example")],
        ),
        ("\"ann lee\"@a.example", &[("", "\"ann lee\"@a.example")]),
        (
            "=?utf-8?Q?J=C3=B6rg?= <joerg@a.example>",
            &[("Jörg", "joerg@a.example")],
        ),
        (
            "=?iso-8859-1?Q? \"=F6tzi\" ?= <oetzi@a.example>",
            &[("ötzi", "oetzi@a.example")],
        ),
        (
            "=?utf-8?Q?Lee, Ann (home)?= <ann@a.example>, bob@b.example",
            &[("Lee, Ann (home)", "ann@a.example"), ("", "bob@b.example")],
        ),
        (
            "=?utf-8?Q?open, ann@a.example, bob@b.example",
            &[("open", ""), ("", "ann@a.example"), ("", "bob@b.example")],
        ),
        (
            "=?utf-8?Q?Ann_=3Cann=40a.example=3E?=",
            &[("Ann", "ann@a.example")],
        ),
        (
            "Ann <ann@a.example> Bob <bob@b.example>",
            &[("Ann", "ann@a.example"), ("Bob", "bob@b.example")],
        ),
        ("<ann@a.example> (home)", &[("home", "ann@a.example")]),
        // What the old syntax allows: comments anywhere, blanks around dots, empty groups.
        (
            "Ann <ann(at home)@(the office) a.example>",
            &[("Ann", "ann@a.example")],
        ),
        ("ann@a   . example", &[("", "ann@a.example")]),
        ("(none) Nobody :(really (nobody))  ; (the end)", &[]),
        // What Outlook and people make of it.
        (
            "Ann <ann@a.example<mailto:ann@a.example>>, bob@b.example",
            &[("Ann", "ann@a.example"), ("", "bob@b.example")],
        ),
        ("[ann@a.example]", &[("", "ann@a.example")]),
        ("Ann <Ann Lee ann@a.example>", &[("Ann", "ann@a.example")]),
    ];
    for (list, expected) in cases {
        let mail = with_field(format!("To: {list}").as_bytes());
        let found: Vec<(&str, &str)> = mail
            .document
            .to
            .iter()
            .map(|mailbox| (mailbox.name.as_str(), mailbox.address.as_str()))
            .collect();
        assert_eq!(found, *expected, "{list}");
    }
}

#[test]
fn a_date_is_an_instant_or_nothing() {
    let at = |date: &str| {
        let mail = with_field(format!("Date: {date}").as_bytes());
        mail.document.date.map(|date| date.0)
    };
    let noon = Some(1_790_424_000_000);
    assert_eq!(at("Sat, 26 Sep 2026 12:00:00 +0000"), noon);
    assert_eq!(at("26 Sep 26 14:00:00 +0200 (CEST)"), noon);
    assert_eq!(at("Sat Sep 26 12:00:00 2026"), noon);
    assert_eq!(at("2026-09-26T12:00:00Z"), noon);
    assert_eq!(at("Sat, 26 Sep 2026 08:00 EDT"), noon);
    // Names of months as some programs write them, against the standard, and months in figures.
    assert_eq!(at("Sa, 26 Sept 2026 12:00:00 +0000"), noon);
    assert_eq!(at("sam. 26 septembre 2026 14:00:00 +0200"), noon);
    assert_eq!(at("Sat, 26 09 2026 12:00:00 +0000"), noon);
    let fourth = Some(1_741_079_520_000);
    assert_eq!(at("Di, 4 Mrz 2025 09:12:00 +0000"), fourth);
    assert_eq!(at("Di., 4. März 2025 10:12:00 +0100"), fourth);
    assert_eq!(at("Tue, 4 Mar 2025 09:12:00 +0000"), fourth);
    let fevrier = Some(1_738_660_320_000);
    assert_eq!(at("mar. 4 févr. 2025 09:12:00 +0000"), fevrier);
    assert_eq!(at("Wed, 04 03 2025 12:00:00 +0000"), None, "March or April");
    assert_eq!(at("31 Feb 2099 99:00 +9999"), None);
    assert_eq!(at("yesterday"), None);
    assert!(codes(&with_field(b"Date: yesterday")).contains(&"bad_date"));
}

#[test]
fn identifiers_lose_their_brackets_and_the_first_message_id_counts() {
    let mail = read(
        "From: ida@customer.example\nMessage-ID: <one@x>\nMessage-ID: <two@x>\n\
         References: <a@x>\n <b@x> <c@x>\nIn-Reply-To: Your message <c@x>\n\nHi\n",
    );
    assert_eq!(mail.document.native_id, "one@x");
    assert_eq!(mail.document.references, ["a@x", "b@x", "c@x"]);
    assert_eq!(mail.document.in_reply_to, ["c@x"]);
    assert!(codes(&mail).contains(&"several_message_ids"));
}

#[test]
fn a_message_without_a_header_is_all_text() {
    let mail = read("The pump is loud.\nPlease call me.\n");
    assert_eq!(mail.document.text, "The pump is loud.\nPlease call me.\n");
    assert!(codes(&mail).contains(&"no_header"));
    assert_eq!(read_bytes(b"").document.text, "");
}

#[test]
fn an_mbox_line_and_bare_carriage_returns_do_no_harm() {
    let mail = read(
        "From ida@customer.example Sat Sep 26 12:00:00 2026\nFrom: ida@customer.example\nSubject: Hi\n\nBody\n",
    );
    assert_eq!(mail.document.subject, "Hi");
    let mac = read_bytes(b"From: ida@customer.example\rSubject: Old\r\rFirst\rSecond\r");
    assert_eq!(mac.document.subject, "Old");
    assert_eq!(mac.document.text, "First\nSecond\n");
}

#[test]
fn a_flood_of_fields_hides_nothing_that_matters() {
    let mut raw = Vec::new();
    for number in 0..100_000 {
        raw.extend_from_slice(format!("X-Junk-{number}: {number}\r\n").as_bytes());
    }
    raw.extend_from_slice(
        b"From: Ida <ida@customer.example>\r\nSubject: Still here\r\n\r\nYes\r\n",
    );
    let mail = read_bytes(&raw);
    assert_eq!(mail.document.subject, "Still here");
    assert_eq!(mail.document.from.address, "ida@customer.example");
    assert_eq!(mail.document.text, "Yes\n");
    assert!(codes(&mail).contains(&"header_fields_cut"));
}

#[test]
fn fifty_thousand_recipients_are_counted_but_not_kept() {
    let list: Vec<String> = (0..50_000)
        .map(|number| format!("n{number}@crowd.example"))
        .collect();
    let mail = with_field(format!("To: {}", list.join(",\r\n ")).as_bytes());
    assert_eq!(mail.document.to.len(), 2_000);
    assert!(codes(&mail).contains(&"recipients_cut"));
}
