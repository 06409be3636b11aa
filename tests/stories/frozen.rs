//! A workspace that nobody can write any more, or of which a part is lost: what is left can be
//! read, exported, checked and copied, and it is said what is missing.

use std::collections::BTreeMap;
use std::path::Path;

use baton_api::Commands as _;
use baton_api::bots as bo;
use baton_api::compose as co;
use baton_api::health as he;
use baton_core::hash::Hash;
use baton_engine::export::{Damaged, Exported};
use baton_engine::{Engine, EngineError, OpenOptions};
use baton_tests::desk::Desk;
use baton_tests::disk::Disk;
use baton_tests::mail::Mail;
use baton_tests::secrets::Pocket;
use rusqlite::Connection;

const MAILS: usize = 60;

fn letter(n: usize) -> Mail {
    let words: String = (0..400)
        .map(|word| format!("{} ", word * n % 9_973))
        .collect();
    Mail::from(
        &format!("C{n} <c{n}@customer.test>"),
        &format!("l{n}"),
        &words,
    )
    .about(&format!("Letter {n}"))
}

/// A desk with letters, and a note beside the first.
async fn filled() -> Desk {
    let desk = Desk::open().await;
    for n in 1..=MAILS {
        let which = desk.mail(&letter(n)).await;
        if n == 1 {
            let note = co::NoteAdd {
                conversation: which.to_string(),
                text: "She called.".to_owned(),
            };
            desk.engine.note_add(note).await.unwrap();
        }
    }
    desk
}

/// Everything that can be exported, by subject (the text for a note), and how many entries of the
/// log are lost.
async fn exported(engine: &Engine) -> (BTreeMap<String, Exported>, usize) {
    let mut from = Some(0);
    let mut told = BTreeMap::new();
    let mut lost = 0;
    while let Some(place) = from {
        let page = engine.export(place).await.unwrap();
        for one in page.messages {
            let name = match one.document.subject.as_str() {
                "" => one.document.text.clone(),
                subject => subject.to_owned(),
            };
            told.insert(name, one);
        }
        lost += page.lost.len();
        from = page.next;
    }
    (told, lost)
}

async fn health(engine: &Engine, code: &str) -> he::Check {
    let health = engine.health_get(he::HealthGet {}).await.unwrap();
    let found = health.checks.into_iter().find(|one| one.code == code);
    found.unwrap()
}

fn options(folder: &Path, live: bool) -> OpenOptions {
    OpenOptions {
        live,
        ..OpenOptions::live(folder.to_owned(), Pocket::secrets())
    }
}

/// Changes the stored bytes of a piece of content.
fn spoil(folder: &Path, hash: Hash) {
    let database = Connection::open(folder.join("baton.db")).unwrap();
    let spoiled = database.execute(
        "UPDATE content SET packing = 0, bytes = CAST('spoiled' AS BLOB) WHERE hash = ?1",
        [hash.0],
    );
    assert_eq!(spoiled.unwrap(), 1);
}

/// The digest under which the document of a mail is stored.
fn document_of(folder: &Path, subject: &str) -> Hash {
    let database = Connection::open(folder.join("baton.db")).unwrap();
    let found = database.query_row(
        "SELECT document FROM message WHERE subject = ?1",
        [subject],
        |row| row.get(0),
    );
    Hash(found.unwrap())
}

