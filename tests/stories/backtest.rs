//! Other rules over a history that was imported: what they come to is counted once more by a
//! program that shares no line with Baton.

mod made;
mod warm;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use baton_api::Commands as _;
use baton_api::backtest as bt;
use baton_engine::Engine;
use baton_tests::data::{data, path};
use baton_tests::desk::Desk;
use serde_json::Value as Json;

use crate::points::dialogs;

const BEFORE: &str = include_str!("backtest/before.toml");
const AFTER: &str = include_str!("backtest/after.toml");

async fn ran(desk: &Desk, start: bt::BacktestStart) -> (String, bt::BacktestView) {
    ran_on(&desk.engine, start).await
}

async fn ran_on(engine: &Engine, start: bt::BacktestStart) -> (String, bt::BacktestView) {
    let job = engine.backtest_start(start).await.unwrap().job;
    loop {
        let asked = bt::BacktestGet { job: job.clone() };
        let view = engine.backtest_get(asked).await.unwrap();
        match view.state {
            bt::BacktestState::Running => tokio::time::sleep(Duration::from_millis(10)).await,
            bt::BacktestState::Done => return (job, view),
            state => panic!("{state:?}: {}", view.error),
        }
    }
}

fn start(text: &str, against: Option<&str>) -> bt::BacktestStart {
    bt::BacktestStart {
        text: text.to_owned(),
        against: against.map(str::to_owned),
        since: None,
        until: None,
    }
}

fn metric(view: &bt::BacktestView, name: &str) -> [f64; 2] {
    let found = view.metrics.iter().find(|metric| metric.name == name);
    let found = found.unwrap();
    [found.old.unwrap(), found.new.unwrap()]
}

/// Counts the same with a program of its own; none, with a line that says so, without Node.
#[allow(clippy::print_stderr, reason = "what is skipped is to be seen")]
fn counted_elsewhere(file: &Path) -> Option<Json> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("stories/backtest/count.mjs");
    let ran = Command::new("node").arg(script).arg(file).output();
    let Ok(ran) = ran else {
        eprintln!("skipped: no node to count once more with");
        return None;
    };
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    Some(serde_json::from_slice(&ran.stdout).unwrap())
}

#[tokio::test]
async fn a_backtest_over_real_dialogs_counts_what_another_program_counts() {
    let name = "dialogs/star.dev.jsonl";
    if let Some(file) = data(name) {
        counts_what_another_program_counts(&file, &path(name)).await;
    }
}

#[tokio::test]
async fn a_backtest_over_made_up_dialogs_counts_what_another_program_counts() {
    let file = made::dialogs(120);
    let place = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(place.path(), &file).unwrap();
    counts_what_another_program_counts(&file, place.path()).await;
}

