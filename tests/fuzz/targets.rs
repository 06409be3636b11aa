//! The readers of what strangers write, each with seeds, the words it knows, and its promises.

use std::io::BufReader;

use baton_channels::html::{Theme, ViewPolicy, document, sanitise, to_text};
use baton_channels::mail::{DecodeContext, attachment, decode};
use baton_cli::import::{Content, Found, jsonl::Dialogs, mbox::Mbox};
use baton_core::rules::Ruleset;

/// One reader.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) seeds: &'static [&'static [u8]],
    pub(crate) words: &'static [&'static [u8]],
    pub(crate) run: fn(&[u8]),
}

pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "mime",
        seeds: MAILS,
        words: MAIL_WORDS,
        run: mime,
    },
    Target {
        name: "html",
        seeds: PAGES,
        words: HTML_WORDS,
        run: html,
    },
    Target {
        name: "rules",
        seeds: RULES,
        words: RULE_WORDS,
        run: rules,
    },
    Target {
        name: "mbox",
        seeds: BOXES,
        words: BOX_WORDS,
        run: mbox,
    },
    Target {
        name: "jsonl",
        seeds: DIALOGS,
        words: DIALOG_WORDS,
        run: jsonl,
    },
];

fn mime(input: &[u8]) {
    let context = DecodeContext::default();
    let mail = decode(input, &context);
    for file in &mail.document.attachments {
        let name = &file.saved_name;
        assert!(
            !name.is_empty() && name != "." && name != "..",
            "a name to save under: {name:?}"
        );
        assert!(
            !name.contains(['/', '\\', '\0']),
            "a name stays in its folder: {name:?}"
        );
        assert!(
            attachment(input, file.index).is_some(),
            "what is listed can be opened"
        );
    }
    let again = decode(input, &context);
    assert!(
        again.document == mail.document,
        "the same bytes say the same"
    );
}

fn html(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let safe = sanitise(&text, &ViewPolicy::strict());
    let lower = safe.html.to_ascii_lowercase();
    for never in [
        "<script", "<iframe", "<object", "<embed", "<form", "<meta", "<base", "<link",
    ] {
        assert!(!lower.contains(never), "{never} is never let through");
    }
    assert!(safe.images.is_empty(), "nothing is fetched");
    let _ = document(&safe, Theme::Light);
    let _ = to_text(&text);
}

fn rules(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Err(problems) = Ruleset::parse(&text) {
        assert!(!problems.list.is_empty(), "a refusal says why");
        for problem in &problems.list {
            let _ = problem.render(&text);
        }
    }
}

fn read_all(found: impl Iterator<Item = Found>, most: usize) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for (n, found) in found.enumerate() {
        assert!(n <= most, "a reader ends");
        if let Ok(item) = found {
            let _ = item.key();
            if let Content::Mail(raw) = item.content {
                out.push(raw);
            }
        }
    }
    out
}

fn mbox(input: &[u8]) {
    let most = input.len() + 1;
    let whole = read_all(Mbox::new(input, "box".to_owned()), most);
    let bytes: usize = whole.iter().map(Vec::len).sum();
    assert!(bytes <= input.len() + 2 * whole.len(), "nothing is made up");
    // However the file comes in, it says the same.
    let drops = BufReader::with_capacity(7, input);
    assert!(
        read_all(Mbox::new(drops, "box".to_owned()), most) == whole,
        "in drops"
    );
}

fn jsonl(input: &[u8]) {
    read_all(Dialogs::new(input, "dialogs".to_owned()), input.len() + 1);
}

const MAILS: &[&[u8]] = &[
    b"From: Carla <carla@customer.test>\r\nTo: support@baton.test\r\nSubject: =?utf-8?q?L=C3=A4mp?=\r\nMessage-ID: <1@customer.test>\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/alternative; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-15\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n> quoted\r\n-- \r\nCarla\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hello<img src=cid:x>\r\n--b--\r\n--a\r\nContent-Type: image/png; name*=utf-8''%e2%82%ac.png\r\nContent-Disposition: attachment; filename=\"../x.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--a\r\nContent-Type: message/rfc822\r\n\r\nFrom: x@y.test\r\nSubject: inner\r\n\r\nhi\r\n--a--\r\n",
    b"From: mailer-daemon@customer.test\nAuto-Submitted: auto-replied\nSubject: Undelivered\nContent-Type: multipart/report; report-type=delivery-status; boundary=e\n\n--e\n\nsorry\n--e\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.test\nAction: failed\nStatus: 5.1.1\n--e\nContent-Type: text/rfc822-headers\n\nMessage-ID: <1@x>\n--e--\n",
    b"From: a@b.test\nDate: Mon, 23 Nov 2026 09:00:00 +0100\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Meet\nDTSTART:20261123T090000Z\nEND:VEVENT\nEND:VCALENDAR\n",
    b"Subject: uu\n\nbegin 644 a.txt\n#0V%T\n`\nend\n\nOn Monday, Ann wrote:\n> hi\n",
    b"From: a@b.test\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\neJ8+IgEAAQaQCAAEAAAAAAABAAEAAQeQBgAIAAAA5AQAAAAAAADoAAEIgAcAGAAAAElQTQ==\n",
];
const MAIL_WORDS: &[&[u8]] = &[
    b"--a\r\n",
    b"--a--\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"=?utf-8?b?",
    b"?=",
    b"=?iso-2022-jp?q?",
    b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"charset=utf-7",
    b"charset=\"utf-16\"",
    b"filename*0*=",
    b"name*1=",
    b"; ",
    b"\"",
    b"(",
    b")",
    b"<",
    b">",
    b"@",
    b",",
    b"> ",
    b"-- \n",
    b"\xff\xfe",
    b"\xe2\x80\xae",
    b"begin 644 x\n",
    b"=\r\n",
    b"=ZZ",
    b"On Mon, A wrote:\n",
    b"In-Reply-To: <",
    b"References: ",
    b"Date: ",
];

