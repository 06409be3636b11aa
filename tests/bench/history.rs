//! A whole history decided again, after an edit of one rule, and beside other evaluators; one
//! decision of 200 rules with its full trace; the analysis of 200 rules.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use baton_api::Commands as _;
use baton_api::backtest as bt;

use baton_core::hash::Hash;
use baton_core::ids::{ConversationId, DecisionId, Id as _};
use baton_core::rules::columns::{Frame, Point, Sweep};
use baton_core::rules::facts::chunk::CHUNK;
use baton_core::rules::{Analyst, EventKind, Facts, Pass, RuleMemory, Ruleset, Verdict};
use baton_core::time::{SECOND, Timestamp};
use baton_engine::{Engine, OpenOptions};
use baton_store::{Decision, Durability, Options, Store, StoreError};
use baton_tests::secrets::Pocket;
use serde_json::{Value as Json, json};

use crate::measure::{median, own_cpu, quantile, row};
use crate::policy::{Chance, Made, file, point, rule};

const START: Timestamp = Timestamp(1_750_000_000_000);
/// Points of one conversation.
const TURNS: u64 = 10;
/// Records that the peers evaluate.
const RECORDS: usize = 2_000;

fn made(count: usize, seed: u64) -> Vec<Made> {
    let mut chance = Chance::seeded(seed);
    (0..count).map(|number| rule(number, &mut chance)).collect()
}

/// The same rules with one of them written anew.
fn edited(rules: &[Made], place: usize, seed: u64) -> String {
    let mut rules = rules.to_vec();
    rules[place] = rule(place, &mut Chance::seeded(seed));
    file(&rules)
}