async fn counts_what_another_program_counts(file: &str, place: &Path) {
    let Some(wanted) = counted_elsewhere(place) else {
        return;
    };
    let desk = Desk::open().await;
    let mut items = dialogs(file);
    while !items.is_empty() {
        let rest = items.split_off(items.len().min(200));
        desk.engine.import(items).await.unwrap();
        items = rest;
    }
    let (job, view) = ran(&desk, start(AFTER, Some(BEFORE))).await;
    for (name, found) in [
        ("points", view.points),
        ("differences", view.differences),
        ("conversations", view.conversations),
        ("differing", view.differing),
        ("diverged", view.diverged),
    ] {
        assert_eq!(Some(found), wanted[name].as_u64(), "{name}");
    }
    for (ours, theirs) in [
        ("handoffs", "handoffs"),
        ("first_contact_handoff", "first_contact"),
    ] {
        let found = metric(&view, ours).map(Some);
        let wanted = [0, 1].map(|side| wanted[theirs][side].as_f64());
        assert_eq!(found, wanted, "{ours}");
    }
    let load = |pick: fn(&bt::LoadView) -> u64| view.queue_load.iter().map(pick).sum::<u64>();
    assert_eq!(
        Some(load(|hour| hour.old)),
        wanted["queue_load"][0].as_u64()
    );
    assert_eq!(
        Some(load(|hour| hour.new)),
        wanted["queue_load"][1].as_u64()
    );
    assert_eq!(view.queue_load.len(), 168);
    assert_eq!((view.done, view.total), (view.points, view.points));

    // The conversations that differ open side by side, and say why.
    let mut rows: Vec<bt::BacktestRow> = Vec::new();
    let mut cursor = None;
    loop {
        let asked = bt::BacktestConversations {
            job: job.clone(),
            cursor,
            limit: 200,
        };
        let page = desk.engine.backtest_conversations(asked).await.unwrap();
        rows.extend(page.rows);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(rows.len() as u64, view.differing);
    assert_eq!(
        rows.iter().map(|row| row.differences).sum::<u64>(),
        view.differences
    );
    for row in rows.iter().step_by(97) {
        let asked = bt::BacktestPoint {
            job: job.clone(),
            conversation: row.conversation.clone(),
        };
        let pair = desk.engine.backtest_point(asked).await.unwrap();
        let decides = |view: &baton_api::why::DecisionView| {
            let slots = view.result.iter();
            let slot = slots.filter(|slot| slot.slot == row.slot);
            slot.map(|slot| slot.value.clone()).collect::<String>()
        };
        assert_eq!((pair.at, &pair.on), (row.at, &row.on));
        assert_eq!(decides(&pair.old), row.old);
        assert_eq!(decides(&pair.new), row.new);
        assert!(row.why.contains(&row.rule), "{}", row.why);
    }

    // Dragging the limit: at each value the curve says what a back-test with it finds.
    let asked = bt::BacktestCurve {
        text: AFTER.to_owned(),
        rule: "goes-on-and-on".to_owned(),
        row: 1,
        since: None,
    };
    let curve = desk.engine.backtest_curve(asked).await.unwrap();
    assert_eq!((curve.present, curve.op.as_str()), (12.0, ">="));
    assert!(
        curve
            .curve
            .windows(2)
            .all(|two| two[0].limit < two[1].limit)
    );
    assert!(
        curve
            .curve
            .windows(2)
            .all(|two| two[0].matches >= two[1].matches)
    );
    let matched = |view: &bt::BacktestView, rule: &str| {
        let rule = view.rules.iter().find(|known| known.rule == rule).unwrap();
        (
            rule.old.as_ref().unwrap().matched,
            rule.new.as_ref().unwrap().matched,
        )
    };
    let at = |limit: f64| {
        let point = curve.curve.iter().find(|point| point.limit == limit);
        point.unwrap().matches
    };
    assert_eq!((at(9.0), at(12.0)), matched(&view, "goes-on-and-on"));

    // The rules in force against themselves.
    let live = desk.engine.roster().ruleset.source().to_owned();
    let (_, view) = ran(&desk, start(&live, None)).await;
    assert_eq!((view.differences, view.diverged, view.differing), (0, 0, 0));
    assert_eq!((view.recorded, view.faithful), (view.points, view.points));
}

#[tokio::test]
async fn whoever_comes_back_finds_the_backtests_that_were_begun() {
    let desk = Desk::open().await;
    let list = || desk.engine.backtest_list(bt::BacktestList {});
    assert!(list().await.unwrap().jobs.is_empty());
    let rules = baton_tests::desk::RULES;
    let (first, _) = ran(&desk, start(rules, None)).await;
    let (second, view) = ran(
        &desk,
        bt::BacktestStart {
            since: Some(5),
            ..start(rules, Some(rules))
        },
    )
    .await;
    let jobs = list().await.unwrap().jobs;
    let told: Vec<_> = jobs
        .iter()
        .map(|one| (&*one.job, one.state, one.named, one.since))
        .collect();
    let done = bt::BacktestState::Done;
    assert_eq!(
        told,
        [
            (&*second, done, true, Some(5)),
            (&*first, done, false, None)
        ]
    );
    assert_eq!((&*jobs[0].text, &jobs[0].against), (rules, &view.against));
    // Asked for by the name that the list gives, it answers as to whoever began it.
    let asked = bt::BacktestGet { job: first };
    assert_eq!(desk.engine.backtest_get(asked).await.unwrap().state, done);
}
