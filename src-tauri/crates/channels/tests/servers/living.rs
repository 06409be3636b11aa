//! The supervised task of an account, on a bad day.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use baton_channels::email::clock::Clocks;
use baton_channels::email::watch::AccountState;
use baton_channels::email::{Login, Timing};
use baton_testkit::{MailServer, Proxy, ServerOptions, proxy::Weather};

use crate::shelf::Shelf;
use crate::stage::{Running, account, eventually, mail, password, quick, run, server, server_with};

const USER: &str = "support@baton.test";

async fn live(server: &MailServer, timing: Timing) -> Running {
    server.deliver(USER, &mail(0)).unwrap();
    let shelf = Arc::new(Shelf::default());
    let mut running = run(account(server, USER), password(), &shelf, timing);
    running.until_live().await;
    assert_eq!(shelf.count("INBOX"), 1);
    running
}

async fn hears(running: &Running, server: &MailServer, n: usize) {
    server.deliver(USER, &mail(n)).unwrap();
    let shelf = Arc::clone(&running.shelf);
    eventually("new mail", || {
        shelf.subjects("INBOX").contains(&format!("mail {n}"))
    })
    .await;
}

#[tokio::test]
async fn new_mail_is_heard_within_a_moment() {
    let Some(server) = server() else { return };
    let running = live(&server, quick()).await;
    for n in 1..4 {
        let started = Instant::now();
        hears(&running, &server, n).await;
        assert!(started.elapsed() < Duration::from_secs(3));
    }
    assert_eq!(running.shelf.arrivals(), 4);
}

#[tokio::test]
async fn what_another_client_does_is_seen_while_waiting() {
    let Some(server) = server() else { return };
    let running = live(
        &server,
        Timing {
            poll: Duration::from_secs(60),
            ..quick()
        },
    )
    .await;
    hears(&running, &server, 1).await;
    hears(&running, &server, 2).await;
    let shelf = Arc::clone(&running.shelf);
    server.expunge(USER, "INBOX", &["uid", "1"]).unwrap();
    eventually("the removal", || shelf.uids("INBOX") == [2, 3]).await;
    server
        .move_to(USER, "INBOX", "Archive", &["uid", "2"])
        .unwrap();
    eventually("the move", || shelf.uids("INBOX") == [3]).await;
    server.flag(USER, "INBOX", "\\Seen", 3).unwrap();
    eventually("the flag", || {
        shelf.get("INBOX", 3).is_some_and(|s| s.flags.seen)
    })
    .await;
    assert_eq!(shelf.arrivals(), 3);
}

#[tokio::test]
async fn a_server_without_idle_is_asked_now_and_then() {
    let Some(server) = server_with("IMAP4rev1") else {
        return;
    };
    let timing = Timing {
        idle: Duration::from_millis(300),
        ..quick()
    };
    let running = live(&server, timing).await;
    hears(&running, &server, 1).await;
    server.expunge(USER, "INBOX", &["uid", "1"]).unwrap();
    let shelf = Arc::clone(&running.shelf);
    eventually("the removal", || shelf.uids("INBOX") == [2]).await;
}

#[tokio::test]
async fn a_goodbye_while_waiting_is_followed_by_a_new_hello() {
    let Some(server) = server() else { return };
    let mut running = live(&server, quick()).await;
    server.kick(USER).unwrap();
    running
        .until(
            "stale",
            |s| matches!(s, AccountState::Stale { code, .. } if code == "bye"),
        )
        .await;
    running.until_live().await;
    hears(&running, &server, 1).await;
    assert_eq!(running.shelf.arrivals(), 2);
}

#[tokio::test]
async fn a_server_killed_while_waiting_is_a_lost_connection_and_not_silence() {
    let Some(server) = server() else { return };
    let mut running = live(&server, quick()).await;
    assert!(server.kill_imap(USER).unwrap() > 0);
    running
        .until("stale", |s| matches!(s, AccountState::Stale { .. }))
        .await;
    running.until_live().await;
    hears(&running, &server, 1).await;
}

