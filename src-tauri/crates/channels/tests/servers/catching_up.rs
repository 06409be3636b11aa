//! Reading a mailbox that changed in any way while nobody looked.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use baton_channels::email::MailError;
use baton_channels::email::SinkError;
use baton_channels::email::imap::Role;
use baton_channels::email::sync::{Cursor, FolderSync, Limits, Suspects};
use baton_channels::mail::{DecodeContext, decode};

use crate::shelf::Shelf;
use crate::stage::{account, connect, mail, server, server_with, sync, sync_suspecting, sync_with};

const USER: &str = "support@baton.test";
/// A server of the poorest kind.
const POOR: &str = "IMAP4rev1";
/// A server like Gmail's: it counts changes, and does not tell what vanished.
const CONDSTORE_ONLY: &str = "IMAP4rev1 IDLE CONDSTORE ENABLE UIDPLUS MOVE";

fn small() -> Limits {
    Limits {
        batch_messages: 10,
        first_window: 20,
        window: 30,
        ..Limits::default()
    }
}

#[tokio::test]
async fn the_newest_mail_comes_first_and_nothing_is_left_out() {
    let Some(server) = server() else { return };
    server.fill(USER, (0..120).map(mail)).unwrap();
    let mut imap = connect(&account(&server, USER)).await.unwrap();
    let shelf = Shelf::default();
    let cursor = sync_with(&mut imap, &shelf, "INBOX", small())
        .await
        .unwrap();
    assert_eq!(shelf.count("INBOX"), 120);
    assert_eq!((cursor.low, cursor.high), (1, 120));
    let expected: Vec<u32> = (1..=120).rev().collect();
    assert_eq!(shelf.order(), expected);
    assert_eq!(shelf.stored_cursor("INBOX"), Some(cursor));
    let first = shelf.get("INBOX", 1).unwrap();
    assert_eq!(first.size as usize, first.raw.len());
    assert!(first.received_ms > 1_600_000_000_000);
}

#[tokio::test]
async fn an_interrupted_first_read_goes_on_where_it_was() {
    let Some(server) = server() else { return };
    server.fill(USER, (0..120).map(mail)).unwrap();
    let account = account(&server, USER);
    let shelf = Shelf::default();
    shelf.fail_after(Some(4));
    let mut imap = connect(&account).await.unwrap();
    let failed = sync_with(&mut imap, &shelf, "INBOX", small())
        .await
        .unwrap_err();
    assert_eq!(failed, MailError::Sink(SinkError::Failed));
    assert_eq!(shelf.count("INBOX"), 40);
    drop(imap);

    // New mail and a removal happen before the next attempt.
    shelf.fail_after(None);
    server.deliver(USER, &mail(500)).unwrap();
    server.expunge(USER, "INBOX", &["uid", "5,110"]).unwrap();
    let mut imap = connect(&account).await.unwrap();
    let cursor = sync_with(&mut imap, &shelf, "INBOX", small())
        .await
        .unwrap();
    assert_eq!((cursor.low, cursor.high), (1, 121));
    assert_eq!(shelf.count("INBOX"), 119, "120 - 2 + 1");
    assert_eq!(shelf.arrivals(), 120, "no message was handed over twice");
}

#[tokio::test]
async fn nothing_new_is_nothing_to_do() {
    let Some(server) = server() else { return };
    server.fill(USER, (0..50).map(mail)).unwrap();
    let account = account(&server, USER);
    let shelf = Shelf::default();
    let mut imap = connect(&account).await.unwrap();
    sync(&mut imap, &shelf, "INBOX").await.unwrap();
    let before = shelf.batches().len();
    let mut imap = connect(&account).await.unwrap();
    sync(&mut imap, &shelf, "INBOX").await.unwrap();
    // UID FETCH 51:* answers with message 50, which is not new.
    assert_eq!(shelf.arrivals(), 50);
    assert!(shelf.batches().len() <= before + 1);
    let mut imap = connect(&account).await.unwrap();
    let settled = shelf.batches().len();
    sync(&mut imap, &shelf, "INBOX").await.unwrap();
    assert_eq!(shelf.batches().len(), settled);
}

