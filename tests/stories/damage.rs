//! A disk that loses a page, a program that writes where it should not: what is damaged is made
//! anew from the log where that is whole, is said where it is not, and stops nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use baton_api::Commands as _;
use baton_api::compose as co;
use baton_api::conversations as cv;
use baton_api::health as he;
use baton_api::timeline::What;
use baton_core::ids::{ConversationId, Id as _};
use baton_core::time::{HOUR, MINUTE, SECOND, Timestamp};
use baton_engine::import::Import;
use baton_engine::{Engine, OpenOptions};
use baton_testkit::{MailServer, ServerOptions, SmtpSink};
use baton_tests::desk::Desk;
use baton_tests::mail::Mail;
use baton_tests::post::{connect, conversations, mailbox, said, until};
use baton_tests::secrets::OneKey;
use rusqlite::Connection;

const CARLA: &str = "Carla Stone <carla@customer.test>";
const DAN: &str = "Dan <dan@customer.test>";

/// Another program writes into the database.
fn scribble(folder: &Path, sql: &str, which: ConversationId) {
    let database = Connection::open(folder.join("baton.db")).unwrap();
    database
        .pragma_update(None, "ignore_check_constraints", true)
        .unwrap();
    let changed = database.execute(sql, [which.bits().to_be_bytes()]).unwrap();
    assert!(changed > 0, "{sql}");
}

const STATE: &str = "UPDATE conversation SET state = CAST('{' AS BLOB) WHERE id = ?1";
const ROW: &str =
    "UPDATE conversation SET status = 'lost', tags = '[', last_at_ms = 7 WHERE id = ?1";
const LOG: &str = "UPDATE event SET bytes = CAST('{}' AS BLOB) WHERE conversation = ?1";

/// What the health page says of conversations.
async fn health(desk: &Desk) -> he::Check {
    let health = desk.engine.health_get(he::HealthGet {}).await.unwrap();
    let found = health
        .checks
        .into_iter()
        .find(|one| one.code == "conversations");
    found.unwrap()
}

/// Every projection as text.
async fn projections(desk: &Desk) -> String {
    desk.engine
        .read(|reader, _| {
            let mut out = Vec::new();
            reader.dump_projection(&mut out)?;
            Ok(String::from_utf8_lossy(&out).into_owned())
        })
        .await
        .unwrap()
}

async fn asked(desk: &Desk) -> (ConversationId, ConversationId) {
    let lamp = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    let chair = Mail::from(DAN, "2", "The chair squeaks.").about("The chair");
    (lamp, desk.mail(&chair).await)
}

