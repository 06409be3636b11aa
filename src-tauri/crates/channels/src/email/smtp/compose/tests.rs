use super::*;

fn person(name: &str, address: &str) -> Person {
    Person {
        name: name.to_owned(),
        address: address.to_owned(),
    }
}

fn outgoing() -> Outgoing {
    Outgoing {
        from: person("Zoë at Support", "support@baton.test"),
        to: vec![person("Jürgen Groß", "jg@customer.test")],
        cc: Vec::new(),
        bcc: Vec::new(),
        reply_to: None,
        subject: "Re: Ihre Bestellung № 7".to_owned(),
        text: "Guten Tag,\nalles ist gut.\n.\n".to_owned(),
        html: None,
        attachments: Vec::new(),
        message_id: "one@baton.test".to_owned(),
        in_reply_to: Some("<first@customer.test>".to_owned()),
        references: vec!["first@customer.test".to_owned()],
        date_ms: 1_795_000_000_000,
        automatic: false,
        reply_token: None,
    }
}

fn header_of(raw: &[u8]) -> String {
    let text = String::from_utf8(raw.to_vec()).expect("only ASCII is sent");
    text.split("\r\n\r\n").next().unwrap().to_owned()
}

fn names(raw: &[u8]) -> Vec<String> {
    header_of(raw)
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split(':').next().unwrap().to_owned())
        .collect()
}

#[test]
fn a_plain_answer_has_its_headers_and_only_ascii() {
    let made = compose(&outgoing()).unwrap();
    let header = header_of(&made.raw);
    assert!(made.raw.is_ascii());
    assert!(header.contains("Message-ID: <one@baton.test>"), "{header}");
    assert!(header.contains("In-Reply-To: <first@customer.test>"));
    assert!(header.contains("References: <first@customer.test>"));
    assert!(header.contains("=?utf-8?"));
    assert!(!header.contains("Auto-Submitted"));
    assert_eq!(made.recipients, ["jg@customer.test"]);
    assert!(
        made.raw
            .split(|b| *b == b'\n')
            .all(|line| line.len() <= 999)
    );
}

#[test]
fn no_text_can_start_a_header() {
    let evil = "x\r\nBcc: thief@evil.test\r\n\r\n<script>\n\u{2028}\0y";
    let mut out = outgoing();
    let clean_names = names(&compose(&out).unwrap().raw);
    out.subject = evil.to_owned();
    out.from.name = evil.to_owned();
    out.to = vec![person(evil, "jg@customer.test")];
    out.reply_token = Some(evil.to_owned());
    out.references = vec![evil.to_owned(), "first@customer.test".to_owned()];
    out.in_reply_to = Some(evil.to_owned());
    let made = compose(&out).unwrap();
    let seen = names(&made.raw);
    let allowed = |name: &String| clean_names.contains(name) || name == "X-Baton-Reply";
    assert!(seen.iter().all(allowed), "{seen:?}");
    assert!(!seen.contains(&"Bcc".to_owned()));
    assert!(
        !seen.contains(&"In-Reply-To".to_owned()),
        "what is no id is left out"
    );
    assert_eq!(made.recipients, ["jg@customer.test"]);
}

#[test]
fn an_address_that_is_none_is_refused() {
    for bad in [
        "",
        "nobody",
        "a@b\r\nRCPT TO:<c@d>",
        "a b@c.test",
        "<a@b.test>",
    ] {
        let mut out = outgoing();
        out.to = vec![person("", bad)];
        assert!(
            matches!(compose(&out), Err(ComposeError::Address(_))),
            "{bad:?}"
        );
    }
    let mut out = outgoing();
    out.to.clear();
    assert_eq!(compose(&out), Err(ComposeError::NoRecipient));
    out.message_id = "a b".to_owned();
    assert_eq!(compose(&out), Err(ComposeError::MessageId));
}

#[test]
fn blind_copies_are_in_the_envelope_and_nowhere_else() {
    let mut out = outgoing();
    out.cc = vec![
        person("", "JG@customer.test"),
        person("", "cc@customer.test"),
    ];
    out.bcc = vec![person("Secret", "hidden@customer.test")];
    let made = compose(&out).unwrap();
    assert_eq!(
        made.recipients,
        [
            "jg@customer.test",
            "cc@customer.test",
            "hidden@customer.test"
        ]
    );
    let text = String::from_utf8(made.raw).unwrap();
    assert!(!text.contains("hidden") && !text.contains("Bcc"));
}

#[test]
fn a_blind_copy_alone_is_enough() {
    let mut out = outgoing();
    out.bcc = std::mem::take(&mut out.to);
    assert_eq!(compose(&out).unwrap().recipients, ["jg@customer.test"]);
}

#[test]
fn what_a_machine_wrote_says_so() {
    let mut out = outgoing();
    out.automatic = true;
    let header = header_of(&compose(&out).unwrap().raw);
    assert!(header.contains("Auto-Submitted: auto-replied"));
    assert!(header.contains("X-Auto-Response-Suppress: All"));
}

#[test]
fn files_keep_their_bytes_and_their_foreign_names() {
    let mut out = outgoing();
    out.html = Some("<p>Hi <img src=\"cid:pic@x\"></p>".to_owned());
    out.attachments = vec![
        Attachment {
            name: "Rechnung März.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            bytes: vec![0, 255, 13, 10, 46, 13, 10],
            content_id: None,
        },
        Attachment {
            name: "p.png\"\r\nX-Evil: 1".to_owned(),
            media_type: "image/png\r\nX-Evil: 2".to_owned(),
            bytes: vec![1, 2, 3],
            content_id: Some("pic@x".to_owned()),
        },
    ];
    let text = String::from_utf8(compose(&out).unwrap().raw).unwrap();
    assert!(
        text.contains("filename*0*=utf-8''Rechnung%20M%C3%A4rz.pdf"),
        "{text}"
    );
    assert!(text.contains("Content-ID: <pic@x>"));
    assert!(!text.contains("\nX-Evil"), "{text}");
    assert!(text.contains("multipart/mixed") && text.contains("multipart/related"));
    assert!(text.contains("AP8NCi4NCg=="));
    assert!(text.contains("application/octet-stream"));
}

#[test]
fn long_lines_and_long_threads_are_folded() {
    let mut out = outgoing();
    out.text = "word ".repeat(2000);
    out.subject = "sehr ".repeat(300);
    out.references = (0..100)
        .map(|n| format!("message-number-{n}@customer.test"))
        .collect();
    let made = compose(&out).unwrap();
    let longest = made
        .raw
        .split(|b| *b == b'\n')
        .map(<[u8]>::len)
        .max()
        .unwrap();
    assert!(longest <= 120, "{longest}");
}

#[test]
fn foreign_domains_are_written_for_every_server() {
    let mut out = outgoing();
    out.to = vec![person("", "info@bücher.test")];
    assert_eq!(
        compose(&out).unwrap().recipients,
        ["info@xn--bcher-kva.test"]
    );
}