#[tokio::test]
async fn one_damaged_message_is_exported_with_what_is_left_and_all_others_whole() {
    let desk = filled().await;
    let desk = desk
        .reopened(|folder| {
            for subject in ["Letter 2", "Letter 4"] {
                spoil(folder, document_of(folder, subject));
            }
            for n in [3, 4] {
                spoil(folder, Hash::of(&letter(n).raw()));
            }
        })
        .await;
    let (told, lost) = exported(&desk.engine).await;
    assert_eq!((told.len(), lost), (MAILS + 1, 0));
    let damaged: BTreeMap<&str, &[Damaged]> = told
        .iter()
        .filter(|(_, one)| !one.damaged.is_empty())
        .map(|(name, one)| (&**name, &*one.damaged))
        .collect();
    assert_eq!(
        damaged,
        BTreeMap::from([
            ("Letter 2", &[Damaged::Document][..]),
            ("Letter 3", &[Damaged::Raw]),
            ("Letter 4", &[Damaged::Document, Damaged::Raw]),
        ])
    );
    // The second is read anew from its bytes, the third as it was read; of the fourth is left what
    // the list shows.
    for n in [2, 3] {
        let words = &told[&format!("Letter {n}")].document.text;
        let last = format!(" {}", 399 * n % 9_973);
        assert!(words.trim_end().ends_with(&last), "{words}");
    }
    let fourth = &told["Letter 4"].document;
    assert_eq!(fourth.from.address, "c4@customer.test");
    assert!(fourth.text.starts_with("0 4 8 12 "), "{}", fourth.text);
    // What was erased is not damaged.
    let erase = baton_api::contacts::ContactErase {
        contact: "c3@customer.test".to_owned(),
    };
    desk.engine.contact_erase(erase).await.unwrap();
    let (told, _) = exported(&desk.engine).await;
    assert_eq!(told[""].damaged, []);
    assert_eq!(told[""].raw, None);
}

/// What a bot platform brought is JSON: read as a mail it would say what nobody has written.
#[tokio::test]
async fn of_a_damaged_chat_is_exported_what_the_list_shows_and_nothing_made_up() {
    let desk = Desk::open().await;
    let front = bo::BotAdd {
        name: "front".to_owned(),
        channel: None,
        queue: String::new(),
        answer_within_s: 0,
    };
    desk.engine.bot_add(front).await.unwrap();
    let tried = bo::BotTry {
        name: "front".to_owned(),
        text: "Where is my parcel?".to_owned(),
        conversation: None,
    };
    let which = desk.engine.bot_try(tried).await.unwrap().conversation;
    let (before, _) = exported(&desk.engine).await;
    let subject = before.keys().next().unwrap().clone();
    let desk = desk
        .reopened(|folder| spoil(folder, document_of(folder, &subject)))
        .await;
    let (told, lost) = exported(&desk.engine).await;
    assert_eq!((told.len(), lost), (1, 0));
    let chat = &told[&subject];
    assert_eq!(chat.conversation, which);
    assert_eq!(chat.damaged, [Damaged::Document]);
    assert_eq!(chat.document.text, "Where is my parcel?");
    assert_eq!(chat.document.from, before[&subject].document.from);
    assert_eq!(chat.document.native_id, before[&subject].document.native_id);
    assert_eq!(chat.raw, before[&subject].raw);
}

#[tokio::test]
async fn what_the_lists_have_in_place_of_the_log_keeps_its_place() {
    let desk = Desk::open().await;
    for n in 1..=3 {
        desk.mail(&letter(n)).await;
    }
    let subjects = async |desk: &Desk| {
        let page = desk.engine.export(0).await.unwrap();
        let told = page.messages.into_iter().map(|one| one.document.subject);
        told.collect::<Vec<_>>()
    };
    let before = subjects(&desk).await;
    assert_eq!(before, ["Letter 1", "Letter 2", "Letter 3"]);
    let desk = desk
        .reopened(|folder| {
            let database = Connection::open(folder.join("baton.db")).unwrap();
            let spoiled = database.execute(
                "UPDATE event SET hash = x'00' WHERE seq =
                     (SELECT min(seq) FROM event WHERE kind = 'message.recorded@1')",
                [],
            );
            assert_eq!(spoiled.unwrap(), 1);
        })
        .await;
    assert_eq!(subjects(&desk).await, before);
}

