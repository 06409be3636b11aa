//! What an engine keeps from one back-test to the next changes nothing of what it says.

use std::path::Path;

use baton_api::Commands as _;
use baton_api::backtest as bt;
use baton_core::hash::Hash;
use baton_core::ids::{ConversationId, DecisionId, Id as _};
use baton_core::rules::facts::chunk::CHUNK;
use baton_core::rules::{EventKind, Fact, Facts, Pass, RuleMemory, Ruleset, Value};
use baton_core::time::{MINUTE, Timestamp};
use baton_engine::{Engine, OpenOptions};
use baton_store::{Decision, Durability, Options, Store, StoreError};
use baton_tests::secrets::Pocket;
use serde_json::{Value as Json, json};

use super::start;

const START: Timestamp = Timestamp(1_790_000_000_000);
/// Enough for two sealed chunks and some points behind them.
const POINTS: usize = 2 * CHUNK + 500;

const RULES: &str = r#"
baton = 1
default = { control = "bot" }
[words]
legal = ["lawyer", "court"]
[[rule]]
id = "legal"
reason = "r"
on = ["customer.message"]
when = 'msg.words.legal && conv.control != "agent"'
do = { control = "team:law", tag = ["legal"] }
[[rule]]
id = "stuck"
reason = "r"
on = ["customer.message", "bot.message"]
when = 'conv.control == "bot" && bot.failures >= 2'
do = { control = "queue" }
once = "per-episode"
[[rule]]
id = "again"
reason = "r"
on = ["customer.message"]
when = '"legal" in conv.tags && conv.turns > 3'
do = { priority = "+1", notify = ["team:law"] }
[[rule]]
id = "money"
reason = "r"
on = ["draft"]
when = 'bot.confidence < 0.4'
do = { review = "required" }
unknown = "yes"
[[rule]]
id = "hello"
reason = "r"
on = ["customer.message"]
when = 'conv.turns == 1'
do = { macro = "hello" }
"#;

/// Edits of a rule, one after the other, each of the rules as they were.
const EDITS: [(&str, &str); 9] = [
    ("bot.failures >= 2", "bot.failures >= 3"),
    ("bot.failures >= 2", "bot.failures >= 1"),
    ("once = \"per-episode\"", "status = \"shadow\""),
    (
        "control = \"queue\"",
        "control = \"team:care\", macro = \"sorry\"",
    ),
    ("conv.turns > 3", "conv.turns > 5"),
    (
        "msg.words.legal &&",
        "(msg.words.legal || bot.failures >= 4) &&",
    ),
    ("\"court\"", "\"court\", \"judge\""),
    ("bot.confidence < 0.4", "bot.confidence < 0.6"),
    ("review = \"required\"", "review = { sample = 0.5 }"),
];

/// Numbers, always the same ones.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize]
    }
}