#[tokio::test]
async fn an_empty_folder_is_complete_and_stays_ready() {
    let Some(server) = server() else { return };
    let account = account(&server, USER);
    let shelf = Shelf::default();
    let mut imap = connect(&account).await.unwrap();
    let cursor = sync(&mut imap, &shelf, "Archive").await.unwrap();
    assert_eq!((cursor.low, cursor.high), (1, 0));
    imap.append("Archive", &mail(1)).await.unwrap();
    let cursor = sync(&mut imap, &shelf, "Archive").await.unwrap();
    assert_eq!((cursor.low, cursor.high), (1, 1));
    assert_eq!(shelf.count("Archive"), 1);
}

async fn removals_moves_and_flags_are_noticed(capabilities: Option<&'static str>) {
    let server = match capabilities {
        Some(capabilities) => server_with(capabilities),
        None => server(),
    };
    let Some(server) = server else { return };
    server.fill(USER, (0..10).map(mail)).unwrap();
    let account = account(&server, USER);
    let shelf = Shelf::default();
    let mut imap = connect(&account).await.unwrap();
    sync(&mut imap, &shelf, "INBOX").await.unwrap();
    drop(imap);
    server.expunge(USER, "INBOX", &["uid", "2"]).unwrap();
    server
        .move_to(USER, "INBOX", "Archive", &["uid", "4"])
        .unwrap();
    server.flag(USER, "INBOX", "\\Answered", 6).unwrap();
    server.deliver(USER, &mail(11)).unwrap();
    let mut imap = connect(&account).await.unwrap();
    sync(&mut imap, &shelf, "INBOX").await.unwrap();
    sync(&mut imap, &shelf, "Archive").await.unwrap();
    assert_eq!(shelf.uids("INBOX"), [1, 3, 5, 6, 7, 8, 9, 10, 11]);
    assert!(shelf.get("INBOX", 6).unwrap().flags.answered);
    assert!(!shelf.get("INBOX", 7).unwrap().flags.answered);
    assert!(
        shelf.subjects("Archive").contains("mail 3"),
        "the moved one is in its new folder"
    );
    assert_eq!(shelf.arrivals(), 12);
}

#[tokio::test]
async fn a_rich_server_tells_what_changed() {
    removals_moves_and_flags_are_noticed(None).await;
}

#[tokio::test]
async fn a_server_that_only_counts_changes_is_compared() {
    removals_moves_and_flags_are_noticed(Some(CONDSTORE_ONLY)).await;
}

#[tokio::test]
async fn a_poor_server_is_compared() {
    removals_moves_and_flags_are_noticed(Some(POOR)).await;
}

#[tokio::test]
async fn another_uid_validity_brings_nothing_back() {
    let Some(server) = server() else { return };
    server.fill(USER, (0..20).map(mail)).unwrap();
    let account = account(&server, USER);
    let shelf = Shelf::default();
    let mut imap = connect(&account).await.unwrap();
    sync(&mut imap, &shelf, "INBOX").await.unwrap();
    drop(imap);
    server.set_uid_validity(USER, "INBOX", 999).unwrap();
    server.deliver(USER, &mail(21)).unwrap();
    let mut imap = connect(&account).await.unwrap();
    let cursor = sync(&mut imap, &shelf, "INBOX").await.unwrap();
    assert_eq!(cursor.uid_validity, 999);
    assert_eq!(shelf.renumberings(), 1);
    assert_eq!(shelf.count("INBOX"), 21);
    assert_eq!(
        shelf.arrivals(),
        21,
        "only the one that is really new was read"
    );
}

