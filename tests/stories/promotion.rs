//! The way of a rule: watched in shadow, let through the gate by name, counted while it acts, and
//! put back into shadow when it does too much.

use baton_api::Commands as _;
use baton_api::control as cl;
use baton_api::health as he;
use baton_api::macros as ma;
use baton_api::rules as ru;
use baton_api::why as wy;
use baton_core::event::{Envelope, Event};
use baton_core::hash::Hash;
use baton_core::ids::ConversationId;
use baton_core::status::Priority;
use baton_core::time::{DAY, MINUTE};
use baton_engine::rulesfile;
use baton_tests::desk::{Desk, RULES};
use baton_tests::mail::Mail;

const GATE: &str = r#"
[gate]
decisions = 3
watch     = "7d"
approvers = ["role:owner"]

[ceiling]
macros = 2
"#;

const HURRY: &str = r#"
[[rule]]
id     = "hurry"
why    = "Who is in a hurry is answered first."
on     = ["customer.message"]
when   = 'msg.words.hurry'
do     = { priority = "high", tag = ["hurry"] }
reason = "the customer is in a hurry"
once   = "per-message"
status = "shadow"
"#;

const THANKS: &str = r#"
[[rule]]
id     = "thanks"
why    = "Nobody should wonder whether the mail has arrived."
on     = ["customer.message"]
when   = 'msg.author == "customer"'
do     = { macro = "thanks" }
reason = "a mail has come in"
owner  = "ben"
"#;

fn with(rules: &[&str]) -> String {
    let words = "legal = [\"lawyer\", \"attorney\"]";
    let more = format!("{words}\nhurry = [\"immediately\"]");
    format!("{}{GATE}{}", RULES.replace(words, &more), rules.concat())
}

/// A desk at which these rules are in force.
async fn desk_with(rules: &[&str]) -> Desk {
    let desk = Desk::open().await;
    desk.put_rules(&with(rules)).await;
    let view = desk.engine.rules_get(ru::RulesGet {}).await.unwrap();
    assert_eq!(view.problems, Vec::<String>::new());
    desk
}

async fn rule(desk: &Desk, id: &str) -> ru::RuleBrief {
    let view = desk.engine.rules_get(ru::RulesGet {}).await.unwrap();
    view.rules.into_iter().find(|rule| rule.id == id).unwrap()
}

async fn promotion(desk: &Desk, id: &str) -> ru::Promotion {
    let rule = id.to_owned();
    let asked = ru::PromotionGet { rule };
    desk.engine.promotion_get(asked).await.unwrap()
}

async fn set(desk: &Desk, id: &str, status: &str, approver: &str) -> Result<String, String> {
    let asked = ru::RuleStatusSet {
        rule: id.to_owned(),
        status: status.to_owned(),
        share: None,
        base: promotion(desk, id).await.ruleset,
        reason: "we looked at what it would have done".to_owned(),
        approver: approver.to_owned(),
    };
    let saved = desk.engine.rule_status_set(asked).await;
    saved.map(|saved| saved.ruleset).map_err(|error| error.code)
}

async fn write(desk: &Desk, number: u32, text: &str) -> ConversationId {
    let from = format!("Carla <carla{number}@customer.test>");
    desk.mail(&Mail::from(&from, &number.to_string(), text))
        .await
}

async fn newest_decision(desk: &Desk, which: ConversationId) -> wy::DecisionView {
    let asked = wy::DecisionList {
        conversation: which.to_string(),
        limit: 10,
    };
    let list = desk.engine.decision_list(asked).await.unwrap().decisions;
    let about_mail = list.iter().find(|one| one.on == "customer.message");
    let decision = about_mail.unwrap().id.clone();
    let asked = wy::DecisionGet { decision };
    desk.engine.decision_get(asked).await.unwrap()
}