#[tokio::test]
async fn an_end_of_stream_without_a_word_is_a_lost_connection() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.ports().imaps).await.unwrap();
    server.deliver(USER, &mail(0)).unwrap();
    let mut account = account(&server, USER);
    account.imap.port = proxy.port();
    let shelf = Arc::new(Shelf::default());
    let mut running = run(account, password(), &shelf, quick());
    running.until_live().await;
    proxy.cut();
    running
        .until(
            "stale",
            |s| matches!(s, AccountState::Stale { code, .. } if code == "connection_lost"),
        )
        .await;
    running.until_live().await;
    assert_eq!(proxy.accepted(), 2);
    hears(&running, &server, 1).await;
}

#[tokio::test]
async fn a_half_open_connection_is_found_out_by_the_next_refresh() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.ports().imaps).await.unwrap();
    let mut account = account(&server, USER);
    account.imap.port = proxy.port();
    let shelf = Arc::new(Shelf::default());
    let timing = Timing {
        idle: Duration::from_secs(1),
        answer: Duration::from_secs(1),
        poll: Duration::from_secs(60),
        ..quick()
    };
    let mut running = run(account, password(), &shelf, timing);
    running.until_live().await;
    proxy.set(Weather::Stalled);
    server.deliver(USER, &mail(1)).unwrap();
    running
        .until(
            "stale",
            |s| matches!(s, AccountState::Stale { code, .. } if code == "timed_out"),
        )
        .await;
    proxy.set(Weather::Fair);
    running.until_live().await;
    eventually("the mail of the dead time", || shelf.count("INBOX") == 1).await;
}

#[tokio::test]
async fn after_a_day_of_sleep_it_connects_at_once() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.ports().imaps).await.unwrap();
    let mut account = account(&server, USER);
    account.imap.port = proxy.port();
    let slept = Arc::new(Mutex::new(Duration::ZERO));
    let read = Arc::clone(&slept);
    let timing = Timing {
        idle: Duration::from_secs(600),
        poll: Duration::from_secs(600),
        clocks: Arc::new(move || {
            let real = Clocks::now();
            Clocks {
                with_sleep: real.with_sleep + *read.lock().unwrap(),
                ..real
            }
        }),
        ..quick()
    };
    let shelf = Arc::new(Shelf::default());
    let mut running = run(account, password(), &shelf, timing);
    running.until_live().await;
    // While the laptop sleeps the connection dies in silence and mail arrives.
    proxy.set(Weather::Stalled);
    server.deliver(USER, &mail(1)).unwrap();
    proxy.set(Weather::Fair);
    let before = proxy.accepted();
    *slept.lock().unwrap() = Duration::from_secs(86_400);
    eventually("a new connection", || proxy.accepted() > before).await;
    eventually("the mail of the night", || shelf.count("INBOX") == 1).await;
}

#[tokio::test]
async fn hours_without_a_server_are_shown_as_stale_and_end_by_themselves() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.ports().imaps).await.unwrap();
    let mut account = account(&server, USER);
    account.imap.port = proxy.port();
    let shelf = Arc::new(Shelf::default());
    let mut running = run(account, password(), &shelf, quick());
    running.until_live().await;
    proxy.set(Weather::Down);
    running
        .until("stale", |s| matches!(s, AccountState::Stale { .. }))
        .await;
    let AccountState::Stale { since_ms, .. } = running.state.borrow().clone() else {
        panic!()
    };
    tokio::time::sleep(Duration::from_millis(800)).await;
    let now = running.state.borrow().clone();
    assert!(
        matches!(now, AccountState::Stale { since_ms: s, .. } if s == since_ms),
        "stale since the first failure: {now:?}"
    );
    proxy.set(Weather::Fair);
    running.until_live().await;
}