#[tokio::test]
async fn renumbered_messages_keep_their_places() {
    let Some(server) = server() else { return };
    for n in 0..6 {
        server.deliver(USER, &mail(n)).unwrap();
    }
    server.expunge(USER, "INBOX", &["uid", "1:2"]).unwrap();
    let account = account(&server, USER);
    let shelf = Shelf::default();
    let mut imap = connect(&account).await.unwrap();
    sync(&mut imap, &shelf, "INBOX").await.unwrap();
    assert_eq!(shelf.uids("INBOX"), [3, 4, 5, 6]);
    drop(imap);
    server.renumber(USER).unwrap();
    server.deliver(USER, &mail(50)).unwrap();
    let mut imap = connect(&account).await.unwrap();
    let cursor = sync(&mut imap, &shelf, "INBOX").await.unwrap();
    assert_eq!(shelf.uids("INBOX"), [1, 2, 3, 4, 5], "numbers start anew");
    assert_eq!(shelf.arrivals(), 5);
    assert_eq!((cursor.low, cursor.high), (1, 5));
    // An interruption while matching must not lose the rest.
    server.renumber(USER).unwrap();
    shelf.fail_after(Some(0));
    let mut imap = connect(&account).await.unwrap();
    sync(&mut imap, &shelf, "INBOX").await.unwrap_err();
    shelf.fail_after(None);
    let mut imap = connect(&account).await.unwrap();
    sync(&mut imap, &shelf, "INBOX").await.unwrap();
    assert_eq!((shelf.count("INBOX"), shelf.arrivals()), (5, 5));
}

const DAY_MS: i64 = 86_400_000;

/// Brings the inbox up to date; a first reading leaves what was received before a moment.
async fn sync_since(server: &baton_testkit::MailServer, shelf: &Shelf, since_ms: i64) -> Cursor {
    let mut imap = connect(&account(server, USER)).await.unwrap();
    let suspects = Suspects::default();
    let sync = FolderSync {
        folder: "INBOX",
        role: Role::Inbox,
        sink: shelf,
        limits: small(),
        not_before_ms: Some(since_ms),
        suspects: &suspects,
    };
    sync.catch_up(&mut imap, &mut |_| {}).await.unwrap()
}

/// Has the mails of the inbox received so many days ago.
fn age(server: &baton_testkit::MailServer, days: u64) {
    let then = SystemTime::now() - Duration::from_secs(days * 86_400);
    for file in files(server) {
        // A file that is delivered this way carries its time of receipt in its own date.
        let file = std::fs::File::options().write(true).open(file).unwrap();
        file.set_modified(then).unwrap();
    }
}

fn days_ago(days: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_millis()).unwrap() - days * DAY_MS
}

#[tokio::test]
async fn old_mail_is_left_on_the_server_when_asked() {
    let Some(server) = server() else { return };
    server.fill(USER, (0..5).map(mail)).unwrap();
    age(&server, 400);
    server.deliver(USER, &mail(6)).unwrap();
    let shelf = Shelf::default();
    let cursor = sync_since(&server, &shelf, days_ago(30)).await;
    assert_eq!(shelf.subjects("INBOX"), ["mail 6".to_owned()].into());
    assert_eq!((cursor.low, cursor.high), (1, 6));
}

#[tokio::test]
async fn what_came_during_a_long_absence_is_news_however_old_it_is() {
    let Some(server) = server() else { return };
    server.fill(USER, (0..5).map(mail)).unwrap();
    age(&server, 400);
    let shelf = Shelf::default();
    sync_since(&server, &shelf, days_ago(30)).await;
    assert_eq!(shelf.count("INBOX"), 0);

    // Mail comes, and five weeks pass before anybody looks again.
    server.deliver(USER, &mail(10)).unwrap();
    let five_weeks_later = days_ago(30) + 35 * DAY_MS;
    let cursor = sync_since(&server, &shelf, five_weeks_later).await;
    assert_eq!((cursor.high, shelf.uids("INBOX")), (6, vec![6]));

    // The same when the server has numbered its messages anew in the meantime; what the first
    // reading left on the server stays there.
    server.deliver(USER, &mail(11)).unwrap();
    server.set_uid_validity(USER, "INBOX", 999).unwrap();
    sync_since(&server, &shelf, five_weeks_later).await;
    let subjects = ["mail 10", "mail 11"].map(str::to_owned);
    assert_eq!(shelf.subjects("INBOX"), subjects.into());
}

