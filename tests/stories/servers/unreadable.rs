//! One message that the server lists and cannot hand over.

use std::os::unix::fs::PermissionsExt as _;

use baton_tests::mail::Mail;
use baton_tests::post::{conversations, is_live, said, until};

use super::office::{CARLA, Office, SUPPORT};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_the_server_refuses_is_told_and_keeps_no_other_back() {
    let Some(office) = Office::open().await else {
        return;
    };
    // It is made unreadable while nobody looks.
    office.engine.stop().await;
    for n in 0..8 {
        let mail = Mail::from(CARLA, &format!("l{n}"), "Hello?").about(&format!("Letter {n}"));
        office.server.deliver(SUPPORT, &mail.raw()).unwrap();
    }
    let new = office.server.maildir(SUPPORT).join("Maildir/new");
    let poison = std::fs::read_dir(new)
        .unwrap()
        .map(|file| file.unwrap().path())
        .find(|file| {
            let raw = std::fs::read(file).unwrap();
            String::from_utf8_lossy(&raw).contains("Subject: Letter 3")
        })
        .unwrap();
    std::fs::set_permissions(&poison, std::fs::Permissions::from_mode(0o000)).unwrap();

    let office = office.reopened().await;
    until(
        "all but one are there, and a word about that one",
        || async { (conversations(&office.engine).await.len() == 8).then_some(()) },
    )
    .await;
    is_live(&office.engine, &office.channel).await;
    let rows = conversations(&office.engine).await;
    let letters = rows.iter().filter(|row| row.subject.starts_with("Letter"));
    assert_eq!(letters.count(), 7);
    let about = rows
        .iter()
        .find(|row| row.subject.contains("cannot hand over"))
        .expect("somebody has to hear of it");
    let words = said(&office.engine, &about.id).await;
    assert_eq!(words.len(), 1);
    assert_eq!(words[0].kind, "system", "no customer is made of it");
    assert!(words[0].text.contains("another mail program"));

    // It is told once, and mail goes on coming in.
    office.deliver(&Mail::from(CARLA, "later", "And now?").about("Letter 8"));
    until("the next is there", || async {
        (conversations(&office.engine).await.len() == 9).then_some(())
    })
    .await;
    let notes = conversations(&office.engine).await;
    let notes = notes
        .iter()
        .filter(|row| row.subject.contains("cannot hand over"));
    assert_eq!(notes.count(), 1);
    office.close().await;
}
