//! Prints what reading, deciding and explaining cost, in nanoseconds of wall time.
//!
//! `cargo run --release -p baton-core --example decide`
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods)]

use std::{hint::black_box, time::Instant};

use baton_core::{
    rules::{EventKind, Fact, Facts, Pass, RuleMemory, Ruleset, Value, text::parse},
    time::Timestamp,
};

const LINES: [&str; 8] = [
    "conv.control == \"bot\"",
    "conv.channel in [\"chat\", \"email\"]",
    "bot.failures >= N",
    "bot.confidence < 0.N",
    "\"vip\" in conv.tags",
    "conv.waiting > duration(\"Nm\")",
    "msg.words.legal",
    "customer.tier != \"tN\"",
];

fn many(count: usize) -> String {
    let mut file = String::from("baton = 1\n[words]\nlegal = ['lawyer', 'court', 'sue']\n");
    for number in 0..count {
        let line = |step: usize| {
            let text = LINES
                .iter()
                .cycle()
                .nth((number * 3 + step * 5) % LINES.len())
                .unwrap();
            text.replace('N', &(1 + (number + step) % 40).to_string())
        };
        let when = format!(
            "{} && {} && ({} || {}) && {}",
            line(0),
            line(1),
            line(2),
            line(3),
            line(4)
        );
        file += &format!(
            "[[rule]]\nid='r{number}'\nreason='r'\non=['customer.message','time']\nwhen='''{when}'''\ndo={{tag='t{number}'}}\n"
        );
    }
    file
}

fn facts() -> Facts {
    let mut facts = Facts::new();
    facts
        .set(Fact::CONV_CONTROL, "queue")
        .set(Fact::CONV_CHANNEL, "email")
        .set(Fact::CONV_STATUS, "open")
        .set(Fact::CONV_TAGS, Value::texts(["a", "vip"]))
        .set(Fact::CUSTOMER_TAGS, Value::texts::<&str>([]))
        .set(
            Fact::CONV_WAITING,
            Value::Since(Timestamp(1_795_400_000_000)),
        )
        .set(Fact::CONV_EPISODE, 1_i64)
        .set(Fact::CONV_MESSAGE_COUNT, 3_i64)
        .set(Fact::CONV_SNOOZED, false)
        .set(Fact::CONV_ANSWERED, false)
        .set(Fact::BOT_FAILURES, 1_i64)
        .set(Fact::BOT_CONFIDENCE, 0.4)
        .set(Fact::CUSTOMER_TIER, "t3")
        .set(Fact::MSG_AUTHOR, "customer")
        .set(Fact::MSG_KIND, "message")
        .set(
            Fact::MSG_TEXT,
            "I ordered two weeks ago and nothing has come. "
                .repeat(20)
                .as_str(),
        );
    facts
}

fn time(what: &str, rounds: u32, mut work: impl FnMut()) {
    let mut best = u128::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        for _ in 0..rounds {
            work();
        }
        best = best.min(start.elapsed().as_nanos() / u128::from(rounds));
    }
    println!("{what:<60} {best:>9} ns");
}

fn main() {
    let condition =
        "conv.control == \"bot\" && (bot.failures >= 2 || bot.confidence < 0.45) && msg.first";
    time("one condition, parsed", 10_000, || {
        black_box(parse(black_box(condition)).unwrap());
    });
    let file = many(200);
    time("file of 200 rules, parsed and checked", 10, || {
        black_box(Ruleset::parse(black_box(&file)).unwrap());
    });
    time("default rules, parsed and checked", 10, || {
        black_box(Ruleset::parse(black_box(Ruleset::DEFAULT)).unwrap());
    });
    time("facts of one decision, built", 2_000, || {
        black_box(facts());
    });
    for (name, rules) in [
        ("default rules", Ruleset::parse(Ruleset::DEFAULT).unwrap()),
        ("50 rules", Ruleset::parse(&many(50)).unwrap()),
        ("200 rules", Ruleset::parse(&file).unwrap()),
    ] {
        let mut facts = facts();
        let memory = RuleMemory::default();
        let now = Timestamp(1_795_400_600_000);
        let text = facts.text(Fact::MSG_TEXT).unwrap().to_owned();
        time(
            &format!("{name}: words of a 900 byte message"),
            2_000,
            || {
                black_box(rules.words().find(black_box(&text)));
            },
        );
        let pass = |facts: &Facts| {
            let event = EventKind::CustomerMessage;
            rules.decide(&Pass {
                event,
                facts,
                now,
                memory: &memory,
                conversation_key: b"c",
            })
        };
        time(
            &format!("{name}: pass with record, words searched in it"),
            1_000,
            || {
                black_box(pass(&facts));
            },
        );
        rules.words().record(&text, &mut facts);
        time(
            &format!("{name}: pass with record, words known"),
            1_000,
            || {
                black_box(pass(&facts));
            },
        );
        let verdict = pass(&facts);
        time(&format!("{name}: record as bytes"), 1_000, || {
            black_box(verdict.record.to_bytes());
        });
        println!(
            "{name}: record of {} bytes",
            verdict.record.to_bytes().len()
        );
        time(&format!("{name}: explanation from the record"), 200, || {
            black_box(rules.explain_record(&verdict.record, Some(&text)).unwrap());
        });
    }
}