#[tokio::test]
async fn a_first_reading_that_a_long_absence_interrupted_brings_what_was_agreed() {
    let Some(server) = server() else { return };
    server.fill(USER, (0..60).map(mail)).unwrap();
    let shelf = Shelf::default();
    shelf.fail_after(Some(2));
    let mut imap = connect(&account(&server, USER)).await.unwrap();
    let suspects = Suspects::default();
    let sync = FolderSync {
        folder: "INBOX",
        role: Role::Inbox,
        sink: &shelf,
        limits: small(),
        not_before_ms: Some(days_ago(30)),
        suspects: &suspects,
    };
    assert!(sync.catch_up(&mut imap, &mut |_| {}).await.is_err());
    assert_eq!(shelf.count("INBOX"), 20);

    shelf.fail_after(None);
    sync_since(&server, &shelf, days_ago(30) + 35 * DAY_MS).await;
    assert_eq!(shelf.count("INBOX"), 60);
}

#[tokio::test]
async fn strange_bytes_come_through_untouched() {
    let Some(server) = server() else { return };
    let strange: Vec<Vec<u8>> = vec![
        b"Subject: raw \xe4\xf6\xfc\r\nX: \xff\xfe\r\n\r\n\x80\x81\r\n".to_vec(),
        b"no header at all\r\n".to_vec(),
        b"Message-ID: <a@b>\r\nMessage-ID: <c@d>\r\n\r\n{10}\r\n* BYE\r\na1 OK done\r\n".to_vec(),
        b"Subject: (\"parens\" \\ and {3}\r\n\r\n.\r\n..\r\n".to_vec(),
        b"Date: 31 Feb 2099 99:00 +9999\r\nContent-Type: text/plain; charset=x-unknown\r\n\r\n\xe4\r\n"
            .to_vec(),
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ncut o\r\n".to_vec(),
        deeply_nested(1_000),
    ];
    for raw in &strange {
        server.deliver(USER, raw).unwrap();
    }
    let mut imap = connect(&account(&server, USER)).await.unwrap();
    let shelf = Shelf::default();
    sync(&mut imap, &shelf, "INBOX").await.unwrap();
    for (n, raw) in strange.iter().enumerate() {
        let stored = shelf.get("INBOX", n as u32 + 1).unwrap();
        assert!(stored.raw.ends_with(raw), "message {n} was changed");
        // Whatever it is, there is something to show of it.
        let document = decode(&stored.raw, &DecodeContext::default()).document;
        let shown = format!("{}{}", document.subject, document.text);
        assert!(!shown.trim().is_empty(), "message {n} shows nothing");
    }
}

/// Containers in containers, each of which could hold the text.
fn deeply_nested(levels: usize) -> Vec<u8> {
    let mut mail = String::new();
    for level in 0..levels {
        mail.push_str(&format!(
            "Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n"
        ));
    }
    mail.push_str("\r\nThe crate leaks.\r\n");
    mail.into_bytes()
}

#[tokio::test]
async fn a_slow_store_holds_the_reading_back() {
    let Some(server) = server() else { return };
    let body = b"0123456789abcdef".repeat(4096);
    server
        .fill(USER, (0..200).map(|n| [mail(n), body.clone()].concat()))
        .unwrap();
    let mut imap = connect(&account(&server, USER)).await.unwrap();
    let shelf = Shelf::default();
    shelf.slow_down(Duration::from_millis(100));
    let started = Instant::now();
    sync(&mut imap, &shelf, "INBOX").await.unwrap();
    assert_eq!(shelf.count("INBOX"), 200);
    // 13 MB in batches of at most 4 MB, each of which the store held for a tenth of a second.
    let batches = shelf.batches().len();
    assert!(batches >= 4, "{batches}");
    assert!(started.elapsed() >= Duration::from_millis(100) * batches as u32);
}

