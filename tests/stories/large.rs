//! A mailbox of many thousand messages on a real server: everything is there once, also when the
//! program is killed in the middle, and the list answers all the while.
//!
//! `BATON_MAILBOX` says how many messages (3,000 in an ordinary run).

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use baton_api::Commands as _;
use baton_api::channels as ch;
use baton_api::conversations as cv;
use baton_api::health::AuditVerify;
use baton_testkit::{MailServer, ServerOptions};
use baton_tests::mail::Mail;
use baton_tests::post::{connect, end_with_parent, mailbox, reopened};

const SUPPORT: &str = "support@baton.test";
/// The workspace of the program under test.
const FOLDER: &str = "BATON_MAILBOX_FOLDER";
/// No answer to the list may take longer, however busy the machine is.
const SLOWEST: Duration = Duration::from_secs(5);

fn size() -> usize {
    let text = std::env::var("BATON_MAILBOX").ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(3_000)
}

/// A tenth of the messages answer the one before, so that threads are made, too.
fn letter(n: usize) -> Vec<u8> {
    let customer = n / 3;
    let from = format!("Customer {customer} <c{customer}@customer.test>");
    let words = format!(
        "Hello,\n\nthe lamp number {n} of my order {} flickers since {} days. What now?\n\n\
         Customer {customer}",
        n * 7,
        n % 30
    );
    let mail = Mail::from(&from, &format!("m{n}"), &words).about(&format!("Lamp {n}"));
    match n % 10 {
        0 if n > 0 => mail.answers(&format!("m{}@customer.test", n - 1)).raw(),
        _ => mail.raw(),
    }
}

/// The program under test: it reads the mailbox until it is killed.
#[test]
#[ignore = "the process under test, run by the story below"]
fn reading() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    end_with_parent();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let _engine = reopened(Path::new(&folder)).await;
        std::future::pending::<()>().await;
    });
}

fn be_born(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "large::reading", "--ignored", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What a process holds in memory, at the most so far; none where the system does not tell.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes >> 10)
}

/// How many messages the workspace of another process holds by now.
fn stored(folder: &Path) -> usize {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let Ok(connection) = rusqlite::Connection::open_with_flags(folder.join("baton.db"), flags)
    else {
        return 0;
    };
    connection
        .query_row("SELECT count(*) FROM message", [], |row| row.get(0))
        .unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_mailbox_is_there_once_also_after_a_kill_and_the_list_answers_meanwhile() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let size = size();
    let folder = tempfile::tempdir().unwrap();
    let engine = reopened(folder.path()).await;
    connect(&engine, mailbox(&server, SUPPORT, None)).await;
    engine.stop().await;
    drop(engine);
    server.fill(SUPPORT, (0..size).map(letter)).unwrap();

    // Killed in the middle, twice.
    let begun = Instant::now();
    for part in [size / 4, size / 2] {
        let mut child = be_born(folder.path());
        while stored(folder.path()) < part {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let kept = stored(folder.path());
    assert!((size / 2..=size).contains(&kept), "{kept} of {size}");

    // The last life reads the rest, while somebody works with the list.
    let engine = reopened(folder.path()).await;
    let mut answers = Vec::new();
    let live = loop {
        let asked = Instant::now();
        let page = engine.conversation_list(cv::ConversationList {
            view: "all".to_owned(),
            order: cv::ListOrder::Newest,
            cursor: None,
            limit: 50,
        });
        let page = page.await.unwrap();
        answers.push(asked.elapsed());
        assert!(!page.rows.is_empty());
        let list = engine.channel_list(ch::ChannelList {}).await.unwrap();
        if list.channels[0].state == "live" {
            break begun.elapsed();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    answers.sort();
    let (median, slowest) = (answers[answers.len() / 2], answers[answers.len() - 1]);
    assert!(slowest < SLOWEST, "the list took {slowest:?}");

    let mut ids = BTreeSet::new();
    let mut told = 0;
    let mut threads = BTreeSet::new();
    let mut from = Some(0);
    while let Some(place) = from {
        let page = engine.export(place).await.unwrap();
        for one in page.messages {
            told += 1;
            ids.insert(one.document.native_id);
            threads.insert(one.conversation);
        }
        from = page.next;
    }
    assert_eq!(
        (ids.len(), told),
        (size, size),
        "everything, and each of it once"
    );
    assert_eq!(
        threads.len(),
        size - (size - 1) / 10,
        "what answers stands with what it answers"
    );
    let audit = engine.audit_verify(AuditVerify {}).await.unwrap();
    assert!(audit.ok, "{:?}", audit.problems);
    eprintln!(
        "{size} messages in {:.1} s with two kills, {kept} kept by then, {} events; \
         the list answered {} times, median {median:?}, slowest {slowest:?}; peak memory {} MiB",
        live.as_secs_f64(),
        audit.events,
        answers.len(),
        peak_megabytes().unwrap_or_default(),
    );
    engine.stop().await;
}