#[tokio::test]
async fn a_rule_is_watched_in_shadow_and_goes_live_through_the_gate_by_name() {
    let desk = desk_with(&[HURRY]).await;
    let first = write(&desk, 1, "I need it immediately.").await;
    assert_eq!(desk.state(first).await.priority, Priority::Normal);
    let decision = newest_decision(&desk, first).await;
    let watched: Vec<_> = decision.shadow.iter().map(|rule| &*rule.id).collect();
    assert_eq!(watched, ["hurry"]);
    let would = &decision.would[0];
    assert_eq!(would.rule, "hurry");
    let slots: Vec<_> = would
        .result
        .iter()
        .map(|slot| (&*slot.slot, &*slot.value))
        .collect();
    assert_eq!(slots, [("priority", "high"), ("tag", "hurry")]);
    let counts = rule(&desk, "hurry").await.counts;
    assert_eq!(
        (counts.matched, counts.acted, counts.watched, counts.differs),
        (1, 0, 1, 1)
    );

    let so_far = promotion(&desk, "hurry").await;
    assert_eq!((so_far.shadow_decisions, so_far.differs), (1, 1));
    assert!(so_far.shadow_since.is_some() && !so_far.may_promote);
    assert_eq!(
        set(&desk, "hurry", "live", "cleo").await,
        Err("gate_closed".into())
    );

    write(&desk, 2, "Whenever you like.").await;
    write(&desk, 3, "Good morning.").await;
    let enough = promotion(&desk, "hurry").await;
    assert_eq!((enough.shadow_decisions, enough.differs), (3, 1));
    assert!(enough.may_promote, "three decisions were asked for");
    assert_eq!(enough.approvers, ["cleo"]);
    assert_eq!(
        set(&desk, "hurry", "live", "anna").await,
        Err("approver_missing".into()),
        "a lead is no owner"
    );
    let ruleset = set(&desk, "hurry", "live", "cleo").await.unwrap();

    let later = write(&desk, 4, "Immediately, please.").await;
    assert_eq!(desk.state(later).await.priority, Priority::High);
    assert_eq!(rule(&desk, "hurry").await.counts.acted, 1);
    let text = std::fs::read_to_string(rulesfile::path(desk.folder())).unwrap();
    assert_eq!(text, with(&[&HURRY.replace("shadow", "live")]));

    let asked = ru::RulesHistory {
        before: None,
        limit: 1,
    };
    let newest = desk.engine.rules_history(asked).await.unwrap().versions;
    assert_eq!(newest[0].ruleset, ruleset);
    assert_eq!(newest[0].origin, "status");
    assert_eq!(newest[0].approver.as_deref(), Some("cleo"));
    let events = desk
        .engine
        .read(|reader, _| Ok(reader.events_after(0, 1_000)?));
    let told = events.await.unwrap().into_iter().rev().find_map(|event| {
        let envelope: Envelope = serde_json::from_slice(&event.bytes).unwrap();
        match envelope.event() {
            Some(Event::RulesetActivated(told)) => told.status,
            _ => None,
        }
    });
    let told = told.unwrap();
    assert_eq!((&*told.from, &*told.to), ("shadow", "live"));
    assert!(told.gate.iter().all(|note| note.met), "{:?}", told.gate);
}

#[tokio::test]
async fn a_week_in_shadow_is_enough_and_a_changed_rule_begins_anew() {
    let desk = desk_with(&[HURRY]).await;
    write(&desk, 1, "I need it immediately.").await;
    desk.clock.pass(7 * DAY);
    assert!(promotion(&desk, "hurry").await.may_promote);

    // What was seen of the rule says nothing of another one under its name.
    let other = with(&[HURRY]).replace("\"immediately\"", "\"immediately\", \"at once\"");
    std::fs::write(rulesfile::path(desk.folder()), other).unwrap();
    rulesfile::look(&desk.engine).await.unwrap();
    let anew = promotion(&desk, "hurry").await;
    assert_eq!((anew.shadow_decisions, anew.may_promote), (0, false));
    assert_eq!(anew.shadow_since, Some(desk.clock_now()));
}

#[tokio::test]
async fn a_rule_that_does_too_much_is_put_into_shadow_and_its_owner_is_told() {
    let desk = desk_with(&[THANKS]).await;
    let text = ma::MacroPut {
        name: "thanks".to_owned(),
        text: "Thank you, we have it.".to_owned(),
    };
    desk.engine.macro_put(text).await.unwrap();
    for number in 1..=2 {
        write(&desk, number, "Hello.").await;
    }
    assert_eq!(rule(&desk, "thanks").await.status, "live");
    let third = write(&desk, 3, "Hello.").await;
    let held = rule(&desk, "thanks").await;
    assert_eq!(held.status, "shadow");
    let why = held.held_back.unwrap();
    assert_eq!(why.at, desk.clock_now());
    assert!(why.why.contains("more than 2 texts"), "{}", why.why);
    assert!(desk.state(third).await.outbox.is_empty(), "nothing is sent");
    let alerts = desk.engine.read(|reader, _| Ok(reader.alerts_for("ben")?));
    let alerts = alerts.await.unwrap();
    let about: Vec<_> = alerts
        .iter()
        .filter_map(|live| live.alert.rule.as_deref())
        .collect();
    assert_eq!(about, ["thanks"]);

    let health = desk.engine.health_get(he::HealthGet {}).await.unwrap();
    let rules = health
        .checks
        .iter()
        .find(|check| check.code == "rules")
        .unwrap();
    assert_eq!(rules.state, "warn");
    assert!(rules.text.contains("thanks"), "{}", rules.text);

    // It stays there over a restart, in the file too, until a person lets it act again.
    let desk = desk.reopened(|_| ()).await;
    assert_eq!(rule(&desk, "thanks").await.status, "shadow");
    assert!(rule(&desk, "thanks").await.held_back.is_some());
    let file = std::fs::read_to_string(rulesfile::path(desk.folder())).unwrap();
    assert_eq!(file, with(&[THANKS, "status = \"shadow\"\n"]));
    write(&desk, 4, "Hello.").await;
    assert_eq!(rule(&desk, "thanks").await.counts.acted, 3);
    set(&desk, "thanks", "live", "cleo").await.unwrap();
    let lifted = rule(&desk, "thanks").await;
    assert_eq!(
        (&*lifted.status, lifted.held_back.is_none()),
        ("live", true)
    );
}