/// Reads a large mailbox over TLS and says how fast; run it by name, in release.
#[tokio::test]
#[ignore = "a measurement"]
async fn how_fast_a_large_mailbox_is_read() {
    let Some(server) = server() else { return };
    let total = 20_000;
    let filler = b"Some words of a customer, with a line end.\r\n".repeat(300);
    server
        .fill(USER, (0..total).map(|n| [mail(n), filler.clone()].concat()))
        .unwrap();
    for round in 0..4 {
        let shelf = Shelf::lean();
        let mut imap = connect(&account(&server, USER)).await.unwrap();
        let started = Instant::now();
        sync(&mut imap, &shelf, "INBOX").await.unwrap();
        let seconds = started.elapsed().as_secs_f64();
        assert_eq!(shelf.count("INBOX"), total);
        let started = Instant::now();
        let mut again = connect(&account(&server, USER)).await.unwrap();
        sync(&mut again, &shelf, "INBOX").await.unwrap();
        println!(
            "round {round}: {:.0} mails/s, {:.0} MB/s, nothing new in {:.0} ms",
            total as f64 / seconds,
            shelf.bytes() as f64 / seconds / 1e6,
            started.elapsed().as_secs_f64() * 1e3
        );
    }
}

/// The files of the inbox.
fn files(server: &baton_testkit::MailServer) -> Vec<std::path::PathBuf> {
    let folder = server.maildir(USER).join("Maildir");
    ["cur", "new"]
        .into_iter()
        .filter_map(|part| std::fs::read_dir(folder.join(part)).ok())
        .flatten()
        .flatten()
        .map(|file| file.path())
        .collect()
}