#[tokio::test]
async fn of_a_database_that_was_cut_off_the_rest_can_be_saved() {
    let desk = filled().await;
    let desk = desk
        .reopened(|folder| {
            let file = std::fs::OpenOptions::new()
                .write(true)
                .open(folder.join("baton.db"))
                .unwrap();
            let whole = file.metadata().unwrap().len();
            file.set_len(whole * 4 / 5).unwrap();
        })
        .await;
    let engine = &desk.engine;
    let why = engine.read_only().unwrap().to_owned();
    assert!(why.contains("damaged") && why.contains("export"), "{why}");

    let (told, lost) = exported(engine).await;
    let whole = told.values().filter(|one| one.damaged.is_empty()).count();
    assert!(whole > MAILS / 3, "{whole} of {MAILS}, {lost} lost");
    assert!(whole < MAILS, "a fifth of the file is gone");
    for (name, one) in told.iter().filter(|(_, one)| one.damaged.is_empty()) {
        if let Some(n) = name.strip_prefix("Letter ") {
            let raw = letter(n.parse().unwrap()).raw();
            assert_eq!(one.raw, Some(Hash::of(&raw)), "{name}");
        }
    }

    let audit = engine.audit_verify(he::AuditVerify {}).await.unwrap();
    assert!(!audit.ok);
    assert!(!audit.problems.is_empty());
    let database = health(engine, "database").await;
    assert_eq!(database.state, "bad");
    assert!(database.text.contains("only be read"), "{}", database.text);
    let copies = tempfile::tempdir().unwrap();
    let copy = copies.path().join("copy.db");
    assert!(engine.backup(copy).await.unwrap() > 0);

    // Nothing is written into it, and nothing runs on it.
    let refused = engine.import(vec![]).await;
    assert!(matches!(refused, Err(EngineError::ReadOnly(_))));
    std::fs::copy(
        desk.folder().join("baton.db"),
        copies.path().join("baton.db"),
    )
    .unwrap();
    let refused = Engine::open(options(copies.path(), true)).await;
    let refused = baton_api::ApiError::from(refused.err().unwrap());
    assert_eq!(refused.code, "read_only");
    assert!(refused.hint.contains("baton export"), "{}", refused.hint);
}

#[tokio::test]
async fn on_a_disk_that_is_closed_for_writing_everything_can_be_read() {
    for log in ["folded in", "with its index", "without its index"] {
        let Some(disk) = Disk::mount() else { return };
        let desk = filled().await;
        let place = disk.path().join("workspace");
        std::fs::create_dir(&place).unwrap();
        let copy = |from: &Path, files: &[&str]| {
            for file in files {
                std::fs::copy(from.join(file), place.join(file)).unwrap();
            }
        };
        match log {
            "folded in" => drop(desk.reopened(|from| copy(from, &["baton.db"])).await),
            // As a process leaves them that is killed.
            "with its index" => copy(desk.folder(), &["baton.db", "baton.db-wal", "baton.db-shm"]),
            _ => copy(desk.folder(), &["baton.db", "baton.db-wal"]),
        }
        disk.close();

        let closed = Engine::open(options(&place, false)).await.unwrap();
        if log == "without its index" {
            // The newest changes cannot be read there, and that is said.
            let why = closed.read_only().unwrap();
            assert!(why.contains("baton.db-wal"), "{why}");
            continue;
        }
        assert!(closed.read_only().unwrap().contains("cannot be written"));
        let (told, lost) = exported(&closed).await;
        assert_eq!((told.len(), lost), (MAILS + 1, 0), "{log}");
        assert!(told.values().all(|one| one.damaged.is_empty()));
        let audit = closed.audit_verify(he::AuditVerify {}).await.unwrap();
        assert!(audit.ok, "{:?}", audit.problems);
        assert!(audit.events > 60);
        assert_eq!(health(&closed, "conversations").await.state, "ok");
        let beside = closed.backup_make(he::BackupMake {
            path: String::new(),
        });
        let refused = beside.await.err().unwrap();
        assert_eq!(refused.code, "cannot_write");
        assert!(refused.hint.contains("Name a file"), "{}", refused.hint);
        let elsewhere = tempfile::tempdir().unwrap();
        closed
            .backup(elsewhere.path().join("baton.db"))
            .await
            .unwrap();
        // The copy is a workspace again.
        let again = Engine::open(options(elsewhere.path(), false))
            .await
            .unwrap();
        assert_eq!(again.read_only(), None);
        assert_eq!(exported(&again).await.0.len(), MAILS + 1);
        again.stop().await;
        closed.stop().await;
    }
}
