//! Mails that are built to exhaust the reader: time and memory stay within a small multiple of
//! their size. A process of its own, so that the memory of other tests is not counted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may fail loudly and says what it skips"
)]

use std::fmt::Write as _;
use std::time::Duration;

use baton_channels::html::{ViewPolicy, sanitise};
use baton_channels::mail::{DecodeContext, decode};
use rustix::time::{ClockId, clock_gettime};

/// Processor time for a megabyte, in an unoptimised build.
const TIME_PER_MEGABYTE: Duration = Duration::from_secs(3);
/// What the smallest mail may take.
const TIME_AT_LEAST: Duration = Duration::from_secs(6);
/// Bytes of memory for a byte of mail, at the peak.
const MEMORY_PER_BYTE: usize = 24;
/// What the smallest mail may cost.
const MEMORY_AT_LEAST: usize = 48 << 20;

/// A name and how to build it.
type Bomb = (&'static str, fn() -> Vec<u8>);

fn many(head: &str, piece: &str, count: usize) -> Vec<u8> {
    format!("{head}{}", piece.repeat(count)).into_bytes()
}

/// A field filled up, then a small body.
fn field(name: &str, piece: &str, count: usize) -> Vec<u8> {
    format!("{name}: {}\r\n\r\nHi", piece.repeat(count)).into_bytes()
}

/// Containers inside each other, each with its own boundary.
fn nested(depth: usize, kind: &str) -> Vec<u8> {
    let mut mail = String::from("From: a@b.example\r\n");
    for level in 0..depth {
        write!(
            mail,
            "Content-Type: multipart/{kind}; boundary=b{level}\r\n\r\n--b{level}\r\n"
        )
        .unwrap();
    }
    mail.push_str("\r\ndeep\r\n");
    mail.into_bytes()
}

const MIXED: &str = "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";

const BOMBS: &[Bomb] = &[
    ("encoded words", || {
        field("Subject", "=?utf-8?Q?=C3=BC?= ", 60_000)
    }),
    ("open encoded words", || {
        field("Subject", "=?utf-8?Q?", 100_000)
    }),
    ("open brackets", || field("To", "(", 1_000_000)),
    ("angles and quotes", || field("To", "<\"", 200_000)),
    ("signs in a name", || {
        format!("From: \"{}\" <a@b.example>\r\n\r\nHi", "@ ".repeat(30_000)).into_bytes()
    }),
    ("mailboxes without commas", || {
        field("To", "a <b@c> ", 100_000)
    }),
    ("three hundred thousand recipients", || {
        field("To", "a@b.example, ", 300_000)
    }),
    ("groups", || field("To", "a:b@c;", 200_000)),
    ("links in angles", || field("To", "<a@b.c<mailto:", 40_000)),
    ("parameters", || {
        field("Content-Type: text/plain; x", "a=\"b\" ", 100_000)
    }),
    ("numbered parameters", || {
        let mut mail = String::from("Content-Type: text/plain");
        for number in 0..50_000 {
            write!(mail, ";\r\n name*{number}*=%41").unwrap();
        }
        mail.push_str("\r\n\r\nHi");
        mail.into_bytes()
    }),
    ("references", || field("References", "<a@b> ", 200_000)),
    ("one long field", || field("Subject", "a", 8_000_000)),
    ("many fields", || {
        many("From: a@b\r\n", "X-A: b\r\n", 300_000)
    }),
    ("many folds", || {
        many("From: a@b\r\nSubject: a", "\r\n b", 300_000)
    }),
    ("folds of blanks", || {
        many("From: a@b\r\n", " \r\n", 300_000)
    }),
    ("lines that are no fields", || {
        many("From: a@b\r\n", "no colon here\r\n", 100_000)
    }),
    ("words that are no fields", || {
        many("From: a@b\r\n", "word\r\n", 300_000)
    }),
    ("lines without a header", || many("", "a\r\n", 500_000)),
    ("ten thousand parts", || {
        many(MIXED, "--b\r\n\r\nx\r\n", 10_000)
    }),
    ("a hundred thousand files", || {
        many(
            MIXED,
            "--b\r\nContent-Type: image/png; name=a.png\r\n\r\nx\r\n",
            100_000,
        )
    }),
    ("a thousand levels", || nested(1_000, "mixed")),
    ("ten thousand levels", || nested(10_000, "alternative")),
    ("levels of one boundary", || {
        many(
            MIXED,
            "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
            50_000,
        )
    }),
    ("a thousand forwarded mails", || {
        let mut mail = String::from("From: a@b.example\r\n");
        for _ in 0..1_000 {
            mail.push_str("Content-Type: message/rfc822\r\n\r\nSubject: a\r\n");
        }
        mail.push_str("\r\ndeep");
        mail.into_bytes()
    }),
    ("false boundaries", || many(MIXED, "--c\r\n", 200_000)),
    ("dashes", || many(MIXED, "-", 1_000_000)),
    ("base64", || {
        many(
            "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            "AAAA",
            2_000_000,
        )
    }),
    ("quoted printable", || {
        many(
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
            "=C3=BC",
            500_000,
        )
    }),
    ("a packed file that is left packed", || {
        many(
            "Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBBQ",
            "AAAAAAAA",
            500_000,
        )
    }),
    ("uuencoded beginnings", || {
        many("From: a@b\r\n\r\n", "begin 644 a\n", 100_000)
    }),
    ("uuencoded files", || {
        many("From: a@b\r\n\r\n", "begin 644 a\n#86)C\n`\nend\n", 20_000)
    }),
    ("rich text", || {
        many("Content-Type: text/rtf\r\n\r\n", "{", 1_000_000)
    }),
    ("enriched text", || {
        many("Content-Type: text/enriched\r\n\r\n", "<b>", 300_000)
    }),
    ("calendar", || {
        many(
            "Content-Type: text/calendar\r\n\r\n",
            "BEGIN:VEVENT\r\n",
            200_000,
        )
    }),
    ("flowed quotes", || {
        many(
            "Content-Type: text/plain; format=flowed\r\n\r\n",
            "> > > a \r\n",
            200_000,
        )
    }),
    ("quotes", || many("From: a@b\r\n\r\n", ">", 2_000_000)),
    ("header blocks in the text", || {
        many("From: a@b\r\n\r\nHello\r\n", "From: a\nDate: b\n", 60_000)
    }),
    ("introductions", || {
        many(
            "From: a@b\r\n\r\nHello\r\n",
            "On Monday, Bob wrote:\n",
            20_000,
        )
    }),
    ("a crowd of senders", || {
        many("", "From: a@b.example\r\n", 100_000)
    }),
    ("pages", || {
        many(
            "Content-Type: text/html\r\n\r\n",
            "<div><b><table><tr><td>",
            30_000,
        )
    }),
    ("styles", || {
        many(
            "Content-Type: text/html\r\n\r\n<p style='",
            "color:red;",
            200_000,
        )
    }),
    ("attributes", || {
        many("Content-Type: text/html\r\n\r\n<p ", "a=b ", 500_000)
    }),
    ("entities", || {
        many("Content-Type: text/html\r\n\r\n", "&lt;&#x41;", 100_000)
    }),
    ("zeros", || vec![0; 4_000_000]),
    ("high bytes", || vec![0xe9; 2_000_000]),
    ("escapes of Japan", || {
        many(
            "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n",
            "\u{1b}$B\u{1b}(B",
            300_000,
        )
    }),
    ("a delivery report", || {
        many(
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\
             Content-Type: message/delivery-status\r\n\r\n",
            "Final-Recipient: rfc822; a@b\r\nAction: failed\r\n\r\n",
            50_000,
        )
    }),
];

/// The processor time of this thread: a busy machine makes no test fail.
fn spent() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
}

