//! What was: taken in once, told again byte for byte, and proven untouched.

use std::collections::BTreeSet;

use baton_api::Commands as _;
use baton_api::contacts::ContactGet;
use baton_api::control as cl;
use baton_api::conversations as cv;
use baton_api::health::AuditVerify;
use baton_core::hash::Hash;
use baton_core::ids::{ContactId, ConversationId, Id as _};
use baton_core::message::Author;
use baton_core::time::{DAY, MINUTE, Timestamp};
use baton_engine::desk::contact_facts;
use baton_engine::import::{Import, Taken};
use baton_tests::desk::Desk;
use baton_tests::mail::Mail;

const CARLA: &str = "Carla Stone <carla@customer.test>";

fn box_of_letters() -> Vec<Import> {
    let mails = (0..3).map(|n| {
        let mail = Mail::from(CARLA, &format!("old{n}"), &format!("Letter {n}"));
        let mail = if n > 0 {
            mail.answers("old0@customer.test")
        } else {
            mail
        };
        Import::Mail {
            raw: mail.raw(),
            source: format!("{n}.eml"),
        }
    });
    let dialog = Import::Dialog {
        name: "chat-7".to_owned(),
        channel: "web".to_owned(),
        said: vec![
            (Author::Customer, "Hello?".to_owned(), None),
            (Author::Bot, "How can I help?".to_owned(), None),
        ],
        source: "dialogs.jsonl".to_owned(),
    };
    mails.chain([dialog]).collect()
}

#[tokio::test]
async fn an_import_is_taken_in_once_and_wakes_nobody() {
    let desk = Desk::open().await;
    let first = desk.engine.import(box_of_letters()).await.unwrap();
    assert_eq!(first, [Taken::New; 4]);
    let told = desk.engine.export(0).await.unwrap();
    assert_eq!((told.messages.len(), told.next), (5, None));
    let second = desk.engine.import(box_of_letters()).await.unwrap();
    assert_eq!(second, [Taken::Known; 4]);
    assert_eq!(desk.engine.export(0).await.unwrap().messages.len(), 5);
    assert!(
        desk.engine
            .alerts_get(cl::AlertsGet {})
            .await
            .unwrap()
            .alerts
            .is_empty()
    );

    // One thread of letters, one dialog.
    let all = cv::ConversationList {
        view: "all".to_owned(),
        order: cv::ListOrder::Newest,
        cursor: None,
        limit: 50,
    };
    assert_eq!(
        desk.engine.conversation_list(all).await.unwrap().total,
        Some(2)
    );
}

#[tokio::test]
async fn an_export_names_the_bytes_as_they_were_received() {
    let desk = Desk::open().await;
    let mail = Mail::from(CARLA, "1", "Where is my lamp?\n\n-- \nCarla");
    desk.mail(&mail).await;
    let told = desk.engine.export(0).await.unwrap().messages;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].raw, Some(Hash::of(&mail.raw())));
    assert_eq!(told[0].document.visible_text.trim(), "Where is my lamp?");
}

#[tokio::test]
async fn the_audit_finds_one_changed_byte() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    let tags = cl::TagsSet {
        conversation: which.to_string(),
        add: vec!["zebra-crossing".to_owned()],
        remove: Vec::new(),
    };
    desk.engine.tags_set(tags).await.unwrap();
    desk.mail(&Mail::from(CARLA, "2", "Hello?").answers("1@customer.test"))
        .await;
    let sound = desk.engine.audit_verify(AuditVerify {}).await.unwrap();
    assert!(sound.ok, "{:?}", sound.problems);
    assert!(sound.events > 5);

    let desk = desk
        .reopened(|folder| {
            let file = folder.join("baton.db");
            let mut bytes = std::fs::read(&file).unwrap();
            let mark = br#""body":{"add":["zebra-crossing"]"#;
            let at = bytes.windows(mark.len()).position(|window| window == mark);
            let at = at.expect("the event stands in the file as it was written");
            bytes[at + mark.len() - 3] ^= 1;
            std::fs::write(&file, bytes).unwrap();
        })
        .await;
    let broken = desk.engine.audit_verify(AuditVerify {}).await.unwrap();
    assert!(!broken.ok, "a changed byte is found");
    assert!(
        broken
            .problems
            .iter()
            .any(|problem| problem.contains("not those that were hashed")),
        "it is named: {:?}",
        broken.problems
    );
}

fn dialog(said: &[&str], source: &str) -> Import {
    Import::Dialog {
        name: "1".to_owned(),
        channel: "chat".to_owned(),
        said: said
            .iter()
            .map(|text| (Author::Customer, (*text).to_owned(), None))
            .collect(),
        source: source.to_owned(),
    }
}

