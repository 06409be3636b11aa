//! Rules and decision points made of a seed, in our spelling and in those of the peers.

use baton_core::rules::{Fact, Facts, Ruleset, Value};
use baton_core::time::{SECOND, Timestamp};
use serde_json::{Value as Json, json};

/// Numbers, always the same ones.
pub(crate) struct Chance(u64);

impl Chance {
    /// From a seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

const CHANNELS: [&str; 5] = ["email", "chat", "telegram", "whatsapp", "sms"];
const TIERS: [&str; 4] = ["free", "team", "pro", "enterprise"];
const TAGS: [&str; 6] = ["vip", "late", "refund", "bug", "sales", "spam"];

/// A condition, in our spelling, in CEL's and in Zen's.
type Line = [String; 3];

fn line(chance: &mut Chance) -> Line {
    let same = |text: String| [text.clone(), text.clone(), text];
    match chance.below(12) {
        0 => same(format!(
            "conv.control == \"{}\"",
            chance.of(&["bot", "queue", "agent"])
        )),
        1 => same(format!(
            "conv.channel in [\"{}\", \"{}\"]",
            chance.of(&CHANNELS),
            chance.of(&CHANNELS)
        )),
        2 => same(format!(
            "conv.status != \"{}\"",
            chance.of(&["new", "solved", "on_hold"])
        )),
        3 => same(format!("bot.failures >= {}", chance.below(6))),
        4 => same(format!("bot.confidence < 0.{}", 1 + chance.below(9))),
        5 => same(format!("msg.sentiment > -0.{}", 1 + chance.below(9))),
        6 => same(format!("\"{}\" in conv.tags", chance.of(&TAGS))),
        7 => {
            let minutes = 1 + chance.below(120);
            let plain = format!("conv.waiting > {}", minutes * 60);
            [
                format!("conv.waiting > duration(\"{minutes}m\")"),
                plain.clone(),
                plain,
            ]
        }
        8 => same(format!("customer.tier == \"{}\"", chance.of(&TIERS))),
        9 => same(format!(
            "customer.value_at_risk >= {}.0",
            chance.below(50) * 100
        )),
        10 => same(format!("conv.turns < {}", 1 + chance.below(20))),
        _ => match chance.below(3) {
            0 => same("msg.words.legal".to_owned()),
            1 => same("msg.first".to_owned()),
            _ => [
                "!conv.answered".to_owned(),
                "!conv.answered".to_owned(),
                "not conv.answered".to_owned(),
            ],
        },
    }
}

/// One rule.
#[derive(Clone)]
pub(crate) struct Made {
    /// Its condition, in our spelling, in CEL's and in Zen's.
    pub(crate) when: Line,
    does: String,
}

/// Makes a rule: `a && b && (c || d) && e`.
pub(crate) fn rule(number: usize, chance: &mut Chance) -> Made {
    let lines: Vec<Line> = (0..5).map(|_| line(chance)).collect();
    let when = [0, 1, 2].map(|spelling| {
        let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|part| lines[part][spelling].as_str());
        if spelling == 2 {
            format!("{a} and {b} and ({c} or {d}) and {e}")
        } else {
            format!("{a} && {b} && ({c} || {d}) && {e}")
        }
    });
    let does = match chance.below(4) {
        0 => format!(
            "control = '{}'",
            chance.of(&["team:a", "team:b", "team:c", "queue"])
        ),
        1 => "priority = '+1'".to_owned(),
        2 => "notify = ['team:a']".to_owned(),
        _ => format!("macro = 'm{number}'"),
    };
    Made { when, does }
}

/// A file of rules.
pub(crate) fn file(rules: &[Made]) -> String {
    let mut out = String::from(
        "baton = 1\ndefault = { control = 'bot' }\n[words]\nlegal = ['lawyer', 'sue', 'court']\n",
    );
    for (number, rule) in rules.iter().enumerate() {
        out.push_str(&format!(
            "[[rule]]\nid = 'r{number}'\nreason = 'r'\non = ['customer.message']\n\
             when = '''{}'''\ndo = {{ {} }}\n",
            rule.when[0], rule.does
        ));
    }
    out
}

/// What is known at a decision point: as facts, and as the peers take it.
pub(crate) fn point(
    chance: &mut Chance,
    rules: &Ruleset,
    at: Timestamp,
    turn: u64,
) -> (Facts, Json) {
    let mut facts = Facts::new();
    let waiting = chance.below(7_200) as i64;
    let control = chance.of(&["bot", "queue", "agent"]);
    let channel = chance.of(&CHANNELS);
    let status = chance.of(&["new", "open", "solved", "on_hold"]);
    let tags = [chance.of(&TAGS), chance.of(&TAGS)];
    let failures = chance.below(6) as i64;
    let confidence = chance.below(1_000) as f64 / 1_000.0;
    let sentiment = chance.below(2_000) as f64 / 1_000.0 - 1.0;
    let tier = chance.of(&TIERS);
    let value = chance.below(50) as f64 * 100.0;
    let answered = chance.below(2) == 0;
    let text = chance.of(&["I will sue", "a human please", "hello there"]);
    facts
        .set(Fact::CONV_CONTROL, control)
        .set(Fact::CONV_CHANNEL, channel)
        .set(Fact::CONV_STATUS, status)
        .set(Fact::CONV_TAGS, Value::texts(tags))
        .set(Fact::CONV_WAITING, Value::Since(at.plus(-waiting * SECOND)))
        .set(Fact::CONV_TURNS, turn as i64)
        .set(Fact::CONV_MESSAGE_COUNT, turn as i64)
        .set(Fact::CONV_EPISODE, 1_i64)
        .set(Fact::CONV_CONTROL_EPOCH, (turn / 4) as i64)
        .set(Fact::CONV_ANSWERED, answered)
        .set(Fact::MSG_FIRST, turn == 1)
        .set(Fact::MSG_SENTIMENT, sentiment)
        .set(Fact::BOT_FAILURES, failures)
        .set(Fact::BOT_CONFIDENCE, confidence)
        .set(Fact::CHANNEL_HAS_BOT, true)
        .set(Fact::CUSTOMER_TIER, tier)
        .set(Fact::CUSTOMER_VALUE_AT_RISK, value);
    let legal = rules.words().find(text)[0];
    rules.words().record(text, &mut facts);
    let plain = json!({
        "conv": {
            "control": control, "channel": channel, "status": status, "tags": tags,
            "waiting": waiting, "turns": turn, "answered": answered,
        },
        "msg": { "sentiment": sentiment, "first": turn == 1, "words": { "legal": legal } },
        "bot": { "failures": failures, "confidence": confidence },
        "customer": { "tier": tier, "value_at_risk": value },
    });
    (facts, plain)
}
