//! A program that is killed in the middle of its work: what was committed is there whole, what was
//! not is not there at all.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use baton_core::time::MINUTE;
use baton_store::{
    ListQuery, Options, Place, Query, SearchClock, SearchRequest, Store, StoreError,
};

use crate::world::{START, conversation, mail, receive};

/// Names the folder for the program that will be killed.
const FOLDER: &str = "BATON_CRASH_TEST_FOLDER";
/// Mails in one batch.
const BATCH: u64 = 10;

/// Takes in one batch after the other until it is killed.
#[test]
#[ignore = "run as a program of its own by the test below"]
fn the_program_that_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let mut store = Store::open(folder.as_ref(), Options::at(START)).unwrap();
    let mut writer = store.take_writer().unwrap();
    let done: Option<u64> = store
        .readers()
        .read(|reader| reader.setting("batch"))
        .unwrap();
    for batch in done.unwrap_or_default().. {
        writer
            .write(|tx| {
                for number in batch * BATCH..(batch + 1) * BATCH {
                    let at = START.plus(number as i64 * MINUTE);
                    let document = mail(number, "Crash", &"some words of it ".repeat(40));
                    let mut state = match tx.conversation(conversation(number % 25).id)? {
                        Some(state) => state,
                        None => conversation(number % 25),
                    };
                    receive(tx, number, &mut state, &document, at);
                }
                tx.set_setting("batch", &(batch + 1))
            })
            .unwrap();
        println!("committed {}", batch + 1);
    }
}

#[test]
fn a_killed_program_leaves_whole_batches() {
    let folder = tempfile::tempdir().unwrap();
    let mut batches = 0;
    for round in 0..12_u64 {
        let mut program = Command::new(std::env::current_exe().unwrap())
            .args([
                "crash::the_program_that_is_killed",
                "--exact",
                "--ignored",
                "--nocapture",
            ])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let mut said = batches;
        // A few commits, then somewhere in the middle of the next.
        for line in lines.by_ref() {
            if let Some(number) = line.unwrap().strip_prefix("committed ") {
                said = number.parse().unwrap();
                if said > batches + round % 5 {
                    break;
                }
            }
        }
        std::thread::sleep(Duration::from_micros(round * 1_700 % 9_000));
        program.kill().unwrap();
        program.wait().unwrap();
        for line in lines.map_while(Result::ok) {
            if let Some(number) = line.strip_prefix("committed ") {
                said = number.parse().unwrap_or(said);
            }
        }

        let store = Store::open(folder.path(), Options::at(START)).unwrap();
        batches = store
            .readers()
            .read(|reader| {
                let batches: u64 = reader.setting("batch")?.unwrap_or_default();
                let mails = batches * BATCH;
                assert!(batches >= said, "a commit that was reported is lost");
                let stats = reader.stats()?;
                assert_eq!(stats.events, mails, "the log holds whole batches");
                assert_eq!(stats.messages, mails);
                let conversations = mails.min(25);
                assert_eq!(stats.conversations, conversations);
                let list = ListQuery {
                    limit: 100,
                    ..ListQuery::of(Place::All)
                };
                assert_eq!(reader.list(&list)?.rows.len() as u64, conversations);
                let found = reader.search(&SearchRequest {
                    query: Query::read("crash ", SearchClock::default()),
                    limit: 100,
                    ..SearchRequest::default()
                })?;
                assert_eq!(
                    found.hits.len() as u64,
                    conversations,
                    "the search knows them all"
                );
                assert_eq!(reader.verify_database()?, Vec::<String>::new());
                Ok::<_, StoreError>(batches)
            })
            .unwrap();
    }
    assert!(batches >= 12, "every round got something done");
}
