//! Senders who are not who they seem, and replies that prove where they belong.

use baton_channels::mail::token;
use baton_core::ids::{ConversationId, Id as _};
use baton_core::message::SenderWarning;

use crate::ground::{read, read_bytes, with_field};

fn warnings(from: &str) -> Vec<SenderWarning> {
    read(&format!("From: {from}\n\nHi\n"))
        .document
        .sender_warnings
}

#[test]
fn an_honest_sender_is_not_suspected() {
    for from in [
        "Ida Holm <ida@customer.example>",
        "ida@customer.example <ida@customer.example>",
        "Мария Иванова <maria@customer.example>",
        "山田 太郎 <taro@customer.example>",
        "Ida 👩‍🔧 Holm <ida@customer.example>",
        "Zoe <zoe@customer.example>",
        "Zoe Lindqvist <zoe@harbour.example>",
        "Jörg Müller <joerg@xn--mller-kva.example>",
    ] {
        assert_eq!(warnings(from), [], "{from}");
    }
}

#[test]
fn disguises_are_named() {
    assert_eq!(
        warnings("\"boss@harbour.example\" <thief@evil.example>"),
        [SenderWarning::NameContainsOtherAddress(
            "boss@harbour.example".into()
        )]
    );
    assert_eq!(
        warnings("P\u{430}yP\u{430}l <x@evil.example>"),
        [SenderWarning::MixedScripts]
    );
    assert_eq!(
        warnings("Bank <x@xn--pypal-4ve.example>"),
        [
            SenderWarning::MixedScripts,
            SenderWarning::LookAlikeDomain("paypal.com".into())
        ]
    );
    assert_eq!(
        warnings("Ida\u{202e}mloH <ida@customer.example>"),
        [SenderWarning::HiddenCharacters]
    );
    let member = SenderWarning::NameOfTeamMember("Zoe Lindqvist".into());
    assert_eq!(
        warnings("Zoe Lindqvist <zoe@evil.example>"),
        std::slice::from_ref(&member)
    );
    assert_eq!(
        warnings("Lindqvist, Z\u{43e}e <z@evil.example>"),
        [SenderWarning::MixedScripts, member]
    );
    assert_eq!(
        warnings("a@a.example, b@b.example"),
        [SenderWarning::SeveralSenders(Some("b@b.example".into()))]
    );
    assert_eq!(warnings(""), [SenderWarning::NoSender]);
}

#[test]
fn every_other_sender_is_named() {
    let mail = with_field(b"From: Bo <bo@evil.example>, thief@evil.example");
    assert_eq!(
        mail.document.sender_warnings,
        [SenderWarning::SeveralSenders(Some(
            "bo@evil.example, thief@evil.example".into()
        ))]
    );
    let mail = with_field(b"From: Ida <ida@customer.example>");
    assert_eq!(
        mail.document.sender_warnings,
        [SenderWarning::SeveralSenders(Some(String::new()))]
    );
}

#[test]
fn a_sender_whose_colon_was_folded_away_is_seen() {
    let mail = read("From\n : <thief@evil.example>\nSubject: Pump\n\nHi\n");
    assert_eq!(mail.document.from.address, "thief@evil.example");
    let mail = read("From\n\t: thief@evil.example\nFrom: Ida <ida@customer.example>\n\nHi\n");
    assert_eq!(mail.document.from.address, "thief@evil.example");
    assert_eq!(
        mail.document.sender_warnings,
        [SenderWarning::SeveralSenders(Some(
            "ida@customer.example".into()
        ))]
    );
}

