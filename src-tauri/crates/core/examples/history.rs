//! Prints what evaluating a whole history costs, in columns and point by point, and what analysing
//! a ruleset and an edit of it costs. Times are of the wall, each the best of five.
//!
//! `cargo run --release -p baton-core --example history [POINTS]`
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods)]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use baton_core::{
    rules::{
        Analyst, EventKind, Fact, Facts, Pass, RuleMemory, Ruleset, Value,
        columns::{Frame, Point, Sweep},
        facts::chunk::CHUNK,
    },
    time::{MINUTE, Timestamp},
};

const NOW: i64 = 1_795_424_400_000;

/// A generator whose numbers are the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let index = usize::try_from(self.roll(list.len() as u64)).unwrap();
        list.get(index).copied().unwrap_or_default()
    }
}

const CHANNELS: [&str; 5] = ["email", "chat", "telegram", "whatsapp", "sms"];
const TIERS: [&str; 4] = ["free", "team", "pro", "enterprise"];
const TAGS: [&str; 6] = ["vip", "late", "refund", "bug", "sales", "spam"];

fn line(dice: &mut Dice) -> String {
    match dice.roll(12) {
        0 => format!(
            "conv.control == \"{}\"",
            dice.one_of(&["bot", "queue", "agent"])
        ),
        1 => format!(
            "conv.channel in [\"{}\", \"{}\"]",
            dice.one_of(&CHANNELS),
            dice.one_of(&CHANNELS)
        ),
        2 => format!(
            "conv.status != \"{}\"",
            dice.one_of(&["new", "solved", "on_hold"])
        ),
        3 => format!("bot.failures >= {}", dice.roll(6)),
        4 => format!("bot.confidence < 0.{}", 1 + dice.roll(9)),
        5 => format!("msg.sentiment > -0.{}", 1 + dice.roll(9)),
        6 => format!("\"{}\" in conv.tags", dice.one_of(&TAGS)),
        7 => format!("conv.waiting > duration(\"{}m\")", 1 + dice.roll(120)),
        8 => format!("customer.tier == \"{}\"", dice.one_of(&TIERS)),
        9 => format!("customer.value_at_risk >= {}.0", dice.roll(50) * 100),
        10 => format!("conv.turns < {}", 1 + dice.roll(20)),
        _ => dice
            .one_of(&[
                "msg.words.legal",
                "msg.words.human",
                "msg.first",
                "!conv.answered",
            ])
            .to_owned(),
    }
}

fn rule(number: usize, dice: &mut Dice) -> String {
    let parts: Vec<String> = (0..5).map(|_| line(dice)).collect();
    let [a, b, c, d, e] = parts.try_into().unwrap();
    let control = dice.one_of(&["team:a", "team:b", "team:c", "queue"]);
    format!(
        "[[rule]]\nid = 'r{number}'\nreason = 'r'\non = ['customer.message']\n\
         when = '''{a} && {b} && ({c} || {d}) && {e}'''\ndo = {{ control = '{control}', tag = 't{number}' }}\n"
    )
}

const HEAD: &str = "baton = 1\ndefault = { control = 'bot' }\n[words]\nlegal = ['lawyer', 'sue', 'court']\nhuman = ['human', 'agent']\n";

fn ruleset(rules: &[String]) -> Ruleset {
    Ruleset::parse(&format!("{HEAD}{}", rules.concat())).unwrap()
}

fn facts(dice: &mut Dice, rules: &Ruleset) -> Facts {
    let mut facts = Facts::new();
    let number = |dice: &mut Dice, sides: u64| i64::try_from(dice.roll(sides)).unwrap();
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    let share = |dice: &mut Dice| dice.roll(1_000) as f64 / 1_000.0;
    facts
        .set(Fact::CONV_CONTROL, dice.one_of(&["bot", "queue", "agent"]))
        .set(Fact::CONV_CHANNEL, dice.one_of(&CHANNELS))
        .set(
            Fact::CONV_STATUS,
            dice.one_of(&["new", "open", "solved", "on_hold"]),
        )
        .set(
            Fact::CONV_TAGS,
            Value::texts([dice.one_of(&TAGS), dice.one_of(&TAGS)]),
        )
        .set(Fact::BOT_FAILURES, number(dice, 6))
        .set(Fact::BOT_CONFIDENCE, share(dice))
        .set(Fact::MSG_SENTIMENT, share(dice) * 2.0 - 1.0)
        .set(Fact::CONV_TURNS, number(dice, 20))
        .set(
            Fact::CONV_WAITING,
            Value::Since(Timestamp(NOW - number(dice, 120) * MINUTE)),
        )
        .set(Fact::CUSTOMER_VALUE_AT_RISK, share(dice) * 5_000.0)
        .set(Fact::MSG_FIRST, dice.roll(2) == 0)
        .set(Fact::CONV_ANSWERED, dice.roll(2) == 0);
    if dice.roll(4) > 0 {
        facts.set(Fact::CUSTOMER_TIER, dice.one_of(&TIERS));
    }
    rules.words().record(
        dice.one_of(&["I will sue", "a human please", "hello there"]),
        &mut facts,
    );
    facts
}

