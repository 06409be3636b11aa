//! `kill -9` at random points while mail flows in and answers flow out. The process under test is
//! this binary again, run as a child on a workspace with a real mailbox; servers and what they
//! received live on in the parent, so they can tell what became of everything.
//!
//! `BATON_KILLS` says how often (8 in an ordinary run), `BATON_SEED` repeats a run.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use baton_api::Commands as _;
use baton_api::conversations as cv;
use baton_api::health::AuditVerify;
use baton_core::message::Direction;
use baton_engine::Engine;
use baton_testkit::{MailServer, ServerOptions, SmtpSink, Temper};
use baton_tests::desk::answer;
use baton_tests::mail::Mail;
use baton_tests::post::{
    PATIENCE, connect, end_with_parent, mailbox, reopened, undo_at_once, until,
};

const SUPPORT: &str = "support@baton.test";
/// The workspace of a child.
const FOLDER: &str = "BATON_KILL_FOLDER";
/// What a life says when it has begun.
const AT_WORK: &str = "at work";
/// Mails for each life of the child.
const MAILS: usize = 4;

fn number(name: &str, usual: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Chance that can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

async fn waiting(engine: &Engine) -> Vec<cv::ConversationRow> {
    let asked = cv::ConversationList {
        view: "queue".to_owned(),
        order: cv::ListOrder::Due,
        cursor: None,
        limit: 50,
    };
    engine.conversation_list(asked).await.unwrap().rows
}

/// One life of the program: it answers whatever waits until it is killed.
#[test]
#[ignore = "the process under test, run by the story below"]
fn one_life() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    end_with_parent();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let engine = reopened(Path::new(&folder)).await;
        println!("\n{AT_WORK}");
        loop {
            for row in waiting(&engine).await {
                answer(&engine, &row.id, "It is on its way.").await;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
}

fn be_born(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::one_life", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until a life has begun to work.
async fn at_work(child: &mut Child) {
    let said = BufReader::new(child.stdout.take().unwrap()).lines();
    let begun =
        tokio::task::spawn_blocking(move || said.map_while(Result::ok).any(|line| line == AT_WORK));
    assert!(begun.await.unwrap(), "no life may end by itself");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_points_nothing_is_lost_doubled_or_sent_twice() {
    let Some(server) = MailServer::start_or_skip(&ServerOptions::default()) else {
        return;
    };
    let kills = number("BATON_KILLS", 8);
    let seed = number("BATON_SEED", RandomState::new().hash_one(0)).max(1);
    eprintln!("{kills} kills; BATON_SEED={seed}");
    let mut dice = Dice(seed);
    let sink = SmtpSink::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let engine = reopened(folder.path()).await;
    undo_at_once(&engine).await;
    connect(&engine, mailbox(&server, SUPPORT, Some(sink.port()))).await;
    engine.stop().await;
    drop(engine);

    let mut delivered = 0_usize;
    let mut ended_early = 0;
    for _ in 0..kills {
        let mut child = be_born(folder.path());
        // Some lives end while they begin; most have something to be cut off in.
        let stillborn = dice.below(4) == 0;
        if !stillborn {
            at_work(&mut child).await;
        }
        let before = sink.received().len();
        // Slow answers widen the moment in which nobody knows whether a message was taken.
        let slow = Duration::from_millis(dice.below(250));
        sink.next((0..MAILS).map(|_| Temper::SlowAnswer(slow)));
        for _ in 0..MAILS {
            tokio::time::sleep(Duration::from_millis(dice.below(400))).await;
            let from = format!("Customer <c{delivered}@customer.test>");
            let mail = Mail::from(&from, &format!("k{delivered}"), "Where is my order?")
                .about(&format!("Order {delivered}"));
            server.deliver(SUPPORT, &mail.raw()).unwrap();
            delivered += 1;
        }
        if !stillborn && dice.below(2) == 0 {
            until("an answer leaves", || async {
                (sink.received().len() > before).then_some(())
            })
            .await;
        }
        tokio::time::sleep(Duration::from_millis(dice.below(300))).await;
        ended_early += u32::from(child.try_wait().unwrap().is_some());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert_eq!(ended_early, 0, "no life may end by itself");
    let answered = sink.received().len();
    assert!(
        answered > 0,
        "lives so short that nothing happens prove nothing"
    );

    // The last life is ours: it catches up, answers the rest, and tells what it knows.
    let engine = reopened(folder.path()).await;
    let (mut seen, mut since) = ((0, 0), Instant::now());
    loop {
        for row in waiting(&engine).await {
            answer(&engine, &row.id, "It is on its way.").await;
        }
        let views = engine.views_get(cv::ViewsGet {}).await.unwrap();
        let all = views.builtin.iter().find(|view| view.key == "all").unwrap();
        let quiet = waiting(&engine).await.is_empty() && queued(&engine).await == 0;
        if all.total as usize >= delivered && quiet {
            break;
        }
        // A slow machine has all the time it needs, as long as something moves.
        let now = (all.total, sink.received().len());
        if now != seen {
            (seen, since) = (now, Instant::now());
        }
        assert!(
            since.elapsed() < PATIENCE,
            "it stands still at {seen:?} of {delivered}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // What is leaving at this moment is told as a doubt or, a moment later, as sent.
    let doubts = in_doubt(&engine).await;
    let told = everything(&engine).await;
    let mut sent: BTreeMap<String, usize> = BTreeMap::new();
    for mail in sink.received() {
        *sent.entry(mail.recipients.join(",")).or_default() += 1;
    }
    for n in 0..delivered {
        let customer = format!("c{n}@customer.test");
        let inbound = (Direction::Inbound, customer.clone());
        assert_eq!(told.get(&inbound), Some(&1), "mail {n} is there once");
        let recorded = told.get(&(Direction::Outbound, customer.clone())).copied();
        let left = sent.get(&customer).copied().unwrap_or(0);
        assert!(left <= 1, "the answer to mail {n} left {left} times");
        match recorded {
            Some(times) => assert_eq!((times, left), (1, 1), "answer {n} is told as it was"),
            None => assert!(
                doubts.contains(&customer),
                "answer {n} is lost and not in doubt"
            ),
        }
    }
    let audit = engine.audit_verify(AuditVerify {}).await.unwrap();
    assert!(audit.ok, "{:?}", audit.problems);
    eprintln!(
        "{delivered} mails in, {} answers out ({answered} before the last life), {} in doubt, {} events in one sound chain",
        sent.len(),
        doubts.len(),
        audit.events
    );
    engine.stop().await;
}

/// How often each customer's messages stand in the workspace, by direction.
async fn everything(engine: &Engine) -> BTreeMap<(Direction, String), usize> {
    let mut told = BTreeMap::new();
    let mut from = Some(0);
    while let Some(place) = from {
        let page = engine.export(place).await.unwrap();
        for one in page.messages {
            let customer = match one.direction {
                Direction::Inbound => one.document.from.address,
                _ => one.document.to[0].address.clone(),
            };
            *told.entry((one.direction, customer)).or_default() += 1;
        }
        from = page.next;
    }
    told
}

/// The states of all answers that have not settled: state and recipient.
async fn unsettled(engine: &Engine) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut cursor = None;
    loop {
        let asked = cv::ConversationList {
            view: "all".to_owned(),
            order: cv::ListOrder::Newest,
            cursor,
            limit: 200,
        };
        let page = engine.conversation_list(asked).await.unwrap();
        for row in page.rows {
            let head = cv::ConversationGet { id: row.id };
            let head = engine.conversation_get(head).await.unwrap();
            let customer = head.row.contact.address;
            out.extend(
                head.outbox
                    .into_iter()
                    .map(|entry| (entry.state, customer.clone())),
            );
        }
        cursor = page.next;
        if cursor.is_none() {
            return out;
        }
    }
}

async fn queued(engine: &Engine) -> usize {
    let all = unsettled(engine).await;
    all.iter().filter(|(state, _)| state == "queued").count()
}

async fn in_doubt(engine: &Engine) -> Vec<String> {
    let all = unsettled(engine).await;
    all.into_iter()
        .filter(|(state, _)| matches!(state.as_str(), "committing" | "in_doubt"))
        .map(|(_, customer)| customer)
        .collect()
}
