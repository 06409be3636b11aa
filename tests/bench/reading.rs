//! Finding and looking: the search of the store beside bare FTS5, and the commands of the engine
//! in process.

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

/// What is typed, and the same for FTS5: common, medium and rare words, two words, beginnings.
fn queries() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for step in 0..10 {
        for rank in [step, 200 + step * 40, 20_000 + step * 3_000] {
            let word = word(rank);
            all.push((format!("{word} "), format!("\"{word}\"")));
        }
        let (one, other) = (word(step + 3), word(step * 20 + 100));
        all.push((format!("{one} {other} "), format!("\"{one}\" \"{other}\"")));
        let start: String = word(9_000 + step * 31).chars().take(4).collect();
        all.push((start.clone(), format!("\"{start}\"*")));
    }
    all
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
        let mut pairs = Vec::new();
        for turn in 0..4 {
            let mut own: Vec<_> = queries
                .iter()
                .map(|(typed, _)| {
                    best_of(|| {
                        let query = Query::read(typed, SearchClock::default());
                        let request = SearchRequest {
                            query,
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
            let mut bare: Vec<_> = queries
                .iter()
                .map(|(_, matching)| {
                    best_of(|| {
                        crate::floor::search(&floor, matching, best);
                    })
                })
                .collect();
            // The first turn warms both.
            if turn > 0 {
                pairs.push((
                    quantile(&mut own, 0.5),
                    quantile(&mut own, 0.99),
                    quantile(&mut bare, 0.5),
                    quantile(&mut bare, 0.99),
                ));
            }
        }
        let middle = |of: fn(&(f64, f64, f64, f64)) -> f64| median(pairs.iter().map(of));
        row(
            &format!("search {name} 50, best of 7, p50 / p99"),
            &format!("{:.2} / {:.2} ms", middle(|one| one.0), middle(|one| one.1)),
            &format!("{:.2} / {:.2} ms", middle(|one| one.2), middle(|one| one.3)),
            Some(middle(|one| one.1 / one.3)),
            "p99 <= 1.5 of FTS5",
        );
    }
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
    let large = place.folder.join("five-workspace");
    let folder = if large.exists() {
        large
    } else {
        place.workspace()
    };
    let engine = Engine::open(OpenOptions {
        folder,
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
        for (query, _) in queries() {
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
