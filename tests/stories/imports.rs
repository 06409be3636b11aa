//! Imports ease how safely they are written, and nothing else: killed between two of them, what
//! was said to be kept is kept, and running them again completes them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use baton_api::Commands as _;
use baton_api::compose::NoteAdd;
use baton_api::health::AuditVerify;
use baton_core::message::Direction;
use baton_engine::import::{Import, Taken};
use baton_engine::{Engine, EngineError, OpenOptions};
use baton_store::StoreError;
use baton_tests::mail::Mail;
use baton_tests::post::{conversations, end_with_parent};
use baton_tests::secrets::Pocket;

/// The workspace of the program under test, and the first batch it has to take in.
const FOLDER: &str = "BATON_IMPORTS_FOLDER";
const FIRST: &str = "BATON_IMPORTS_FIRST";
/// Mails in a batch.
const BATCH: usize = 10;

fn batch(n: usize) -> Vec<Import> {
    let mail = |one: usize| Import::Mail {
        raw: Mail::from(
            "Carla <carla@customer.test>",
            &format!("b{n}-{one}"),
            "Hello?",
        )
        .about(&format!("Batch {n}, letter {one}"))
        .raw(),
        source: format!("archive-{}/{one}.eml", n % 2),
    };
    (0..BATCH).map(mail).collect()
}

fn note(n: usize) -> String {
    format!("Written after batch {n}.")
}

async fn open(folder: &Path) -> Engine {
    loop {
        let options = OpenOptions {
            live: false,
            ..OpenOptions::live(folder.to_owned(), Pocket::secrets())
        };
        match Engine::open(options).await {
            Ok(engine) => return engine,
            Err(EngineError::Store(StoreError::WorkspaceInUse { .. })) => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Err(error) => panic!("after a kill the workspace must open: {error}"),
        }
    }
}

/// The program under test: batches of two archives in turn, and something live after each; what
/// is said on its output was answered as done.
#[test]
#[ignore = "the process under test, run by the story below"]
fn importing() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let first: usize = std::env::var(FIRST).unwrap().parse().unwrap();
    end_with_parent();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let engine = open(Path::new(&folder)).await;
        for n in first.. {
            engine.import(batch(n)).await.unwrap();
            let conversation = conversations(&engine).await.remove(0).id;
            let text = note(n);
            engine
                .note_add(NoteAdd { conversation, text })
                .await
                .unwrap();
            println!("\ndone {n}");
        }
    });
}

/// Runs the program until it has told a number of batches as done, and kills it a little later;
/// the last batch told.
fn killed_after(folder: &Path, first: usize, batches: usize, later: Duration) -> usize {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "imports::importing",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(FOLDER, folder)
        .env(FIRST, first.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let number = |line: &str| line.strip_prefix("done ").and_then(|n| n.parse().ok());
    let mut last = first;
    for _ in 0..batches {
        last = lines
            .by_ref()
            .find_map(|line| number(&line.unwrap()))
            .unwrap();
    }
    std::thread::sleep(later);
    child.kill().unwrap();
    child.wait().unwrap();
    // What it still said before the end was done as well.
    lines
        .filter_map(|line| number(&line.ok()?))
        .max()
        .unwrap_or(last)
}

#[tokio::test]
async fn killed_between_two_imports_what_was_told_as_done_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut done = Vec::new();
    let mut firsts = BTreeSet::new();
    let mut next = 0;
    for round in 0..5_u64 {
        firsts.insert(next);
        let (at, first) = (folder.path().to_owned(), next);
        let later = Duration::from_millis(round * 7);
        let killed = tokio::task::spawn_blocking(move || killed_after(&at, first, 3, later));
        let last: usize = killed.await.unwrap();
        done.extend(next..=last);
        next = last + 1;
    }

    let engine = open(folder.path()).await;
    let (subjects, notes) = everything(&engine).await;
    for &n in &done {
        for one in 0..BATCH {
            let subject = format!("Batch {n}, letter {one}");
            assert_eq!(subjects.get(&subject), Some(&1), "{subject}");
        }
        // One that was killed between its note and saying so begins the next life with it again.
        let most = 1 + usize::from(firsts.contains(&n) && n > 0);
        let times = notes.get(&note(n)).copied().unwrap_or_default();
        assert!(
            (1..=most).contains(&times),
            "a note {n} was there {times} times"
        );
    }

    // Both archives once more from the beginning: nothing is doubled, the rest comes in.
    for n in 0..=next {
        let taken = engine.import(batch(n)).await.unwrap();
        let known = taken.iter().all(|one| *one == Taken::Known);
        assert!(known || n == next, "batch {n} was told as done");
    }
    let (subjects, _) = everything(&engine).await;
    assert_eq!(subjects.len(), (next + 1) * BATCH);
    assert!(subjects.values().all(|times| *times == 1));
    let audit = engine.audit_verify(AuditVerify {}).await.unwrap();
    assert!(audit.ok, "{:?}", audit.problems);
    engine.stop().await;
}

/// How often each subject of a mail and each note stands in the workspace.
async fn everything(engine: &Engine) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
    let (mut subjects, mut notes) = (BTreeMap::new(), BTreeMap::new());
    let mut from = Some(0);
    while let Some(place) = from {
        let page = engine.export(place).await.unwrap();
        for one in page.messages {
            match one.direction {
                Direction::Inbound => *subjects.entry(one.document.subject).or_default() += 1,
                _ => *notes.entry(one.document.text).or_default() += 1,
            }
        }
        from = page.next;
    }
    (subjects, notes)
}
