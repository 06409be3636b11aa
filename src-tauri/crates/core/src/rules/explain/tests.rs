//! What is said about decisions.

use super::*;
use crate::{
    rules::{Value, stories::rules},
    time::MINUTE,
};

const FILE: &str = r#"
[words]
legal = ["lawyer"]

[define]
stuck = 'bot.failures >= 2 || bot.same_answer_twice'

[[rule]]
id = "bot-stuck"
reason = "the bot is stuck"
on = ["bot.message"]
when = 'conv.control == "bot" && (stuck || bot.confidence < 0.45)'
do = { control = "queue", tag = "bot-stuck" }

[[rule]]
id = "vip-unhappy"
reason = "important customer, unhappy"
on = ["bot.message"]
when = 'customer.tier == "vip" && (msg.sentiment < -0.4 || customer.value_at_risk >= 5000.0)'
do = { priority = "high" }

[[rule]]
id = "legal"
reason = "legal wording"
on = ["customer.message"]
when = 'msg.words.legal || msg.text.contains("court")'
do = { control = "queue" }
"#;

fn facts() -> Facts {
    let mut facts = Facts::new();
    facts
        .set(Fact::CONV_CONTROL, "bot")
        .set(Fact::BOT_FAILURES, 2_i64)
        .set(Fact::BOT_SAME_ANSWER_TWICE, false)
        .set(Fact::BOT_CONFIDENCE, 0.52)
        .set(Fact::CUSTOMER_TIER, "vip")
        .set(Fact::MSG_SENTIMENT, -0.37);
    facts
}

#[test]
fn the_sentence_says_what_happened_why_and_what_nearly_did() {
    let explanation = rules(FILE).explain(&facts(), EventKind::BotMessage, Timestamp(0));
    assert_eq!(
        explanation.sentence,
        "Went to the queue because the bot is stuck: bot failures 2 (limit 2). \
         Nearly: important customer, unhappy: sentiment -0.37 (limit -0.40)."
    );
    let codes: Vec<&str> = explanation.parts.iter().map(|part| part.code).collect();
    assert_eq!(
        codes,
        [
            "control.queue",
            "because",
            "row.limit",
            "nearly",
            "row.limit"
        ]
    );
}

#[test]
fn the_json_view_has_rows_with_text_truth_value_and_gap() {
    let explanation = rules(FILE).explain(&facts(), EventKind::BotMessage, Timestamp(0));
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(
        json["result"]["control"],
        serde_json::json!({"value": "queue", "by": "bot-stuck"})
    );
    let matched = &json["matched"][0];
    assert_eq!(matched["because"], serde_json::json!([0, 1]));
    assert_eq!(
        matched["rows"][1],
        serde_json::json!({
            "c": 1, "text": "bot.failures >= 2", "t": true, "v": 2, "limit": 2, "gap": 0.0,
            "fact": "bot.failures", "unit": "in a row", "via": "stuck"
        })
    );
    assert_eq!(matched["rows"][3]["gap"], 0.156);
    assert_eq!(json["near"][0]["rule"], "vip-unhappy");
    assert_eq!(json["near"][0]["rows"][0]["gap"], 0.075);
    assert_eq!(
        json["unknown"],
        serde_json::json!([{"rule": "vip-unhappy", "fact": "customer.value_at_risk"}])
    );
}

#[test]
fn a_recorded_decision_is_explained_also_when_the_text_was_erased() {
    let ruleset = rules(FILE);
    let mut facts = facts();
    facts.set(Fact::MSG_TEXT, "see you in court");
    let verdict = ruleset.decide(&Pass {
        event: EventKind::CustomerMessage,
        facts: &facts,
        now: Timestamp(5),
        memory: &RuleMemory::default(),
        conversation_key: b"c",
    });
    let bytes = verdict.record.to_bytes();
    assert!(bytes.len() < 400, "{} bytes", bytes.len());
    assert!(!String::from_utf8_lossy(&bytes).contains("court"));
    let record = DecisionRecord::from_bytes(&bytes).unwrap();
    assert_eq!(record, verdict.record);
    let explanation = ruleset.explain_record(&record, None).unwrap();
    assert_eq!(explanation.matched[0].rows[1].truth, Some(true));
    assert_eq!(explanation.result, verdict.slots);
    let other = rules(
        "[[rule]]\nid='x'\nreason='x'\non=['time']\nwhen='conv.age > duration(\"1h\")'\ndo={tag='x'}",
    );
    assert_eq!(
        other.explain_record(&record, None),
        Err(RecordError::OtherRuleset)
    );
}

#[test]
fn a_rule_written_later_can_be_asked_about_an_old_decision() {
    let ruleset = rules(FILE);
    let mut facts = facts();
    facts.set(Fact::CONV_WAITING, Value::Since(Timestamp(0)));
    let snapshot = facts.snapshot();
    let later = rules(
        "[[rule]]\nid='slow'\nreason='slow'\non=['bot.message']\nwhen='conv.waiting > duration(\"5m\")'\ndo={control='queue'}",
    );
    assert_ne!(later.id(), ruleset.id());
    let old = Facts::from_snapshot(&snapshot).unwrap();
    let explanation = later.explain(&old, EventKind::BotMessage, Timestamp(5 * MINUTE));
    assert_eq!(
        explanation.sentence,
        "No rule acted. Nearly: slow: waiting 5m (limit 5m)."
    );
    assert_eq!(explanation.near[0].rows[0].gap, Some(0.0));
}

#[test]
fn doubt_is_said() {
    let ruleset = rules(
        "[[rule]]\nid='money'\nreason='it speaks of money'\non=['draft']\nwhen='draft.mentions_money'\ndo={review='required'}\nunknown='yes'",
    );
    let explanation = ruleset.explain(&Facts::new(), EventKind::Draft, Timestamp(0));
    assert!(explanation.matched[0].in_doubt);
    assert_eq!(
        explanation.sentence,
        "Must be read by a person first because it speaks of money: draft mentions money is not known."
    );
}

#[test]
fn what_is_done_without_moving_it_is_named() {
    let said = |effects: &str, when: &str| {
        let ruleset = rules(&format!(
            "[hours.office]\nmon-sun=[\"00:00-24:00\"]\n[ladder.urgent]\nstep=[{{after='0s',notify=['team:lead']}}]\n\
             [[rule]]\nid='r'\nreason='the customer waits'\non=['time']\nwhen='{when}'\ndo={{{effects}}}"
        ));
        let mut facts = Facts::new();
        facts
            .set(Fact::CONV_WAITING, Value::Since(Timestamp(0)))
            .set(Fact::SLA_DUE, Value::Time(Timestamp(20 * MINUTE)));
        ruleset
            .explain(&facts, EventKind::Time, Timestamp(5 * MINUTE))
            .sentence
    };
    assert_eq!(
        said(
            "ladder='urgent',tag='late'",
            "office.waiting >= duration(\"2m\")"
        ),
        "People are being alerted because the customer waits: waiting 5m of office time (limit 2m)."
    );
    assert_eq!(
        said("priority='+1'", "sla.due.until < duration(\"1h\")"),
        "Became more urgent because the customer waits: 15m until the deadline (limit 1h)."
    );
    assert_eq!(
        said("tag='late'", "conv.waiting > duration(\"1m\")"),
        "Was tagged “late” because the customer waits: waiting 5m (limit 1m)."
    );
}