#[tokio::test]
async fn a_person_who_decides_otherwise_soon_after_overrides_a_rule() {
    let desk = Desk::open().await;
    let calm = async |which: ConversationId| {
        let asked = cl::PrioritySet {
            conversation: which.to_string(),
            priority: "normal".to_owned(),
        };
        desk.engine.priority_set(asked).await.unwrap();
    };
    let soon = write(&desk, 1, "My lawyer will write.").await;
    desk.clock.pass(9 * MINUTE);
    calm(soon).await;
    let late = write(&desk, 2, "My lawyer will write.").await;
    desk.clock.pass(11 * MINUTE);
    calm(late).await;
    let counts = rule(&desk, "legal").await.counts;
    assert_eq!((counts.acted, counts.overridden), (2, 1));
    assert_eq!(counts.last_match, Some(desk.clock_now() - 11 * MINUTE));
    // Nobody counts what is long ago.
    desk.clock.pass(40 * DAY);
    assert_eq!(rule(&desk, "legal").await.counts.acted, 0);
}

#[tokio::test]
async fn a_past_decision_is_asked_again_with_rules_that_were_written_later() {
    let desk = Desk::open().await;
    let which = write(&desk, 1, "I need it immediately.").await;
    let then = newest_decision(&desk, which).await;
    assert!(then.matched.is_empty());
    let live = HURRY.replace("shadow", "live");
    let asked = |text: Option<String>| wy::DecisionWhatif {
        decision: then.id.clone(),
        text,
    };
    let later = desk
        .engine
        .decision_whatif(asked(Some(with(&[&live]))))
        .await;
    let later = later.unwrap();
    assert_eq!((&later.id, later.at), (&then.id, then.at));
    assert_ne!(later.ruleset, then.ruleset);
    let matched: Vec<_> = later.matched.iter().map(|rule| &*rule.id).collect();
    assert_eq!(matched, ["hurry"], "the words of the mail are at hand");

    let near = live.replace("msg.words.hurry", "conv.message_count >= 2");
    let nearly = desk
        .engine
        .decision_whatif(asked(Some(with(&[&near]))))
        .await;
    let nearly = nearly.unwrap();
    let hurry = nearly.near.iter().find(|rule| rule.id == "hurry").unwrap();
    let row = &hurry.rows[0];
    assert_eq!((&*row.value, &*row.limit, row.gap), ("1", "2", Some(0.5)));

    let same = desk.engine.decision_whatif(asked(None)).await.unwrap();
    assert_eq!(same.result.len(), then.result.len());
    let broken = desk
        .engine
        .decision_whatif(asked(Some("baton = 2".into())))
        .await;
    assert_eq!(broken.err().unwrap().code, "problems");
}

#[tokio::test]
async fn a_conversation_is_proved_by_hashes_that_anybody_can_check() {
    let desk = Desk::open().await;
    let which = write(&desk, 1, "My lawyer will write.").await;
    desk.answer(which, "Please wait.").await;
    write(&desk, 2, "Another one.").await;
    let asked = wy::ConversationProof {
        conversation: which.to_string(),
    };
    let proof = desk.engine.conversation_proof(asked).await.unwrap();
    assert!(proof.verified, "{:?}", proof.problems);
    assert!(proof.checked > proof.events.len() as u64, "all are checked");
    assert!(proof.decisions.iter().any(|one| one.result.len() > 1));
    for pair in proof.events.windows(2) {
        assert!(pair[0].n < pair[1].n);
    }
    for event in &proof.events {
        assert_eq!(Hash::of(event.envelope.as_bytes()).to_string(), event.hash);
    }
    assert_eq!(proof.heads.len(), 1);
    assert_eq!(proof.heads[0].n, proof.checked);

    // Whoever changes the past is found out.
    let desk = desk
        .reopened(|folder| {
            let file = folder.join("baton.db");
            let database = rusqlite::Connection::open(file).unwrap();
            let sql = "UPDATE event SET bytes = CAST(replace(CAST(bytes AS TEXT), 'legal', 'loyal') AS BLOB)
                       WHERE kind = 'tags.changed@1'";
            assert!(database.execute(sql, []).unwrap() > 0);
        })
        .await;
    let asked = wy::ConversationProof {
        conversation: which.to_string(),
    };
    let proof = desk.engine.conversation_proof(asked).await.unwrap();
    assert!(!proof.verified && !proof.problems.is_empty());
}
