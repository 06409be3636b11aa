//! The record, field by field.

use baton_cli::export::{Beside, Record, write};
use baton_core::hash::Hash;
use baton_core::message::{Address, Attachment, Author, Direction, MessageDocument, SenderWarning};
use baton_core::time::Timestamp;
use serde_json::{Value, json};

fn record() -> Record {
    let anna = Address {
        name: "Anna".to_owned(),
        address: "anna@example.com".to_owned(),
    };
    let document = MessageDocument {
        subject: "Refund".to_owned(),
        from: anna.clone(),
        to: vec![anna],
        native_id: "1@example.com".to_owned(),
        in_reply_to: vec!["0@example.com".to_owned()],
        references: vec!["0@example.com".to_owned()],
        date: Some(Timestamp(1_709_546_400_000)),
        text: "Please.\n> ok".to_owned(),
        visible_text: "Please.".to_owned(),
        attachments: vec![Attachment {
            name: "../a.pdf".to_owned(),
            saved_name: "a.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size: 3,
            sha256: Hash::of(b"abc"),
            ..Attachment::default()
        }],
        sender_warnings: vec![SenderWarning::MixedScripts],
        ..MessageDocument::default()
    };
    let beside = Beside {
        conversation: "cnv_1".to_owned(),
        id: "msg_1".to_owned(),
        raw: Some(Hash::of(b"raw")),
        source: Some("a.eml".to_owned()),
        html: "<p>Please.</p>".to_owned(),
        damaged: vec!["raw"],
    };
    Record::new(beside, Direction::Inbound, Author::Customer, document)
}

#[test]
fn a_record_is_one_line_with_every_field() {
    let mut out = Vec::new();
    write(&mut out, &record()).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.matches('\n').count(), 1);
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["date"], "2024-03-04T10:00:00Z");
    assert_eq!(
        value["from"],
        json!({ "name": "Anna", "address": "anna@example.com" })
    );
    assert_eq!(value["in_reply_to"], json!(["0@example.com"]));
    assert_eq!(value["visible_text"], "Please.");
    assert_eq!(
        value["sender_warnings"],
        json!([{ "code": "mixed_scripts" }])
    );
    assert_eq!(value["kind"], "message");
    assert_eq!(value["damaged"], json!(["raw"]));
    assert_eq!(
        value["attachments"][0],
        json!({ "name": "../a.pdf", "saved_name": "a.pdf", "type": "application/pdf", "size": 3,
                "sha256": Hash::of(b"abc").to_string() })
    );
    let again: Record = serde_json::from_str(&text).unwrap();
    assert!(again == record());
}

#[test]
fn the_document_describes_every_field_and_no_other() {
    let value = serde_json::to_value(record()).unwrap();
    let told = include_str!("../../../../docs/export.md");
    for field in value.as_object().unwrap().keys() {
        assert!(
            told.contains(&format!("| `{field}` |")),
            "{field} is not described"
        );
    }
    // What follows the table of the fields is about mail.
    let fields = told.split("\n## ").next().unwrap_or_default();
    let rows = fields
        .lines()
        .filter(|line| line.starts_with("| `"))
        .count();
    assert_eq!(rows, value.as_object().unwrap().len());
}