/// Three conversations of ten points each go on side by side.
fn fill(folder: &Path, rules: &Ruleset) {
    std::fs::write(folder.join("handoff.baton.toml"), rules.source()).unwrap();
    let mut store = Store::open(folder, Options::at(START)).unwrap();
    let mut writer = store.take_writer().unwrap();
    let mut dice = Dice(7);
    let mut memories = vec![RuleMemory::default(); 3];
    let numbers: Vec<usize> = (0..POINTS).collect();
    for some in numbers.chunks(CHUNK) {
        writer
            .write_as(Durability::Checkpoints, |tx| {
                for number in some {
                    let memory = &mut memories[number % 3];
                    let turn = number / 3 % 10;
                    if turn == 0 {
                        *memory = RuleMemory::default();
                    }
                    let id = number / 30 * 3 + number % 3;
                    let id = ConversationId::from_bits(id as u128 + 1);
                    let at = START.plus(*number as i64 * MINUTE);
                    let on = dice.of(&[
                        EventKind::CustomerMessage,
                        EventKind::CustomerMessage,
                        EventKind::BotMessage,
                        EventKind::Draft,
                        EventKind::AgentMessage,
                    ]);
                    let facts = facts(&mut dice, rules, (*number, turn as i64 + 1));
                    let verdict = rules.decide(&Pass {
                        event: on,
                        facts: &facts,
                        now: at,
                        memory,
                        conversation_key: &id.bits().to_be_bytes(),
                    });
                    *memory = verdict.memory_after;
                    let record = verdict.record.to_bytes();
                    tx.record_decision(&Decision {
                        id: DecisionId::from_bits(*number as u128),
                        seq: *number as i64 * 3 + 1,
                        conversation: id,
                        at,
                        on: on.name().to_owned(),
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

fn facts(dice: &mut Dice, rules: &Ruleset, (number, turn): (usize, i64)) -> Facts {
    let mut facts = Facts::new();
    let tags = dice.of(&["legal", "vip", "late"]);
    facts
        .set(
            Fact::CONV_CONTROL,
            dice.of(&["bot", "bot", "queue", "agent"]),
        )
        .set(Fact::CONV_TAGS, Value::texts([tags]))
        .set(Fact::CONV_TURNS, turn)
        .set(Fact::CONV_MESSAGE_COUNT, turn)
        .set(Fact::CONV_EPISODE, 1 + turn / 6)
        .set(Fact::CONV_CONTROL_EPOCH, turn / 4)
        .set(Fact::CHANNEL_HAS_BOT, true)
        .set(Fact::BOT_FAILURES, dice.below(6) as i64)
        .set(Fact::DRAFT_ID, format!("d{number}").as_str());
    if dice.below(3) > 0 {
        facts.set(Fact::BOT_CONFIDENCE, dice.below(100) as f64 / 100.0);
    }
    let text = dice.of(&["My lawyer will call", "hello there", "see you in court"]);
    rules.words().record(text, &mut facts);
    facts
}

async fn open(folder: &Path) -> Engine {
    let mut options = OpenOptions::live(folder.to_owned(), Pocket::secrets());
    options.live = false;
    Engine::open(options).await.unwrap()
}

/// Everything that a back-test says, and what it says of each conversation.
async fn told(engine: &Engine, text: &str) -> Json {
    let (job, view) = super::ran_on(engine, start(text, None)).await;
    let mut rows = Vec::new();
    let mut cursor = None;
    loop {
        let asked = bt::BacktestConversations {
            job: job.clone(),
            cursor,
            limit: 200,
        };
        let page = engine.backtest_conversations(asked).await.unwrap();
        rows.extend(page.rows);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    json!({ "view": view, "rows": rows })
}

#[tokio::test]
async fn after_any_edit_an_engine_that_goes_on_says_what_a_new_one_says() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), &Ruleset::parse(RULES).unwrap());
    let edited = EDITS.map(|(from, to)| {
        assert_eq!(RULES.matches(from).count(), 1, "{from}");
        RULES.replace(from, to)
    });
    let engine = open(folder.path()).await;
    let mut warm = Vec::new();
    for text in &edited {
        warm.push(told(&engine, text).await);
    }
    // The rules against themselves, with everything that was kept.
    let same = told(&engine, RULES).await;
    engine.stop().await;
    drop(engine);
    for (text, warm) in edited.iter().zip(&warm) {
        let engine = open(folder.path()).await;
        assert_eq!(told(&engine, text).await, *warm, "{text}");
        engine.stop().await;
    }
    assert!(warm.iter().all(|told| told["view"]["differences"] != 0));
    for name in ["differences", "diverged", "differing", "other_reason"] {
        assert_eq!(same["view"][name], 0, "{name}");
    }
    let view = &same["view"];
    assert_eq!(view["points"], POINTS);
    assert_eq!(
        (&view["recorded"], &view["faithful"]),
        (&view["points"], &view["points"])
    );
}