#[tokio::test]
async fn a_damaged_state_is_made_anew_when_a_mail_joins_it() {
    for damage in [vec![STATE], vec![ROW], vec![STATE, ROW]] {
        let desk = Desk::open().await;
        let (lamp, chair) = asked(&desk).await;
        let desk = desk
            .reopened(|folder| damage.iter().for_each(|sql| scribble(folder, sql, lamp)))
            .await;
        desk.wait(MINUTE).await;
        let more = Mail::from(CARLA, "3", "And the shade?").answers("1@customer.test");
        assert_eq!(desk.mail(&more).await, lamp, "{damage:?}");
        assert_eq!(desk.messages(lamp).await.len(), 2);
        assert_eq!(desk.head(chair).await.row.subject, "The chair");
        if damage.contains(&STATE) {
            let told = health(&desk).await;
            assert_eq!(told.state, "warn", "{}", told.text);
        }
        // As if it had never been damaged.
        let before = projections(&desk).await;
        desk.engine.mend().await.unwrap();
        assert!(projections(&desk).await == before, "{damage:?}");
        assert_eq!(health(&desk).await.state, "ok");
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_whole_says_so_and_stands_in_its_list() {
    let desk = Desk::open().await;
    let (lamp, chair) = asked(&desk).await;
    let desk = desk.reopened(|folder| scribble(folder, ROW, lamp)).await;
    for view in ["queue", "all"] {
        let page = desk.engine.conversation_list(cv::ConversationList {
            view: view.to_owned(),
            order: cv::ListOrder::Newest,
            cursor: None,
            limit: 50,
        });
        let mut rows: Vec<_> = page.await.unwrap().rows;
        rows.sort_by_key(|row| row.damaged);
        let told: Vec<_> = rows.iter().map(|row| (&row.id, row.damaged)).collect();
        assert_eq!(
            told,
            [(&chair.to_string(), false), (&lamp.to_string(), true)]
        );
        assert_eq!(rows[1].contact.name, "Carla Stone", "what is left is shown");
    }
    // Who works on it makes it whole.
    desk.engine
        .mark_read(cv::ConversationOnly {
            conversation: lamp.to_string(),
        })
        .await
        .unwrap();
    assert!(!desk.head(lamp).await.row.damaged);
}

#[tokio::test]
async fn what_cannot_be_made_anew_keeps_no_mail_out() {
    let desk = Desk::open().await;
    let (lamp, _) = asked(&desk).await;
    let desk = desk
        .reopened(|folder| {
            scribble(folder, STATE, lamp);
            scribble(folder, LOG, lamp);
        })
        .await;
    let more = Mail::from(CARLA, "3", "And the shade?").answers("1@customer.test");
    let own = desk.mail(&more).await;
    assert_ne!(own, lamp);
    let message = desk.messages(own).await.pop().unwrap();
    assert_eq!(message.text.trim(), "And the shade?");
    assert_eq!(message.problems[0].code, "conversation_damaged");
    let told = health(&desk).await;
    assert_eq!(told.state, "bad", "{}", told.text);
    let audit = desk.engine.audit_verify(he::AuditVerify {}).await.unwrap();
    assert!(!audit.ok);
    assert!(
        audit
            .problems
            .iter()
            .any(|one| one.contains(&lamp.to_string())),
        "{:?}",
        audit.problems
    );
    // What she writes next belongs to the mail before it.
    let last = Mail::from(CARLA, "4", "Hello?").answers("3@customer.test");
    assert_eq!(desk.mail(&last).await, own);
}

#[tokio::test]
async fn an_event_that_was_cut_off_the_log_is_missed() {
    let desk = Desk::open().await;
    asked(&desk).await;
    let desk = desk
        .reopened(|folder| {
            let database = Connection::open(folder.join("baton.db")).unwrap();
            database.pragma_update(None, "foreign_keys", false).unwrap();
            let sql = "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)";
            assert_eq!(database.execute(sql, []).unwrap(), 1);
        })
        .await;
    let audit = desk.engine.audit_verify(he::AuditVerify {}).await.unwrap();
    assert!(!audit.ok, "the remembered head is not the newest event");
}

#[tokio::test]
async fn one_deadline_or_errand_that_cannot_be_met_stops_no_other() {
    let desk = Desk::open().await;
    let (lamp, chair) = asked(&desk).await;
    desk.wait(MINUTE).await;
    desk.answer(lamp, "It left on Friday.").await;
    desk.answer(chair, "Oil it.").await;
    let third = Mail::from("Eve <eve@customer.test>", "7", "Hello?").about("Hello");
    let third = desk.mail(&third).await;
    desk.answer(third, "Hello!").await;
    let desk = desk
        .reopened(|folder| {
            scribble(folder, STATE, lamp);
            scribble(folder, LOG, lamp);
            scribble(
                folder,
                "UPDATE effect SET body = '{}' WHERE conversation = ?1",
                third,
            );
        })
        .await;
    // The errand of the damaged one was asked for first, so it is in the way.
    desk.wait(11 * SECOND).await;
    let said = desk.messages(chair).await;
    assert_eq!(said.last().unwrap().text.trim(), "Oil it.");
    let said = desk.messages(third).await;
    assert_eq!(
        said.last().unwrap().text.trim(),
        "Hello!",
        "it still waited"
    );
    let waiting = desk
        .engine
        .read(|reader, _| Ok(reader.effects_due(Timestamp(i64::MAX), &BTreeSet::new(), 9)?))
        .await
        .unwrap();
    assert_eq!(waiting.len(), 1, "the other is kept for later");
    assert_eq!(waiting[0].conversation, lamp);
    assert!(!waiting[0].error.is_empty());

    // And so with promises.
    let again = Mail::from(DAN, "5", "It still squeaks.").answers("2@customer.test");
    assert_eq!(desk.mail(&again).await, chair);
    desk.wait(3 * HOUR).await;
    let missed = desk.stream(chair).await.into_iter().any(|entry| {
        matches!(entry.what, What::Clock { ref clock, ref state, .. }
            if clock == "next_reply" && state == "missed")
    });
    assert!(missed, "the promise to Dan is watched");
}

#[tokio::test]
async fn everything_is_made_anew_as_it_was_also_after_an_erasure() {
    let desk = Desk::open().await;
    let (lamp, chair) = asked(&desk).await;
    desk.answer(lamp, "It left on Friday.").await;
    desk.wait(11 * SECOND).await;
    let thanks = Mail::from(CARLA, "3", "Thank you!").answers("1@customer.test");
    desk.mail(&thanks).await;
    let note = co::NoteAdd {
        conversation: chair.to_string(),
        text: "He called.".to_owned(),
    };
    desk.engine.note_add(note).await.unwrap();
    let letters = (0..3).map(|n| Import::Mail {
        raw: Mail::from(CARLA, &format!("old{n}"), "A letter of last year.")
            .about(&format!("Old letter {n}"))
            .raw(),
        source: format!("box/{n}.eml"),
    });
    desk.engine.import(letters.collect()).await.unwrap();
    desk.wait(HOUR).await;

    for step in ["as it grew", "after an erasure"] {
        let before = projections(&desk).await;
        let events = desk.engine.mend().await.unwrap();
        assert!(events > 20, "{events}");
        let after = projections(&desk).await;
        for (was, is) in before.lines().zip(after.lines()) {
            assert_eq!(was, is, "{step}");
        }
        assert_eq!(before.lines().count(), after.lines().count(), "{step}");
        if step == "as it grew" {
            let erase = baton_api::contacts::ContactErase {
                contact: "carla@customer.test".to_owned(),
            };
            let erased = desk.engine.contact_erase(erase).await.unwrap();
            assert_eq!(erased.conversations, 4);
        }
    }
    let audit = desk.engine.audit_verify(he::AuditVerify {}).await.unwrap();
    assert!(audit.ok, "{:?}", audit.problems);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_contact_keeps_no_other_mail_out_of_the_mailbox() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let sink = SmtpSink::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        Engine::open(OpenOptions::live(
            folder.path().to_owned(),
            OneKey::secrets(),
        ))
    };
    let engine = open().await.unwrap();
    let support = "support@baton.test";
    let config = mailbox(&server, support, Some(sink.port()));
    connect(&engine, config).await;
    server
        .deliver(support, &Mail::from(CARLA, "1", "Where is my lamp?").raw())
        .unwrap();
    until("the mail is there", || async {
        (conversations(&engine).await.len() == 1).then_some(())
    })
    .await;
    engine.stop().await;
    drop(engine);
    let database = Connection::open(folder.path().join("baton.db")).unwrap();
    database
        .pragma_update(None, "ignore_check_constraints", true)
        .unwrap();
    database
        .execute("UPDATE contact SET attributes = '[]'", [])
        .unwrap();
    drop(database);

    let engine = open().await.unwrap();
    let again = Mail::from(CARLA, "2", "Hello?").about("Hello");
    let other = Mail::from(DAN, "3", "The chair squeaks.").about("The chair");
    for mail in [again, other] {
        server.deliver(support, &mail.raw()).unwrap();
    }
    let rows = until("both have come", || async {
        let rows = conversations(&engine).await;
        (rows.len() == 3).then_some(rows)
    })
    .await;
    assert!(rows.iter().any(|row| row.subject == "The chair"));
    let unplaced = rows
        .iter()
        .find(|row| row.subject == "A message that could not be placed")
        .unwrap();
    let said = said(&engine, &unplaced.id).await;
    assert_eq!(said[0].problems[0].code, "could_not_be_placed");
    let source = baton_api::timeline::MessageOnly {
        message: said[0].id.clone(),
    };
    let source = engine.message_source(source).await.unwrap();
    let raw = Mail::from(CARLA, "2", "Hello?").about("Hello").raw();
    assert!(source.size > raw.len() as u64, "as it came, with its trace");
    engine.stop().await;
}

#[tokio::test]
async fn a_database_that_another_program_holds_is_said_to_be_busy_and_stops_nobody() {
    let desk = Desk::open().await;
    let (lamp, _) = asked(&desk).await;
    let other = Connection::open(desk.folder().join("baton.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let note = || co::NoteAdd {
        conversation: lamp.to_string(),
        text: "Ask the carrier.".to_owned(),
    };
    let refused = desk.engine.note_add(note()).await.err().unwrap();
    assert_eq!(refused.code, "busy", "{refused:?}");
    other.execute_batch("ROLLBACK").unwrap();
    desk.engine.note_add(note()).await.unwrap();
}