#[tokio::test]
async fn dialogs_of_two_files_under_one_name_stay_two() {
    let desk = Desk::open().await;
    let alice = ["Hello?", "My bell is broken."];
    let bob = ["Hello?", "My brake squeaks.", "It is urgent."];
    let files = || vec![dialog(&alice, "a.jsonl"), dialog(&bob, "b.jsonl")];
    let taken = desk.engine.import(files()).await.unwrap();
    assert_eq!(taken, [Taken::New; 2]);
    let again = desk.engine.import(files()).await.unwrap();
    assert_eq!(again, [Taken::Known; 2]);

    // One that has gone on since goes on where it is.
    let more = ["Hello?", "My brake squeaks.", "It is urgent.", "Thank you."];
    let taken = desk.engine.import(vec![dialog(&more, "c.jsonl")]).await;
    assert_eq!(taken.unwrap(), [Taken::New]);

    let mut told: Vec<(String, Vec<String>)> = Vec::new();
    for line in desk.engine.export(0).await.unwrap().messages {
        let conversation = line.conversation.clone();
        let text = line.document.text;
        match told.iter_mut().find(|(name, _)| *name == conversation) {
            Some((_, texts)) => texts.push(text),
            None => told.push((conversation, vec![text])),
        }
    }
    // And those who speak in them are two people.
    let all = cv::ConversationList {
        view: "all".to_owned(),
        order: cv::ListOrder::Newest,
        cursor: None,
        limit: 50,
    };
    let rows = desk.engine.conversation_list(all).await.unwrap().rows;
    let people: BTreeSet<&str> = rows.iter().map(|row| row.contact.id.as_str()).collect();
    assert_eq!((rows.len(), people.len()), (2, 2));

    let texts: Vec<&Vec<String>> = told.iter().map(|(_, texts)| texts).collect();
    assert_eq!(
        texts,
        [
            &alice.map(str::to_owned).to_vec(),
            &more.map(str::to_owned).to_vec()
        ]
    );
}

#[tokio::test]
async fn an_archive_of_a_mailbox_that_is_not_connected_knows_whose_answers_are_whose() {
    let desk = Desk::open().await;
    let own = vec!["Hello@old-shop.test".to_owned()];
    desk.engine.team_wrote_as(own).await.unwrap();
    let asked = Mail::from(CARLA, "a1", "Where is my lamp?").to("hello@old-shop.test");
    let told = Mail::from("Shop <hello@old-shop.test>", "a2", "It left on Friday.")
        .to("carla@customer.test")
        .answers("a1@customer.test");
    let letters = [asked, told].map(|mail| Import::Mail {
        raw: mail.raw(),
        source: String::new(),
    });
    desk.engine.import(letters.into()).await.unwrap();
    let all = desk.engine.export(0).await.unwrap().messages;
    let authors: Vec<Author> = all.iter().map(|one| one.author).collect();
    assert_eq!(authors, [Author::Customer, Author::Agent]);
    assert_eq!(all[0].conversation, all[1].conversation);
}

#[tokio::test]
async fn a_question_of_this_week_after_a_person_s_answer_waits_in_the_queue() {
    let desk = Desk::open().await;
    let yesterday = Timestamp(desk.clock_now() - DAY);
    let said = [
        (Author::Customer, "Where is my lamp?"),
        (Author::Agent, "It left on Friday."),
        (Author::Customer, "It is not here."),
    ];
    let dialog = Import::Dialog {
        name: "7".to_owned(),
        channel: "chat".to_owned(),
        said: (0..)
            .zip(said)
            .map(|(n, (who, text))| (who, text.to_owned(), Some(yesterday.plus(n * MINUTE))))
            .collect(),
        source: "last-week.jsonl".to_owned(),
    };
    desk.engine.import(vec![dialog]).await.unwrap();
    let all = cv::ConversationList {
        view: "all".to_owned(),
        order: cv::ListOrder::Newest,
        cursor: None,
        limit: 50,
    };
    let row = desk
        .engine
        .conversation_list(all)
        .await
        .unwrap()
        .rows
        .remove(0);
    assert_eq!(
        (
            row.control.kind.as_str(),
            row.status.as_str(),
            row.waiting_since
        ),
        ("queue", "open", Some(yesterday.plus(2 * MINUTE).0))
    );
    let contact = ContactGet {
        contact: row.contact.id.clone(),
    };
    let levels = desk.engine.contact_get(contact).await.unwrap().identities;
    assert_eq!(levels[0].level, "claimed", "a file proves nothing");
    let facts = desk.engine.read(move |reader, _| {
        let contact = ContactId::parse(&row.contact.id).unwrap();
        let opened = ConversationId::parse(&row.id).unwrap();
        contact_facts(reader, contact, opened, yesterday)
    });
    assert_eq!(facts.await.unwrap().verified_by, "");
}