fn best(rounds: u32, mut work: impl FnMut()) -> Duration {
    let once = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..rounds)
        .map(|_| once(&mut work))
        .min()
        .unwrap_or_default()
}

#[allow(clippy::cast_precision_loss, reason = "printed to a few digits")]
fn main() {
    let count: usize = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(200_000);
    let mut dice = Dice(0x5eed_cafe);
    let hundred: Vec<String> = (0..100).map(|number| rule(number, &mut dice)).collect();
    let rules = ruleset(&hundred);
    let history: Vec<Facts> = (0..count).map(|_| facts(&mut dice, &rules)).collect();
    let point = |facts| Point {
        event: EventKind::CustomerMessage,
        at: Timestamp(NOW),
        facts,
    };
    let points: Vec<Point<'_>> = history.iter().map(point).collect();
    println!(
        "{count} decision points, {} rules, {} distinct conditions",
        rules.rules().len(),
        rules.atoms().len()
    );

    let mut frames: Vec<Frame> = Vec::new();
    let built = best(1, || {
        frames = points.chunks(CHUNK).map(Frame::of).collect();
    });
    let per = |time: Duration| (count * rules.rules().len()) as f64 / time.as_secs_f64() / 1e6;
    println!("facts into columns                       {built:>10.1?}");

    let mut matches = 0;
    let columns = best(5, || {
        let swept = Sweep::default().sweep_all(&rules, &frames);
        matches = swept
            .iter()
            .flat_map(|swept| &swept.matches)
            .map(|bits| bits.count())
            .sum();
    });
    println!(
        "columns, nothing remembered              {columns:>10.1?}  {:>8.1} M rules/s  {matches} matches",
        per(columns)
    );

    let memory = RuleMemory::default();
    let sample = count.min(20_000);
    let mut fired = 0_u64;
    let rows = best(3, || {
        fired = 0;
        for point in points.iter().take(sample) {
            let verdict = rules.decide(&Pass {
                event: point.event,
                facts: point.facts,
                now: point.at,
                memory: &memory,
                conversation_key: b"c",
            });
            fired += verdict.fired.len() as u64;
        }
    });
    let whole = rows.mul_f64(count as f64 / sample as f64);
    println!(
        "single decisions with record, {sample} points {rows:>8.1?}  {:>8.1} M rules/s  ({:.0} times the columns)",
        per(whole),
        whole.as_secs_f64() / columns.as_secs_f64()
    );
    let swept = Sweep::default().sweep_all(&rules, &frames);
    let in_sample: u64 = swept
        .iter()
        .enumerate()
        .flat_map(|(number, swept)| swept.matches.iter().map(move |bits| (number, bits)))
        .map(|(number, bits)| {
            bits.ones()
                .filter(|bit| number * CHUNK + bit < sample)
                .count() as u64
        })
        .sum();
    println!("the same matches in both: {}", fired == in_sample);

    let mut sweep = Sweep::default();
    sweep.sweep_all(&rules, &frames);
    let edits: Vec<Ruleset> = (0..6)
        .map(|_| {
            let mut edited = hundred.clone();
            if let Some(place) = edited.get_mut(50) {
                *place = rule(50, &mut dice);
            }
            ruleset(&edited)
        })
        .collect();
    let mut next = edits.iter().cycle();
    let edit = (0..5)
        .map(|_| {
            let edited = next.next().unwrap();
            sweep.keep(&[&rules]);
            best(1, || {
                black_box(sweep.sweep_all(edited, &frames));
            })
        })
        .min()
        .unwrap_or_default();
    println!("columns after an edit of one rule        {edit:>10.1?}");

    let two_hundred: Vec<String> = (0..200).map(|number| rule(number, &mut dice)).collect();
    let large = ruleset(&two_hundred);
    let mut found = 0;
    let whole = best(3, || found = large.analyse().findings.len());
    println!(
        "\nanalysis of 200 rules ({} distinct conditions)",
        large.atoms().len()
    );
    println!("all of them                              {whole:>10.1?}  {found} findings");
    let edits: Vec<Ruleset> = (0..5)
        .map(|number| {
            let mut edited = two_hundred.clone();
            if let Some(place) = edited.get_mut(40 * number) {
                *place = rule(40 * number, &mut dice);
            }
            ruleset(&edited)
        })
        .collect();
    for (number, edited) in edits.iter().enumerate() {
        let mut analyst = Analyst::default();
        analyst.analyse(&large);
        let mut questions = 0;
        let time = best(1, || questions = analyst.analyse(edited).questions);
        println!(
            "after an edit of rule {:<3}                {time:>10.1?}  {questions} questions",
            40 * number
        );
    }
}