/// Writes a history into a workspace of its own.
fn fill(folder: &Path, rules: &Ruleset, points: u64) {
    std::fs::write(folder.join("handoff.baton.toml"), rules.source()).unwrap();
    let mut store = Store::open(folder, Options::at(START)).unwrap();
    let mut writer = store.take_writer().unwrap();
    let mut chance = Chance::seeded(7);
    let mut memory = RuleMemory::default();
    let all: Vec<u64> = (0..points).collect();
    for some in all.chunks(4_096) {
        writer
            .write_as(Durability::Checkpoints, |tx| {
                for number in some {
                    let at = START.plus(*number as i64 * 20 * SECOND);
                    let (facts, _) = point(&mut chance, rules, at, 1 + number % TURNS);
                    let id = ConversationId::from_bits(u128::from(number / TURNS) << 64);
                    if number % TURNS == 0 {
                        memory = RuleMemory::default();
                    }
                    let verdict = decide(rules, &facts, at, (&id.bits().to_be_bytes(), &memory));
                    let record = verdict.record.to_bytes();
                    memory = verdict.memory_after;
                    tx.record_decision(&Decision {
                        id: DecisionId::from_bits(u128::from(*number)),
                        seq: *number as i64 * 3 + 1,
                        conversation: id,
                        at,
                        on: EventKind::CustomerMessage.name().to_owned(),
                        ruleset: rules.id(),
                        record_hash: Hash::of(&record),
                        record,
                        sentence: String::new(),
                    })?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
}

fn decide(
    rules: &Ruleset,
    facts: &Facts,
    now: Timestamp,
    (conversation_key, memory): (&[u8], &RuleMemory),
) -> Verdict {
    rules.decide(&Pass {
        event: EventKind::CustomerMessage,
        facts,
        now,
        memory,
        conversation_key,
    })
}

/// One back-test by the command that the page uses; CPU and wall seconds.
async fn backtest(engine: &Engine, text: &str) -> (f64, f64, bt::BacktestView) {
    let (cpu, begun) = (own_cpu(), Instant::now());
    let start = bt::BacktestStart {
        text: text.to_owned(),
        against: None,
        since: None,
        until: None,
    };
    let job = engine.backtest_start(start).await.unwrap().job;
    loop {
        let asked = bt::BacktestGet { job: job.clone() };
        let view = engine.backtest_get(asked).await.unwrap();
        if view.state != bt::BacktestState::Running {
            assert!(view.state == bt::BacktestState::Done, "{}", view.error);
            return (own_cpu() - cpu, begun.elapsed().as_secs_f64(), view);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The whole history, then after edits of one rule.
pub(crate) async fn whole(points: u64) {
    let folder = tempfile::tempdir().unwrap();
    let rules = made(100, 11);
    let old = Ruleset::parse(&file(&rules)).unwrap();
    fill(folder.path(), &old, points);
    let mut options = OpenOptions::live(folder.path().to_owned(), Pocket::secrets());
    options.live = false;
    let mut whole = Vec::new();
    let mut after = Vec::new();
    let mut differ = 0;
    for round in 0..3 {
        let engine = Engine::open(options.clone()).await.unwrap();
        let (cpu, wall, view) = backtest(&engine, &edited(&rules, 50, 100 + round)).await;
        assert_eq!(view.points, points);
        whole.push((cpu, wall));
        differ = view.differences;
        for edit in 0..3 {
            let text = edited(&rules, 50, 200 + round * 10 + edit);
            let (cpu, wall, _) = backtest(&engine, &text).await;
            after.push((cpu, wall));
        }
        engine.stop().await;
    }
    let told = |runs: &[(f64, f64)]| {
        let cpu = median(runs.iter().map(|run| run.0));
        let wall = median(runs.iter().map(|run| run.1));
        format!("{cpu:.2} s, {wall:.2} s")
    };
    row(
        &format!("back-test, {points} points x 100 rules, CPU, wall"),
        &told(&whole),
        &format!("{differ} differ"),
        None,
        "1.0 s",
    );
    row(
        "the same after an edit of one rule",
        &told(&after),
        "-",
        None,
        "0.15 s",
    );
}

/// The same rules on the same facts in other evaluators.
pub(crate) fn peers(program: &Path) {
    let rules = made(100, 11);
    let ruleset = Ruleset::parse(&file(&rules)).unwrap();
    let mut chance = Chance::seeded(7);
    let many = 25 * CHUNK;
    let mut records = Vec::new();
    let mut facts = Vec::new();
    for number in 0..many as u64 {
        let (known, plain) = point(&mut chance, &ruleset, START, 1 + number % TURNS);
        facts.push(known);
        if records.len() < RECORDS {
            records.push(plain);
        }
    }
    let points: Vec<Point<'_>> = facts
        .iter()
        .map(|facts| Point {
            event: EventKind::CustomerMessage,
            at: START,
            facts,
        })
        .collect();
    let frames: Vec<Frame> = points.chunks(CHUNK).map(Frame::of).collect();
    let mut best = f64::INFINITY;
    let mut matches = 0;
    for _ in 0..5 {
        let begun = Instant::now();
        let swept = black_box(Sweep::default().sweep_all(&ruleset, &frames));
        best = best.min(begun.elapsed().as_secs_f64());
        let first = swept.first().map(|swept| &swept.matches);
        let bits = first.into_iter().flatten().flat_map(|bits| bits.ones());
        matches = bits.filter(|point| *point < RECORDS).count() as u64;
    }
    let ours = best * 1e9 / (many * rules.len()) as f64;
    let peers = told_by(program, &rules, &records);
    for (name, aim) in [("cel", "40 times cel"), ("zen", "10 times zen")] {
        let Some(took) = peers.as_ref().map(|peers| &peers[name]) else {
            row(
                &format!("one rule on one point, {name}"),
                &format!("{ours:.2} ns"),
                "not built",
                None,
                aim,
            );
            continue;
        };
        // Zen reckons in decimals, so a value that lies on a limit may fall to the other side.
        let found = took["matches"].as_u64().unwrap();
        assert!(
            found.abs_diff(matches) * 1_000 <= matches,
            "{name}: {found}, {matches}"
        );
        let theirs = took["ns"].as_f64().unwrap();
        row(
            &format!("one rule on one point, {name}"),
            &format!("{ours:.2} ns"),
            &format!("{theirs:.0} ns"),
            Some(theirs / ours),
            aim,
        );
    }
}

fn told_by(program: &Path, rules: &[Made], records: &[Json]) -> Option<Json> {
    if !program.exists() {
        return None;
    }
    let rules: Vec<Json> = rules
        .iter()
        .map(|rule| json!({ "cel": rule.when[1], "zen": rule.when[2] }))
        .collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    let asked = json!({ "rules": rules, "records": records });
    std::fs::write(file.path(), asked.to_string()).unwrap();
    let ran = Command::new(program).arg(file.path()).output().unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    Some(serde_json::from_slice(&ran.stdout).unwrap())
}

/// One decision of 200 rules with its full trace, each timed by itself.
pub(crate) fn live() {
    let rules = Ruleset::parse(&file(&made(200, 13))).unwrap();
    let mut chance = Chance::seeded(7);
    let memory = RuleMemory::default();
    let mut took: Vec<f64> = (0..20_000_u64)
        .map(|number| {
            let (facts, _) = point(&mut chance, &rules, START, 1 + number % TURNS);
            let begun = Instant::now();
            let verdict = decide(&rules, &facts, START, (b"c", &memory));
            black_box(verdict.record.to_bytes());
            begun.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    let middle = quantile(&mut took, 0.5);
    let slow = quantile(&mut took, 0.99);
    row(
        "decision, 200 rules, full trace, p50, p99",
        &format!("{middle:.1}, {slow:.1} us"),
        "-",
        None,
        "p99 < 50 us",
    );
}

/// The analysis after an edit of one of 200 rules.
pub(crate) fn analysis() {
    let rules = made(200, 13);
    let whole = Ruleset::parse(&file(&rules)).unwrap();
    let took = (0..5_usize).map(|number| {
        let text = edited(&rules, 40 * number, 300 + number as u64);
        let after = Ruleset::parse(&text).unwrap();
        let mut analyst = Analyst::default();
        analyst.analyse(&whole);
        let begun = Instant::now();
        black_box(analyst.analyse(&after));
        begun.elapsed().as_secs_f64() * 1e3
    });
    row(
        "analysis of 200 rules after an edit of one",
        &format!("{:.0} ms", median(took)),
        "-",
        None,
        "< 50 ms",
    );
}
