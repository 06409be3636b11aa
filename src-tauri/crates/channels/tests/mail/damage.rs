//! Mail damaged in every place: nothing panics, nothing takes long, and what was not hit stays.

use std::time::Duration;

use baton_channels::mail::{attachment, html_of};
use proptest::prelude::*;
use rustix::time::{ClockId, clock_gettime};

use crate::ground::read_bytes;

/// A mail with one of everything that is hard to read.
fn sample() -> Vec<u8> {
    let mut mail = b"Return-Path: <ida@customer.example>\r\n\
        From: =?utf-8?Q?Ida_H=C3=B6lm?= <ida@customer.example>\r\n\
        To: \"Support, first\" <support@harbour.example>, crew: a@b.example (Ann), c@d.example;\r\n\
        Subject: =?iso-8859-1?Q?Gr=FC=DFe?= =?utf-8?B?w7zDpA==?= and \xfc\r\n\
        Date: Sat, 26 Sep 2026 12:00:00 +0200 (CEST)\r\n\
        Message-ID: <m@x>\r\nReferences: <a@x>\r\n <b@x>\r\n\
        Content-Type: multipart/mixed; boundary=\"outer\"\r\n\r\npreamble\r\n\
        --outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n\
        --inner\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\n\
        The harbour pump is lo=\r\nud.\r\n> quoted =C3=BC=20\r\n> text\r\n\r\n\
        begin 644 hello.txt\r\n%:&5L;&\\\r\n`\r\nend\r\n\
        --inner\r\nContent-Type: text/html; charset=windows-1252\r\n\r\n\
        <p>The harbour pump is <b>loud</b>.</p>\r\n--inner--\r\n\
        --outer\r\nContent-Type: application/octet-stream; name*0*=utf-8''pl%C3%A4; name*1=n.bin\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nAAECAwQFBgcICQ==\r\n\
        --outer\r\nContent-Type: message/rfc822\r\n\r\nSubject: inside\r\n\r\nforwarded\r\n\
        --outer\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n\
        BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Visit\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n\
        --outer\r\nContent-Type: text/rtf; name=a.rtf\r\n\r\n{\\rtf1\\ansi T\\'fcr\\u8364?}\r\n\
        --outer\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\nStatus: 5.1.1\r\n\
        --outer\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgEAAgKQBgAOAAAA\r\n"
        .to_vec();
    mail.extend_from_slice(b"--outer--\r\nepilogue\r\n");
    mail
}

/// The processor time of this thread: a busy machine makes no test fail.
fn spent() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
}

fn read_all(raw: &[u8]) {
    let begun = spent();
    let mail = read_bytes(raw);
    for file in &mail.document.attachments {
        assert_eq!(
            attachment(raw, file.index).map(|bytes| bytes.len() as u64),
            Some(file.size)
        );
    }
    assert_eq!(html_of(raw), mail.html);
    assert!(
        (spent() - begun) < Duration::from_secs(5),
        "reading took too long"
    );
}

#[derive(Debug, Clone)]
enum Damage {
    Cut(usize),
    Drop(usize, usize),
    Repeat(usize, usize),
    Put(usize, Vec<u8>),
    Flip(usize, u8),
}

fn damage() -> impl Strategy<Value = Damage> {
    let size = sample().len();
    prop_oneof![
        (0..size).prop_map(Damage::Cut),
        (0..size, 1..80_usize).prop_map(|(at, count)| Damage::Drop(at, count)),
        (0..size, 1..200_usize).prop_map(|(at, count)| Damage::Repeat(at, count)),
        (0..size, proptest::collection::vec(any::<u8>(), 1..20))
            .prop_map(|(at, bytes)| Damage::Put(at, bytes)),
        (
            0..size,
            proptest::sample::select(vec![
                "\r\n",
                "\n\n",
                "--outer\r\n",
                "--inner--\r\n",
                "=?utf-8?B?",
                "?=",
                "\"",
                "(",
                "<",
                "%",
                "=",
                ";",
                "\0",
                "--",
                "*0*=",
                "begin 644 x\n",
            ])
        )
            .prop_map(|(at, text)| Damage::Put(at, text.as_bytes().to_vec())),
        (0..size, any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
    ]
}

fn apply(raw: &mut Vec<u8>, damage: &Damage) {
    match damage {
        Damage::Cut(at) => raw.truncate(*at),
        Damage::Drop(at, count) => {
            let begin = (*at).min(raw.len());
            let end = (begin + count).min(raw.len());
            raw.drain(begin..end);
        }
        Damage::Repeat(at, count) => {
            let begin = (*at).min(raw.len());
            let end = (begin + count).min(raw.len());
            let piece = raw[begin..end].to_vec();
            raw.splice(end..end, piece);
        }
        Damage::Put(at, bytes) => {
            let at = (*at).min(raw.len());
            raw.splice(at..at, bytes.iter().copied());
        }
        Damage::Flip(at, byte) => {
            if let Some(slot) = raw.get_mut(*at) {
                *slot = *byte;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn damaged_mail_is_read_without_a_panic(wounds in proptest::collection::vec(damage(), 1..6)) {
        let mut raw = sample();
        for wound in &wounds {
            apply(&mut raw, wound);
        }
        read_all(&raw);
    }

    #[test]
    fn noise_is_read_without_a_panic(raw in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        read_all(&raw);
    }

    #[test]
    fn damage_after_the_text_leaves_the_text(wounds in proptest::collection::vec(damage(), 1..4)) {
        let raw = sample();
        let text = "The harbour pump is loud.";
        let end = raw.windows(13).position(|window| window == b"<p>The harbou").unwrap();
        let mut tail = raw[end..].to_vec();
        for wound in &wounds {
            apply(&mut tail, wound);
        }
        let mut raw = raw[..end].to_vec();
        raw.extend(tail);
        prop_assert!(read_bytes(&raw).document.text.contains(text));
    }
}

#[test]
fn the_whole_sample_is_read() {
    let mail = read_bytes(&sample());
    assert_eq!(mail.document.from.name, "Ida Hölm");
    assert_eq!(mail.document.subject, "Grüßeüä and ü");
    assert!(
        mail.document
            .text
            .starts_with("The harbour pump is loud.\n> quoted ü text")
    );
    assert_eq!(mail.calendar.unwrap().summary, "Visit");
    let names: Vec<&str> = mail
        .document
        .attachments
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    assert_eq!(names[..3], ["plän.bin", "", ""]);
}
