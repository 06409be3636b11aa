//! One decision with 50 rules: the pass with its record, and the explanation made of it.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use baton_core::rules::{EventKind, Fact, Facts, Pass, RuleMemory, Ruleset, Value};
use baton_core::time::Timestamp;

use crate::measure::row;

fn rules() -> Ruleset {
    let mut file = String::from("baton = 1\n[words]\nlegal = ['lawyer', 'court', 'sue']\n");
    for n in 0..50 {
        let _ = write!(
            file,
            "[[rule]]\nid = 'r{n}'\nreason = 'reason {n}'\non = ['customer.message']\n\
             when = 'conv.channel == \"email\" && (bot.failures >= {} || bot.confidence < 0.{}) && \
             !msg.words.legal && \"vip\" in conv.tags'\ndo = {{ tag = 't{n}' }}\n",
            1 + n % 4,
            1 + n % 9
        );
    }
    Ruleset::parse(&file).unwrap()
}

fn facts() -> Facts {
    let mut facts = Facts::new();
    let waiting = Value::Since(Timestamp(1_795_400_000_000));
    let text = "I ordered two weeks ago and nothing has come. ".repeat(20);
    facts
        .set(Fact::CONV_CONTROL, "bot")
        .set(Fact::CONV_CHANNEL, "email")
        .set(Fact::CONV_STATUS, "open")
        .set(Fact::CONV_TAGS, Value::texts(["vip"]))
        .set(Fact::CUSTOMER_TAGS, Value::texts::<&str>([]))
        .set(Fact::CONV_WAITING, waiting)
        .set(Fact::CONV_EPISODE, 1_i64)
        .set(Fact::CONV_MESSAGE_COUNT, 3_i64)
        .set(Fact::CONV_SNOOZED, false)
        .set(Fact::CONV_ANSWERED, false)
        .set(Fact::BOT_FAILURES, 2_i64)
        .set(Fact::BOT_CONFIDENCE, 0.4)
        .set(Fact::MSG_AUTHOR, "customer")
        .set(Fact::MSG_KIND, "message")
        .set(Fact::MSG_TEXT, text.as_str());
    facts
}

/// The best of many short rounds: what other programs took is not to count.
fn micros(mut work: impl FnMut()) -> f64 {
    const ROUNDS: u32 = 100;
    let rounds = (0..100).map(|_| {
        let start = Instant::now();
        for _ in 0..ROUNDS {
            work();
        }
        start.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS)
    });
    rounds.fold(f64::INFINITY, f64::min)
}

/// Decides and explains.
pub(crate) fn decide() {
    let (rules, facts, memory) = (rules(), facts(), RuleMemory::default());
    let text = facts.text(Fact::MSG_TEXT).unwrap().to_owned();
    let pass = || {
        rules.decide(&Pass {
            event: EventKind::CustomerMessage,
            facts: &facts,
            now: Timestamp(1_795_400_600_000),
            memory: &memory,
            conversation_key: b"bench",
        })
    };
    let deciding = micros(|| {
        black_box(pass().record.to_bytes());
    });
    let both = micros(|| {
        let verdict = pass();
        black_box(verdict.record.to_bytes());
        black_box(rules.explain_record(&verdict.record, Some(&text)).unwrap());
    });
    row(
        "decision, 50 rules, with its record",
        &format!("{deciding:.1} us"),
        "-",
        None,
        "< 50 us",
    );
    row(
        "the same and the explanation made of it",
        &format!("{both:.1} us"),
        "-",
        None,
        "< 50 us",
    );
}