/// The most memory used since it was last reset, where the system tells.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: usize = line.trim().trim_end_matches(" kB").trim().parse().ok()?;
    Some(kilobytes << 10)
}

fn reset_peak() -> bool {
    std::fs::write("/proc/self/clear_refs", "5").is_ok()
}

#[test]
fn no_mail_costs_more_than_its_size_allows() {
    if !reset_peak() || peak().is_none() {
        println!("skipped: this system does not tell the peak of memory; only time is measured");
    }
    let context = DecodeContext {
        own_addresses: vec!["support@harbour.example".into()],
        team_names: vec!["Zoe Lindqvist".into()],
        trusted_authserv_ids: Vec::new(),
    };
    let mut wrong = Vec::new();
    for (name, build) in BOMBS {
        let bomb = build();
        reset_peak();
        let before = peak();
        let begun = spent();
        let mail = decode(&bomb, &context);
        if let Some(html) = &mail.html {
            sanitise(html, &ViewPolicy::strict());
        }
        let taken = spent() - begun;
        let kilobytes = u32::try_from(bomb.len() >> 10).unwrap();
        if taken > TIME_AT_LEAST + TIME_PER_MEGABYTE * kilobytes / 1024 {
            wrong.push(format!("{name}: {} bytes took {taken:?}", bomb.len()));
        }
        if let (Some(before), Some(after)) = (before, peak()) {
            let used = after.saturating_sub(before);
            if used > MEMORY_AT_LEAST + MEMORY_PER_BYTE * bomb.len() {
                wrong.push(format!("{name}: {} bytes took {used} bytes", bomb.len()));
            }
        }
        println!("{name}: {} bytes, {taken:?}", bomb.len());
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
