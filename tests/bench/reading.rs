//! Finding and looking: the search of the store beside bare FTS5, and the commands of the engine
//! in process.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use baton_api::Commands as _;
use baton_api::conversations::{ConversationGet, ConversationList, ListOrder};
use baton_api::search::Search;
use baton_api::timeline::TimelineGet;
use baton_core::time::Timestamp;
use baton_engine::{Engine, OpenOptions, SystemClock};
use baton_store::{Options, Query, SearchClock, SearchOrder, SearchRequest, Store, StoreError};
use baton_tests::secrets::Pocket;
use rusqlite::Connection;

use crate::corpus::word;
use crate::intake::Place;
use crate::measure::{median, millis, quantile, row};

/// One query: as it is typed, for FTS5, and for `notmuch`.
struct Asked {
    typed: String,
    fts: String,
    notmuch: String,
}

/// Common, medium and rare words, two words, beginnings.
fn queries() -> Vec<Asked> {
    let mut all = Vec::new();
    for step in 0..10 {
        for rank in [step, 200 + step * 40, 20_000 + step * 3_000] {
            let word = word(rank);
            all.push(Asked {
                typed: format!("{word} "),
                fts: format!("\"{word}\""),
                notmuch: word,
            });
        }
        let (one, other) = (word(step + 3), word(step * 20 + 100));
        all.push(Asked {
            typed: format!("{one} {other} "),
            fts: format!("\"{one}\" \"{other}\""),
            notmuch: format!("{one} {other}"),
        });
        let start: String = word(9_000 + step * 31).chars().take(4).collect();
        all.push(Asked {
            fts: format!("\"{start}\"*"),
            notmuch: format!("{start}*"),
            typed: start,
        });
    }
    all
}

/// Asks `notmuch` in process: the newest fifty messages with their subjects, the best of seven, a
/// time in milliseconds a line.
const NOTMUCH: &str = "
import sys, time, notmuch2
queries = sys.stdin.read().splitlines()
with notmuch2.Database(sys.argv[1], config=sys.argv[2]) as database:
    for query in queries:
        best = 1e9
        for _ in range(7):
            start = time.perf_counter()
            found = database.messages(query, sort=notmuch2.Database.SORT.NEWEST_FIRST)
            for number, message in enumerate(found):
                message.header('Subject')
                if number == 49:
                    break
            best = min(best, time.perf_counter() - start)
        print(best * 1e3)
";

