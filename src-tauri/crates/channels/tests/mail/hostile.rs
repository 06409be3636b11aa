//! Names that attack: whatever a stranger calls a file, it is saved under a name that is safe on
//! Windows, macOS and Linux, and whoever really wrote is in sight.

use std::collections::BTreeSet;

use baton_channels::mail::names::{is_active, safe_name};
use baton_core::message::SenderWarning;
use unicode_normalization::UnicodeNormalization as _;

use crate::ground::{read, read_bytes};

/// What is wrong with a name to save under; judged without the code that makes it.
fn danger(name: &str) -> Option<String> {
    // Some systems fold look-alikes into the plain sign, so the folded name must be safe as well.
    let folded: String = name.nfkc().collect();
    for name in [name, folded.as_str()] {
        if name.is_empty() || name.len() > 200 {
            return Some(format!("{} bytes", name.len()));
        }
        if let Some(c) = name
            .chars()
            .find(|c| "<>:\"/\\|?*".contains(*c) || c.is_control())
        {
            return Some(format!("{c:?} in it"));
        }
        let hidden = |c: &char| {
            matches!(*c,
                '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
        };
        if let Some(c) = name.chars().find(hidden) {
            return Some(format!("{c:?} hidden in it"));
        }
        if name.starts_with(['.', ' ', '-', '~']) || name.ends_with(['.', ' ']) {
            return Some("a bad end".into());
        }
        let stem = name.split('.').next().unwrap().trim().to_uppercase();
        let numbered = stem.len() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && stem.ends_with(|c: char| c.is_ascii_digit());
        if numbered
            || ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"].contains(&stem.as_str())
        {
            return Some("a device".into());
        }
    }
    None
}

const NAMES: &[&str] = &[
    // Paths, in every alphabet that some system reads as one.
    "../../../../etc/cron.d/job",
    "..\\..\\Windows\\System32\\drivers\\etc\\hosts",
    "/etc/passwd",
    "C:\\autoexec.bat",
    "C:autoexec.bat",
    "\\\\server\\share\\run.exe",
    "//server/share/run.exe",
    "file:///etc/passwd",
    "..",
    ".",
    "...",
    "../",
    "..\\",
    "/",
    "\\",
    "a/../../b",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e%5cwin.ini",
    "..\u{2215}..\u{2215}etc",
    "..\u{ff0f}..\u{ff0f}etc",
    "..\u{ff3c}..\u{ff3c}win.ini",
    "\u{2024}\u{2024}/x",
    "\u{ff0e}\u{ff0e}\u{ff0f}x",
    "\u{2025}/x",
    "\u{2026}",
    "..\u{2044}x",
    "~/.ssh/authorized_keys",
    "~root",
    // Devices and streams.
    "CON",
    "con.txt",
    "Con .txt",
    "nul",
    "NUL.tar.gz",
    "PRN:",
    "aux.",
    "AUX ",
    "COM1",
    "com1.log",
    "COM\u{b9}.txt",
    "lpt9.pdf",
    "LPT\u{b2}",
    "CONIN$",
    "CONOUT$.txt",
    "CLOCK$",
    "\u{ff23}\u{ff2f}\u{ff2e}",
    "\u{ff2e}ul.txt",
    "plan.txt:stream.exe",
    "plan.txt::$DATA",
    // Ends that one system drops and another keeps.
    "plan.pdf.",
    "plan.pdf . . .",
    " plan.pdf",
    "plan.pdf ",
    "plan.pdf\u{a0}",
    "\u{3000}plan.pdf\u{3000}",
    ".htaccess",
    ".desktop",
    "-rf",
    "--help.txt",
    // Hidden characters and a turned direction.
    "invoice\u{202e}fdp.exe",
    "\u{202d}\u{202e}txt.exe",
    "plan\u{2066}.exe\u{2069}.pdf",
    "plan\u{200b}.pdf",
    "plan\u{feff}.pdf",
    "plan\u{ad}.pdf",
    "plan.p\u{200d}df",
    "plan\u{61c}.pdf",
    "plan\u{e0041}.pdf",
    "\u{fffb}plan.pdf",
    // Signs that end a name, a line or a header.
    "plan.pdf\0.exe",
    "plan\r\nBcc: thief@evil.example\r\n.pdf",
    "plan\u{85}.pdf",
    "plan\u{2028}.pdf",
    "plan\u{1b}[2J.pdf",
    "plan\u{7f}.pdf",
    "a<b>c:d\"e|f?g*h.pdf",
    "\"quoted\".pdf",
    "`id`.pdf",
    "$(id).pdf",
    "plan;id.pdf",
    // Disguises.
    "invoice.pdf.exe",
    "invoice.pdf                                                        .exe",
    "invoice.pdf\u{2003}\u{2003}\u{2003}.scr",
    "photo.jpg.lnk",
    "photo\u{2024}exe",
];

#[test]
fn every_hostile_name_becomes_a_safe_one() {
    let mut wrong = Vec::new();
    for name in NAMES {
        for media_type in ["application/octet-stream", "text/plain", "application/pdf"] {
            let saved = safe_name(name, media_type);
            if let Some(why) = danger(&saved) {
                wrong.push(format!("{name:?} became {saved:?}: {why}"));
            }
            assert_eq!(
                safe_name(&saved, media_type),
                saved,
                "a safe name stays as it is"
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn names_without_end_are_cut_between_letters_and_keep_their_extension() {
    for letter in ["a", "\u{fc}", "\u{6f22}", "\u{1f4c4}", "e\u{301}"] {
        let saved = safe_name(&format!("{}.pdf", letter.repeat(5_000)), "application/pdf");
        assert_eq!(danger(&saved), None, "{letter}");
        assert!(saved.ends_with(".pdf"), "{saved}");
    }
    let saved = safe_name(&format!("a.{}", "b".repeat(5_000)), "application/pdf");
    assert_eq!(danger(&saved), None, "{saved}");
    let saved = safe_name(&".".repeat(5_000), "text/plain");
    assert_eq!(danger(&saved), None, "{saved}");
}

#[test]
fn a_name_is_safe_however_it_was_encoded() {
    let ways = [
        "Content-Disposition: attachment; filename=\"../../run.exe\"",
        "Content-Disposition: attachment; filename=../../run.exe",
        "Content-Disposition: attachment; filename*=utf-8''..%2F..%2Frun.exe",
        "Content-Disposition: attachment; filename*=utf-8''..%5C..%5Crun.exe",
        "Content-Disposition: attachment; filename*0*=utf-8''..%2F; filename*1*=..%2F; filename*2=run.exe",
        "Content-Disposition: attachment; filename=\"=?utf-8?Q?=2E=2E=2F=2E=2E=2Frun.exe?=\"",
        "Content-Disposition: attachment; filename=\"=?utf-8?B?Li4vLi4vcnVuLmV4ZQ==?=\"",
        "Content-Disposition: attachment; filename=\"..\\\\..\\\\run.exe\"",
        "Content-Disposition: attachment; filename*=utf-16''%2E%00%2E%00%2F%00run.exe",
        "Content-Disposition: attachment; filename*=utf-7''..+AC8-run.exe",
        "Content-Disposition: attachment; filename*=utf-8''run%E2%80%AEfdp.exe",
        "Content-Disposition: attachment; filename*=utf-8''run%00.pdf%0D%0A.exe",
        "Content-Disposition: attachment; filename*=utf-8''%C0%AE%C0%AE%C0%AFrun.exe",
        "Content-Type: application/pdf; name=\"../../run.exe\"",
        "Content-Type: application/pdf; name*=utf-8''..%2Frun.exe",
        "Content-Type: application/pdf\nContent-Location: ../../run.exe",
        "Content-Type: application/pdf; name=\"\0/../run.exe\"",
        "Content-Type: message/rfc822\nContent-Description: ../../run.exe",
    ];
    for way in ways {
        let mail = read(&format!(
            "From: ida@customer.example\nContent-Type: multipart/mixed; boundary=b\n\n\
             --b\n\nSee.\n--b\n{way}\n\nSubject: ../../run.exe\n\nx\n--b--\n"
        ));
        for file in &mail.document.attachments {
            assert_eq!(danger(&file.saved_name), None, "{way}: {}", file.saved_name);
        }
        assert_eq!(mail.document.text.trim(), "See.", "{way}");
    }
}

#[test]
fn a_crowd_of_files_of_one_name_is_saved_under_as_many() {
    let parts: String = ["a.txt", "A.TXT", "a.txt ", "./a.txt", "a\u{200b}.txt"]
        .iter()
        .cycle()
        .take(300)
        .map(|name| format!("--b\nContent-Type: text/plain; name=\"{name}\"\n\nx\n"))
        .collect();
    let mail = read(&format!(
        "From: ida@customer.example\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\n\nSee.\n{parts}--b--\n"
    ));
    let names: BTreeSet<String> = mail
        .document
        .attachments
        .iter()
        .map(|file| file.saved_name.to_lowercase())
        .collect();
    assert_eq!(names.len(), 300);
    assert!(names.iter().all(|name| danger(name).is_none()));
}

#[test]
fn a_disguise_does_not_hide_what_may_run() {
    for name in [
        "invoice.pdf.exe",
        "invoice.pdf           .exe",
        "invoice\u{202e}fdp.exe",
        "invoice.EXE",
        "invoice.exe.",
        "invoice.exe ",
        "photo\u{2024}scr",
        "photo.\u{ff45}\u{ff58}\u{ff45}",
        "page.html",
        "plan.xlsm",
        "plan.lnk",
        "plan.iso",
    ] {
        assert!(is_active("application/octet-stream", name), "{name:?}");
    }
}

#[test]
fn whoever_really_wrote_is_in_sight() {
    // What is written in From, and the address that must be seen.
    let cases: &[(&[u8], &str)] = &[
        (
            b"\"boss@harbour.example\" <thief@evil.example>",
            "thief@evil.example",
        ),
        (
            b"boss@harbour.example <thief@evil.example>",
            "thief@evil.example",
        ),
        (
            b"<boss@harbour.example> <thief@evil.example>",
            "thief@evil.example",
        ),
        (
            b"\"Boss <boss@harbour.example>\" <thief@evil.example>",
            "thief@evil.example",
        ),
        (
            b"Boss (boss@harbour.example) <thief@evil.example>",
            "thief@evil.example",
        ),
        (
            b"boss@harbour.example, thief@evil.example",
            "thief@evil.example",
        ),
        (
            b"team: boss@harbour.example, thief@evil.example;",
            "thief@evil.example",
        ),
        (
            b"=?utf-8?B?Ym9zc0BoYXJib3VyLmV4YW1wbGU=?= <thief@evil.example>",
            "thief@evil.example",
        ),
        (
            b"=?utf-8?Q?boss=40harbour.example=00?= <thief@evil.example>",
            "thief@evil.example",
        ),
        (
            b"=?utf-8?Q?Boss_=3Cboss=40harbour.example=3E=0A?= <thief@evil.example>",
            "thief@evil.example",
        ),
        (
            b"\"boss@harbour.example\\0\" <thief@evil.example>",
            "thief@evil.example",
        ),
        (
            b"boss@harbour.example\0 <thief@evil.example>",
            "thief@evil.example",
        ),
        (b"Boss\r\n <thief@evil.example>", "thief@evil.example"),
        (b"Boss <thief@evil.example", "thief@evil.example"),
        (
            b"thief@evil.example (boss@harbour.example)",
            "thief@evil.example",
        ),
        (b"\"boss@harbour.example\"@evil.example", "evil.example"),
        (
            b"<@harbour.example:thief@evil.example>",
            "thief@evil.example",
        ),
        (
            b"boss@harbour.example\r\nFrom: thief@evil.example",
            "thief@evil.example",
        ),
        (
            b"boss@harbour.example\r\nSender: thief@evil.example",
            "thief@evil.example",
        ),
        (
            b"thief@evil.example\r\nFROM: boss@harbour.example",
            "thief@evil.example",
        ),
        (b"Boss\xff\xfe <thief@evil.example>", "thief@evil.example"),
        (
            b"<thief@evil.example>boss@harbour.example",
            "thief@evil.example",
        ),
    ];
    for (from, real) in cases {
        let mut raw = b"From: ".to_vec();
        raw.extend_from_slice(from);
        raw.extend_from_slice(b"\r\nTo: support@harbour.example\r\n\r\nPay at once.\r\n");
        let document = read_bytes(&raw).document;
        let shown = format!(
            "{} {}",
            document.from.address,
            serde_json::to_string(&document.sender_warnings).unwrap()
        );
        let case = String::from_utf8_lossy(from);
        assert!(shown.contains(real), "{case}: {shown}");
        let boss_seen =
            document.from.name.contains("boss@") || document.from.address.contains("boss@");
        assert!(
            !boss_seen || !document.sender_warnings.is_empty(),
            "{case}: shown as the boss without a warning"
        );
    }
    assert_eq!(
        read("Subject: hi\n\nPay.\n").document.sender_warnings,
        [SenderWarning::NoSender]
    );
}
