//! What somebody does with a mail in another program, on servers that tell and on servers that have
//! to be asked.

use baton_api::Commands as _;
use baton_api::conversations::ConversationRow;
use baton_api::timeline::MessageOnly;
use baton_testkit::ServerOptions;
use baton_tests::mail::Mail;
use baton_tests::post::{conversations, said, until};

use super::office::{CARLA, Office, SUPPORT};

/// Servers that tell all that changed, count changes only, or neither.
const SERVERS: [Option<&str>; 3] = [
    None,
    Some("IMAP4rev1 IDLE CONDSTORE ENABLE UIDPLUS MOVE"),
    Some("IMAP4rev1 IDLE UIDPLUS MOVE"),
];

async fn unread_becomes(office: &Office, subject: &str, unread: u32) -> ConversationRow {
    until(&format!("{subject} has {unread} unread"), || async {
        office.look().await;
        let rows = conversations(&office.engine).await;
        rows.into_iter()
            .find(|row| row.subject == subject && row.unread == unread)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_read_or_put_away_elsewhere_is_not_unread_and_stays() {
    for capabilities in SERVERS {
        let options = ServerOptions {
            capabilities,
            ..ServerOptions::default()
        };
        let Some(office) = Office::with(&options).await else {
            return;
        };
        let deliver = |id: &str, subject: &str, answers: Option<&str>| {
            let mail = Mail::from(CARLA, id, "Where is it?").about(subject);
            let mail = match answers {
                Some(first) => mail.answers(first),
                None => mail,
            };
            office.server.deliver(SUPPORT, &mail.raw()).unwrap();
        };
        // Numbers 1 to 4 of the inbox.
        for (number, subject) in ["Lamp", "Chair", "Table", "Shelf"].into_iter().enumerate() {
            deliver(&format!("e{number}"), subject, None);
            unread_becomes(&office, subject, 1).await;
        }
        deliver("e4", "Re: Shelf", Some("e3@customer.test"));
        unread_becomes(&office, "Shelf", 2).await;

        // One is read, one deleted, one put into another folder; of two in one conversation only the
        // older is read.
        let server = &office.server;
        server.flag(SUPPORT, "INBOX", "\\Seen", 1).unwrap();
        server.expunge(SUPPORT, "INBOX", &["uid", "2"]).unwrap();
        server
            .doveadm(&["mailbox", "create", "-u", SUPPORT, "Done"])
            .unwrap();
        server
            .move_to(SUPPORT, "INBOX", "Done", &["uid", "3"])
            .unwrap();
        server.flag(SUPPORT, "INBOX", "\\Seen", 4).unwrap();
        for subject in ["Lamp", "Chair", "Table"] {
            let row = unread_becomes(&office, subject, 0).await;
            assert!(row.waiting_since.is_some(), "she still waits");
            assert_eq!(row.status, "new", "nobody works on it yet");
            let message = said(&office.engine, &row.id).await.remove(0);
            let source = office.engine.message_source(MessageOnly {
                message: message.id,
            });
            assert!(source.await.unwrap().size > 100, "and her words are here");
        }
        unread_becomes(&office, "Shelf", 2).await;
        server.flag(SUPPORT, "INBOX", "\\Seen", 5).unwrap();
        unread_becomes(&office, "Shelf", 0).await;
        office.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_read_elsewhere_while_baton_was_closed_is_not_unread() {
    let Some(office) = Office::open().await else {
        return;
    };
    let mail = |id: &str, subject: &str| {
        let mail = Mail::from(CARLA, id, "Where is it?").about(subject);
        office.server.deliver(SUPPORT, &mail.raw()).unwrap();
    };
    mail("c0", "Lamp");
    unread_becomes(&office, "Lamp", 1).await;
    office.engine.stop().await;
    mail("c1", "Chair");
    mail("c2", "Table");
    for uid in [1, 2] {
        office.server.flag(SUPPORT, "INBOX", "\\Seen", uid).unwrap();
    }
    let office = office.reopened().await;
    unread_becomes(&office, "Lamp", 0).await;
    unread_becomes(&office, "Chair", 0).await;
    unread_becomes(&office, "Table", 1).await;
    office.close().await;
}