fn allow(file: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Takes the right to read away from the file of a message.
fn poison(server: &baton_testkit::MailServer, subject: &str) -> bool {
    let found = files(server).into_iter().find(|file| {
        let text = std::fs::read(file).unwrap_or_default();
        String::from_utf8_lossy(&text).contains(subject)
    });
    if let Some(file) = &found {
        allow(file, 0o000);
    }
    found.is_some()
}

/// Gives it back.
fn heal(server: &baton_testkit::MailServer) -> bool {
    let files = files(server);
    for file in &files {
        allow(file, 0o644);
    }
    !files.is_empty()
}

#[tokio::test]
async fn one_message_that_the_server_cannot_read_keeps_no_other_back() {
    let Some(server) = server() else { return };
    for n in 0..30 {
        server.deliver(USER, &mail(n)).unwrap();
    }
    let seventh = String::from_utf8(mail(6)).unwrap();
    let subject = seventh
        .lines()
        .find(|line| line.starts_with("Subject: "))
        .unwrap();
    assert!(poison(&server, subject));
    // This server ends the connection over a file it cannot read.
    let (shelf, suspects) = (Shelf::default(), Suspects::default());
    let mut cursor = None;
    for _ in 0..12 {
        let mut imap = connect(&account(&server, USER)).await.unwrap();
        match sync_suspecting(&mut imap, &shelf, "INBOX", small(), &suspects).await {
            Ok(at) => {
                cursor = Some(at);
                break;
            }
            Err(error) => assert!(matches!(error, MailError::Bye | MailError::ConnectionLost)),
        }
    }
    let cursor = cursor.expect("the message is found");
    assert_eq!(shelf.unreadable(), [7]);
    assert_eq!(shelf.count("INBOX"), 29);
    assert_eq!((cursor.low, cursor.high), (1, 30));
}

#[tokio::test]
async fn a_server_that_refuses_everything_is_asked_again_and_nothing_is_given_up() {
    let Some(server) = server() else { return };
    for n in 0..2 {
        server.deliver(USER, &mail(n)).unwrap();
        assert!(poison(&server, &format!("Subject: mail {n}")));
    }
    let (shelf, suspects) = (Shelf::default(), Suspects::default());
    for _ in 0..6 {
        let mut imap = connect(&account(&server, USER)).await.unwrap();
        let read = sync_suspecting(&mut imap, &shelf, "INBOX", small(), &suspects).await;
        assert!(read.is_err());
    }
    assert!(shelf.unreadable().is_empty());
    assert_eq!(shelf.stored_cursor("INBOX"), None);
    // When the server is well again, the messages come.
    assert!(heal(&server));
    let mut read = Err(MailError::Bye);
    for _ in 0..3 {
        let mut imap = connect(&account(&server, USER)).await.unwrap();
        read = sync_suspecting(&mut imap, &shelf, "INBOX", small(), &suspects).await;
        if read.is_ok() {
            break;
        }
    }
    assert_eq!(read.map(|cursor| cursor.high), Ok(2));
    assert_eq!(shelf.count("INBOX"), 2);
}

/// Connects until a folder is read; how often that took.
async fn read_at_last(
    server: &baton_testkit::MailServer,
    shelf: &Shelf,
    suspects: &Suspects,
    limits: Limits,
) -> Option<usize> {
    for round in 1..=20 {
        let mut imap = connect(&account(server, USER)).await.unwrap();
        if sync_suspecting(&mut imap, shelf, "INBOX", limits, suspects)
            .await
            .is_ok()
        {
            return Some(round);
        }
    }
    None
}

#[tokio::test]
async fn the_only_message_of_a_folder_is_given_up_when_it_was_refused_for_long() {
    let Some(server) = server() else { return };
    server.deliver(USER, &mail(0)).unwrap();
    assert!(poison(&server, "Subject: "));
    let (shelf, suspects) = (Shelf::default(), Suspects::default());
    let patient = read_at_last(&server, &shelf, &suspects, small()).await;
    assert_eq!(patient, None, "it may still be the server");
    assert!(shelf.unreadable().is_empty());
    let long_after = Limits {
        lone_patience: Duration::ZERO,
        ..small()
    };
    let settled = read_at_last(&server, &shelf, &suspects, long_after).await;
    assert!(settled.is_some());
    assert_eq!(shelf.unreadable(), [1]);

    // Mail that comes afterwards is read as ever, and the one is not asked for again.
    server.deliver(USER, &mail(1)).unwrap();
    assert_eq!(
        read_at_last(&server, &shelf, &suspects, small()).await,
        Some(1)
    );
    assert_eq!((shelf.count("INBOX"), shelf.unreadable()), (1, vec![1]));
}

/// Takes the sizes out of the names of the files, so that the server has to open them to tell.
fn forget_sizes(server: &baton_testkit::MailServer) {
    for file in files(server) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if let Some((bare, rest)) = name.split_once(",S=") {
            let flags = rest.split_once(':').map_or("", |(_, flags)| flags);
            let colon = if flags.is_empty() { "" } else { ":" };
            let bare = file.with_file_name(format!("{bare}{colon}{flags}"));
            std::fs::rename(&file, bare).unwrap();
        }
    }
}

#[tokio::test]
async fn a_message_that_cannot_even_be_weighed_keeps_no_other_back() {
    let Some(server) = server() else { return };
    server.fill(USER, (0..12).map(mail)).unwrap();
    forget_sizes(&server);
    let seventh = String::from_utf8(mail(6)).unwrap();
    let subject = seventh
        .lines()
        .find(|line| line.starts_with("Subject: "))
        .unwrap();
    assert!(poison(&server, subject));
    let (shelf, suspects) = (Shelf::default(), Suspects::default());
    let read = read_at_last(&server, &shelf, &suspects, small()).await;
    assert!(read.is_some(), "the message is found");
    assert_eq!((shelf.count("INBOX"), shelf.unreadable().len()), (11, 1));
}