#[test]
fn what_older_versions_stored_about_several_senders_is_still_read() {
    let stored: SenderWarning = serde_json::from_str(r#"{"code":"several_senders"}"#).unwrap();
    assert_eq!(stored, SenderWarning::SeveralSenders(None));
}

#[test]
fn who_sends_in_the_name_of_another_is_named() {
    let mail = with_field(b"Sender: Desk <desk@evil.example>");
    assert_eq!(
        mail.document.sender_warnings,
        [SenderWarning::SentByAnother("desk@evil.example".into())]
    );
    assert_eq!(
        with_field(b"Sender: office@mail.customer.example")
            .document
            .sender_warnings,
        []
    );
}

#[test]
fn domains_that_look_like_others_are_named() {
    let cases = [
        ("paypa1.com", "paypal.com"),
        ("PAYPAI.com", "paypal.com"),
        ("rnicrosoft.com", "microsoft.com"),
        ("g00gle.com", "google.com"),
        ("arnazon.co.uk", "amazon.com"),
        ("mail.paypa1.com", "paypal.com"),
        ("paypal.com.evil.example", "paypal.com"),
        ("login.paypal.com.evil.example", "paypal.com"),
        ("vvellsfargo.com", "wellsfargo.com"),
        ("googl\u{e9}.com", "google.com"),
        ("harb0ur.example", "harbour.example"),
        ("harbour.example.evil.test", "harbour.example"),
    ];
    for (domain, model) in cases {
        assert_eq!(
            warnings(&format!("Desk <desk@{domain}>")),
            [SenderWarning::LookAlikeDomain(model.into())],
            "{domain}"
        );
    }
    for domain in [
        "paypal.com",
        "mail.paypal.com",
        "paypal.de",
        "amazon.co.jp",
        "harbour.example",
        "modern.example",
        "appleton.com",
        "chased.com",
        "vista.com",
        "news.github.com",
        "yahoo.com.mx",
        "mail.yahoo.com.mx",
        "yahoo.com.",
    ] {
        assert_eq!(warnings(&format!("Desk <desk@{domain}>")), [], "{domain}");
    }
}

#[test]
fn a_name_may_not_claim_another_address_in_disguise() {
    let cases = [
        ("boss @ harbour.example", "boss@harbour.example"),
        ("boss(at)harbour.example", "boss@harbour.example"),
        ("boss [at] harbour [dot] example", "boss@harbour.example"),
        ("boss\u{ff20}harbour.example", "boss@harbour.example"),
        ("www.paypal.com", "paypal.com"),
        ("PayPal.com Service", "paypal.com"),
        ("harbour.example support", "harbour.example"),
    ];
    for (name, other) in cases {
        assert_eq!(
            warnings(&format!("\"{name}\" <thief@evil.test>")),
            [SenderWarning::NameContainsOtherAddress(other.into())],
            "{name}"
        );
    }
    assert_eq!(
        warnings("\"boss@harbour.example\"@evil.test"),
        [SenderWarning::NameContainsOtherAddress(
            "boss@harbour.example".into()
        )]
    );
    for from in [
        "Booking.com <noreply@mailer.booking.com>",
        "Amazon.com <order@amazon.de>",
        "Node.js weekly <news@weekly.test>",
    ] {
        assert_eq!(warnings(from), [], "{from}");
    }
}

#[test]
fn replies_that_go_elsewhere_are_named() {
    let mail = with_field(b"Reply-To: cash@evil.example");
    assert_eq!(
        mail.document.sender_warnings,
        [SenderWarning::ReplyToElsewhere("cash@evil.example".into())]
    );
    let mail = with_field(b"Reply-To: ida@mail.customer.example");
    assert_eq!(mail.document.sender_warnings, []);
}

#[test]
fn only_our_own_server_is_believed_about_authentication() {
    let failed = with_field(
        b"Authentication-Results: mx.harbour.example; spf=pass; dmarc=fail (p=reject) header.from=customer.example",
    );
    assert_eq!(
        failed.document.sender_warnings,
        [SenderWarning::AuthenticationFailed("dmarc".into())]
    );
    let forged = with_field(
        b"Authentication-Results: mx.evil.example; dmarc=pass\r\n\
          Authentication-Results: mx.harbour.example; dmarc=pass",
    );
    assert_eq!(forged.auth, None);
    let passed = with_field(b"Authentication-Results: mx.harbour.example 1; dkim=pass; dmarc=pass");
    assert_eq!(passed.auth.unwrap().dmarc, "pass");
    assert_eq!(passed.document.sender_warnings, []);
}

#[test]
fn a_reply_token_finds_its_conversation_and_cannot_be_made_up() {
    let key = [7; 32];
    let conversation = ConversationId::minted(1_790_424_000_000, 42);
    let made = token::make(&key, conversation);
    let address = format!("support+{made}@harbour.example");
    let id = token::message_id(&made, "msg_1", "harbour.example");
    let by_address = with_field(format!("To: <{}>", address.to_uppercase()).as_bytes());
    let by_reference = with_field(format!("References: <{id}>").as_bytes());
    for mail in [by_address, by_reference] {
        assert_eq!(mail.reply_tokens, std::slice::from_ref(&made));
        assert_eq!(
            token::verify(&key, &mail.reply_tokens[0]),
            Some(conversation)
        );
    }
    assert_eq!(token::verify(&[8; 32], &made), None);
    let mut forged = made.into_bytes();
    forged[3] = if forged[3] == b'a' { b'b' } else { b'a' };
    assert_eq!(
        token::verify(&key, std::str::from_utf8(&forged).unwrap()),
        None
    );
}

#[test]
fn what_stores_put_before_a_header_hides_it_from_nobody() {
    for mark in ["", "\r\n", "\u{feff}", "\u{feff}\r\n \r\n"] {
        let raw =
            format!("{mark}From: Ida <ida@customer.example>\r\nMessage-ID: <m@x>\r\n\r\nHi\r\n");
        assert_eq!(
            read_bytes(raw.as_bytes()).document.native_id,
            "m@x",
            "{mark:?}"
        );
    }
}