#[tokio::test]
async fn a_wrong_password_is_not_tried_again_and_again() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.ports().imaps).await.unwrap();
    let mut account = account(&server, USER);
    account.imap.port = proxy.port();
    let wrong = Login::Password("guess".to_owned().into());
    let shelf = Arc::new(Shelf::default());
    let mut running = run(account, wrong, &shelf, quick());
    running
        .until(
            "attention",
            |s| matches!(s, AccountState::NeedsAttention { code, .. } if code == "login_refused"),
        )
        .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(proxy.accepted(), 1);
    // A person who has set something right can have it tried at once.
    running.nudge.notify_one();
    eventually("another attempt", || proxy.accepted() == 2).await;
}

#[tokio::test]
async fn a_chosen_folder_is_read_and_its_loss_is_shown() {
    let Some(server) = server() else { return };
    for folder in ["Orders", "Renamed soon"] {
        server
            .doveadm(&["mailbox", "create", "-u", USER, folder])
            .unwrap();
    }
    server.deliver(USER, &mail(0)).unwrap();
    let mut account = account(&server, USER);
    account.folders = vec![
        "Orders".to_owned(),
        "Renamed soon".to_owned(),
        "Never was".to_owned(),
    ];
    let shelf = Arc::new(Shelf::default());
    let mut running = run(account, password(), &shelf, quick());
    let missing = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        move |s: &AccountState| matches!(s, AccountState::Live { missing_folders } if *missing_folders == names)
    };
    running.until("live", missing(&["Never was"])).await;
    server
        .move_to(USER, "INBOX", "Orders", &["uid", "1"])
        .unwrap();
    let seen = Arc::clone(&shelf);
    eventually("the move", || {
        seen.count("Orders") == 1 && seen.count("INBOX") == 0
    })
    .await;
    server
        .doveadm(&["mailbox", "rename", "-u", USER, "Renamed soon", "Other"])
        .unwrap();
    running
        .until("the loss", missing(&["Never was", "Renamed soon"]))
        .await;
    hears(&running, &server, 9).await;
}

#[tokio::test]
async fn an_answer_written_elsewhere_joins_from_the_sent_folder() {
    let Some(server) = server() else { return };
    let running = live(&server, quick()).await;
    let mut other = crate::stage::connect(&account(&server, USER))
        .await
        .unwrap();
    other.append("Sent", &mail(77)).await.unwrap();
    let shelf = Arc::clone(&running.shelf);
    eventually("the copy", || shelf.subjects("Sent").contains("mail 77")).await;
    assert!(shelf.get("Sent", 1).unwrap().flags.seen);
}

#[tokio::test]
async fn two_accounts_live_side_by_side() {
    let Some(server) = server() else { return };
    let (ann, ben) = (Arc::new(Shelf::default()), Arc::new(Shelf::default()));
    let mut one = run(
        account(&server, "ann@baton.test"),
        password(),
        &ann,
        quick(),
    );
    let mut two = run(
        account(&server, "ben@baton.test"),
        password(),
        &ben,
        quick(),
    );
    one.until_live().await;
    two.until_live().await;
    server.deliver("ann@baton.test", &mail(1)).unwrap();
    server.deliver("ben@baton.test", &mail(1)).unwrap();
    server.kick("ann@baton.test").unwrap();
    server.deliver("ben@baton.test", &mail(2)).unwrap();
    eventually("both", || {
        ann.count("INBOX") == 1 && ben.count("INBOX") == 2
    })
    .await;
    one.stop.cancel();
    one.until("the end", |s| *s == AccountState::Stopped).await;
    assert!(matches!(*two.state.borrow(), AccountState::Live { .. }));
}

#[tokio::test]
async fn too_many_connections_are_waited_out() {
    let options = ServerOptions {
        max_connections: Some(1),
        ..ServerOptions::default()
    };
    let Some(server) = MailServer::start_or_skip(&options) else {
        return;
    };
    let blocking = crate::stage::connect(&account(&server, USER))
        .await
        .unwrap();
    let shelf = Arc::new(Shelf::default());
    let mut running = run(account(&server, USER), password(), &shelf, quick());
    running
        .until(
            "busy",
            |s| matches!(s, AccountState::Stale { code, .. } if code == "busy"),
        )
        .await;
    blocking.logout().await;
    running.until_live().await;
}