/// The times of all queries in `notmuch`; none where it, its Python module or its index is missing.
fn notmuch(place: &Place<'_>, queries: &[Asked]) -> Option<Vec<f64>> {
    let index = place.folder.join("notmuch");
    if !index.is_dir() {
        return None;
    }
    let mut child = Command::new("/usr/bin/python3")
        .args(["-c", NOTMUCH])
        .args([&index, &index.with_extension("conf")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let lines: Vec<&str> = queries.iter().map(|asked| asked.notmuch.as_str()).collect();
    let mut input = child.stdin.take()?;
    input.write_all(lines.join("\n").as_bytes()).ok()?;
    drop(input);
    let output = child.wait_with_output().ok()?;
    let times: Vec<f64> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.parse().ok())
        .collect();
    (times.len() == queries.len()).then_some(times)
}

/// The best of seven on the wall: the kernel counts CPU of a thread too coarsely for this, and
/// what other programs took is not to count.
fn best_of(mut run: impl FnMut()) -> f64 {
    let times = (0..7).map(|_| {
        let start = Instant::now();
        run();
        millis(start.elapsed())
    });
    times.fold(f64::INFINITY, f64::min)
}

/// Search at the store beside the floor, on one thread.
pub(crate) fn search(place: &Place<'_>) {
    let store = Store::open(
        &place.workspace(),
        Options::at(Timestamp(1_795_000_000_000)),
    )
    .unwrap();
    let readers = store.readers();
    let floor = Connection::open(place.floor()).unwrap();
    let queries = queries();
    for (name, order) in [("newest", SearchOrder::Newest), ("best", SearchOrder::Best)] {
        let best = order == SearchOrder::Best;
        let (mut to_bare, mut to_notmuch) = (Vec::new(), Vec::new());
        for turn in 0..=place.pairs {
            let own: Vec<_> = queries
                .iter()
                .map(|asked| {
                    best_of(|| {
                        let request = SearchRequest {
                            query: Query::read(&asked.typed, SearchClock::default()),
                            order,
                            after: None,
                            limit: 50,
                        };
                        readers
                            .read(|reader| Ok::<_, StoreError>(reader.search(&request)?.hits.len()))
                            .unwrap();
                    })
                })
                .collect();
            let bare: Vec<_> = queries
                .iter()
                .map(|asked| {
                    best_of(|| {
                        crate::floor::search(&floor, &asked.fts, best);
                    })
                })
                .collect();
            // The first turn warms both.
            if turn > 0 {
                to_bare.push((ends(own.clone()), ends(bare)));
                // It has no ranking to compare with.
                if let Some(theirs) = notmuch(place, &queries).filter(|_| !best) {
                    to_notmuch.push((ends(own), ends(theirs)));
                }
            }
        }
        beside(name, "FTS5", &to_bare, "p99 <= 1.5 of FTS5");
        if to_notmuch.is_empty() && !best {
            row(
                "search newest 50; notmuch in process",
                "-",
                "not installed",
                None,
                "p99 <= 0.2",
            );
        } else if !best {
            beside(name, "notmuch in process", &to_notmuch, "p99 <= 0.2");
        }
    }
}

/// The middle and the 99th of a hundred.
type Ends = (f64, f64);

fn ends(mut times: Vec<f64>) -> Ends {
    (quantile(&mut times, 0.5), quantile(&mut times, 0.99))
}

fn beside(name: &str, peer: &str, pairs: &[(Ends, Ends)], aim: &str) {
    let say = |of: fn(&(Ends, Ends)) -> Ends| {
        let half = median(pairs.iter().map(|pair| of(pair).0));
        let most = median(pairs.iter().map(|pair| of(pair).1));
        format!("{half:.2} / {most:.2} ms")
    };
    row(
        &format!("search {name} 50, p50 / p99; {peer}"),
        &say(|pair| pair.0),
        &say(|pair| pair.1),
        Some(median(pairs.iter().map(|pair| pair.0.1 / pair.1.1))),
        aim,
    );
}

fn tell(what: &str, mut times: Vec<f64>) {
    let (half, most) = (quantile(&mut times, 0.5), quantile(&mut times, 0.99));
    row(
        what,
        &format!("{half:.1} / {most:.1} ms"),
        "-",
        None,
        "p99 < 20 ms",
    );
}

/// List, open and search by the commands of the engine, on the wall.
pub(crate) async fn commands(place: &Place<'_>) {
    let engine = Engine::open(OpenOptions {
        folder: place.large(),
        clock: std::sync::Arc::new(SystemClock),
        secrets: Pocket::secrets(),
        desktop: false,
        live: false,
    })
    .await
    .unwrap();
    let mut ids = Vec::new();
    let mut total = 0;
    let (mut lists, mut opens, mut finds) = (Vec::new(), Vec::new(), Vec::new());
    let mut cursor = None;
    for _ in 0..200 {
        let start = Instant::now();
        let asked = ConversationList {
            view: "all".to_owned(),
            order: ListOrder::Newest,
            cursor,
            limit: 50,
        };
        let page = engine.conversation_list(asked).await.unwrap();
        lists.push(millis(start.elapsed()));
        total = total.max(page.total.unwrap_or(0));
        ids.extend(page.rows.into_iter().map(|row| row.id));
        cursor = page.next;
    }
    for index in 0..500 {
        let id = ids[index * 7_919 % ids.len()].clone();
        let start = Instant::now();
        engine
            .conversation_get(ConversationGet { id: id.clone() })
            .await
            .unwrap();
        let asked = TimelineGet {
            conversation: id,
            before: None,
            after: None,
            limit: 50,
        };
        engine.timeline_get(asked).await.unwrap();
        opens.push(millis(start.elapsed()));
    }
    for _ in 0..4 {
        for Asked { typed: query, .. } in queries() {
            let start = Instant::now();
            let asked = Search {
                query,
                order: "newest".to_owned(),
                cursor: None,
                limit: 50,
            };
            engine.search(asked).await.unwrap();
            finds.push(millis(start.elapsed()));
        }
    }
    engine.stop().await;
    tell(
        &format!("list 50 of {total} conversations, p50 / p99"),
        lists,
    );
    tell("open a conversation, p50 / p99", opens);
    tell("search by command with snippets, p50 / p99", finds);
}