const PAGES: &[&[u8]] = &[
    b"<html><head><style>p{color:red;background:url(http://x.test/a)}</style></head><body><p style='color:blue' onclick=x>Hello <a href='https://a.test'>b.test</a><img src=http://x.test/i.png></p><table><tr><td>x</table></body></html>",
    b"<svg><a xlink:href='javascript:x()'><text>y</text></a></svg><math><mi>x</mi></math><!-- c --><![CDATA[x]]>",
    b"<blockquote>quoted<blockquote>twice</blockquote></blockquote><pre>  x </pre><ul><li>1<li>2</ul>&amp;&#x41;&#0;&notanentity;",
];
const HTML_WORDS: &[&[u8]] = &[
    b"<script>",
    b"</script>",
    b"<style>",
    b"</style>",
    b"<svg>",
    b"<math>",
    b"<noscript>",
    b"<template>",
    b"<div>",
    b"</div>",
    b"<b",
    b">",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"&#",
    b"&#x",
    b"javascript:",
    b" onload=x",
    b" style=\"",
    b"url(",
    b"\"",
    b"'",
    b"`",
    b"\0",
    b"<title>",
    b"<textarea>",
    b"<table>",
    b"<a href=",
    b"/*",
    b"*/",
    b"expression(",
    b"\\",
    b"@import",
    b"<iframe srcdoc=",
    b"<plaintext>",
    b"<form>",
    b"<meta http-equiv=refresh>",
];

const RULES: &[&[u8]] = &[
    Ruleset::DEFAULT.as_bytes(),
    baton_tests::desk::RULES.as_bytes(),
];
const RULE_WORDS: &[&[u8]] = &[
    b"[[rule]]\n",
    b"id = \"x\"\n",
    b"when = '",
    b"'",
    b"\"",
    b" && ",
    b" || ",
    b"!",
    b"(",
    b")",
    b"conv.control",
    b" == ",
    b" in [",
    b"]",
    b"{",
    b"}",
    b"duration(\"1h\")",
    b"99999999999999999999",
    b"-1",
    b"0.5",
    b"\n",
    b"=",
    b"[sla.x]\n",
    b"[ladder.x]\n",
    b"step = [",
    b"{ after = \"0s\" }",
    b"mon-fri",
    b"\"24:00-00:00\"",
    b"zone = \"",
    b"true",
    b"msg.words.",
    b"\xc3",
];

const BOXES: &[&[u8]] = &[
    b"From carla@customer.test Mon Nov 23 09:00:00 2026\nSubject: one\n\nHello\n>From the start\n\nFrom ben@customer.test Mon Nov 23 10:00:00 2026\nSubject: two\n\nBye\n",
    b"From x\r\nContent-Length: 5\r\n\r\nabcde\r\n\r\nFrom y Mon Nov 23 10:00:00 2026\r\n\r\n",
];
const BOX_WORDS: &[&[u8]] = &[
    b"From ",
    b"\nFrom ",
    b"\n\nFrom x@y.test Mon Nov 23 10:00:00 2026\n",
    b">From ",
    b">>From ",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"Content-Length: 9999999\n",
];

const DIALOGS: &[&[u8]] = &[
    b"{\"conversation_id\":\"7\",\"channel\":\"web\",\"messages\":[{\"author\":\"customer\",\"text\":\"Hi\",\"ts\":\"2026-11-23T09:00:00Z\"},{\"author\":\"bot\",\"text\":\"Hello\"}]}\n{\"conversation_id\":\"8\",\"channel\":\"web\",\"messages\":[]}\n",
];
const DIALOG_WORDS: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b":",
    b",",
    b"null",
    b"1e999",
    b"-1",
    b"\\u0000",
    b"\\ud800",
    b"\n",
    b"\"ts\":",
    b"\"messages\":[",
    b"{\"author\":\"agent\",\"text\":\"x\"},",
    b"\xff",
];
