//! An edit of a rule that acts: tried beside the rule as it is, counted as if it stood there, and
//! put in its place by name; or put live at once by somebody who says why.

use baton_api::Commands as _;
use baton_api::rules as ru;
use baton_api::why as wy;
use baton_core::event::{Envelope, Event};
use baton_core::time::DAY;
use baton_tests::desk::{Desk, RULES};
use baton_tests::mail::Mail;

const GATE: &str = r#"
[gate]
decisions = 3
handoffs  = 1.0
approvers = ["role:owner"]
"#;

/// The condition of the rule, and one that it is to be changed to.
const WAS: &str = "msg.words.legal && conv.control != \"agent\"";
const WIDER: &str =
    "(msg.words.legal || msg.text.contains(\"court\")) && conv.control != \"agent\"";

async fn desk() -> (Desk, String) {
    let desk = Desk::open().await;
    let text = format!("{RULES}{GATE}");
    desk.put_rules(&text).await;
    (desk, text)
}

async fn in_force(desk: &Desk) -> ru::RulesView {
    desk.engine.rules_get(ru::RulesGet {}).await.unwrap()
}

async fn save(desk: &Desk, text: &str, beside: bool) -> Result<(), String> {
    let asked = ru::RulesSave {
        text: text.to_owned(),
        base: in_force(desk).await.ruleset,
        reason: "courts are legal matters too".to_owned(),
        r#override: None,
        beside,
    };
    let saved = desk.engine.rules_save(asked).await;
    saved.map(|_| ()).map_err(|error| error.code)
}

async fn set(desk: &Desk, rule: &str, status: &str) -> Result<(), String> {
    let asked = ru::RuleStatusSet {
        rule: rule.to_owned(),
        status: status.to_owned(),
        share: None,
        base: in_force(desk).await.ruleset,
        reason: "it did what we wanted".to_owned(),
        approver: "cleo".to_owned(),
    };
    let set = desk.engine.rule_status_set(asked).await;
    set.map(|_| ()).map_err(|error| error.code)
}

async fn promotion(desk: &Desk, rule: &str) -> ru::Promotion {
    let rule = rule.to_owned();
    let asked = ru::PromotionGet { rule };
    desk.engine.promotion_get(asked).await.unwrap()
}

async fn write(desk: &Desk, number: u32, text: &str) -> bool {
    let from = format!("Carla <carla{number}@customer.test>");
    let mail = Mail::from(&from, &number.to_string(), text);
    let which = desk.mail(&mail).await;
    desk.state(which).await.tags.contains("legal")
}

#[tokio::test]
async fn an_edit_of_a_rule_that_acts_is_watched_beside_it_and_put_in_its_place_by_name() {
    let (desk, text) = desk().await;
    let edited = text.replace(WAS, WIDER);
    assert_eq!(
        save(&desk, &edited, false).await,
        Err("live_rule_changed".into())
    );
    save(&desk, &edited, true).await.unwrap();
    let now = in_force(&desk).await;
    let told: Vec<_> = now
        .rules
        .iter()
        .map(|rule| (&*rule.id, &*rule.status, rule.replaces.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("legal", "live", None),
            ("legal-next", "shadow", Some("legal"))
        ]
    );
    let file = std::fs::read_to_string(baton_engine::rulesfile::path(desk.folder())).unwrap();
    assert_eq!(file, now.text);

    // The rule decides as it did; what its edit would have decided is counted.
    assert!(write(&desk, 1, "My lawyer will write.").await);
    assert!(!write(&desk, 2, "I shall go to court.").await);
    assert!(!write(&desk, 3, "Hello.").await);
    let shown = promotion(&desk, "legal-next").await;
    assert_eq!((shown.shadow_decisions, shown.differs), (3, 1));
    assert_eq!(shown.replaces.as_deref(), Some("legal"));
    assert!(
        shown.may_promote,
        "{:?}",
        shown.gate.iter().map(|one| &one.says).collect::<Vec<_>>()
    );

    assert_eq!(
        set(&desk, "legal-next", "canary").await,
        Err("copy_canary".into())
    );
    let before = now.ruleset;
    set(&desk, "legal-next", "live").await.unwrap();
    let now = in_force(&desk).await;
    assert_eq!(now.text, edited, "as it was written, under its own name");
    assert!(now.ungated.is_empty());
    assert!(write(&desk, 4, "I shall go to court.").await);

    // One version, with who approved it and what the figures were.
    let events = desk
        .engine
        .read(|reader, _| Ok(reader.events_after(0, 1_000)?));
    let events = events.await.unwrap();
    let told = events.iter().rev().find_map(|stored| {
        let envelope: Envelope = serde_json::from_slice(&stored.bytes).unwrap();
        match envelope.event() {
            Some(Event::RulesetActivated(told)) => Some(told),
            _ => None,
        }
    });
    let told = told.unwrap();
    assert_eq!(told.base.unwrap().to_string(), before);
    let status = told.status.unwrap();
    assert_eq!(
        (&*status.rule, status.copy.as_deref(), &*status.approver),
        ("legal", Some("legal-next"), "cleo")
    );

    // It has acted both ways, so the old text may come back at once.
    save(&desk, &text, false).await.unwrap();
    save(&desk, &edited, false).await.unwrap();
}

#[tokio::test]
async fn a_trial_on_a_share_of_conversations_is_not_widened_by_a_save() {
    let desk = Desk::open().await;
    let with = |status: &str| {
        let why = "reason = \"legal wording\"";
        let trial = RULES.replacen(why, &format!("{why}\n{status}"), 1) + GATE;
        trial.replacen(WAS, WIDER, 1)
    };
    desk.put_rules(&with("status = \"canary\"\ncanary = 0.1"))
        .await;
    let wider = with("status = \"canary\"\ncanary = 0.9");
    for text in [wider, with("status = \"live\"")] {
        assert_eq!(
            save(&desk, &text, false).await,
            Err("live_rule_changed".into())
        );
    }
    let narrower = with("status = \"canary\"\ncanary = 0.05");
    save(&desk, &narrower, false).await.unwrap();
}

#[tokio::test]
async fn the_gate_is_closed_to_a_copy_that_was_hardly_watched() {
    let (desk, text) = desk().await;
    save(&desk, &text.replace(WAS, WIDER), true).await.unwrap();
    write(&desk, 1, "Hello.").await;
    assert_eq!(
        set(&desk, "legal-next", "live").await,
        Err("gate_closed".into())
    );
    desk.clock.pass(7 * DAY);
    set(&desk, "legal-next", "live").await.unwrap();
}

#[tokio::test]
async fn who_answers_for_a_rule_and_why_it_is_there_pass_no_gate() {
    let (desk, text) = desk().await;
    let said = text
        .replace(
            "why    = \"Legal wording is seen by a lead at once.\"",
            "why    = \"Legal wording is never left lying.\" # as agreed\nowner  = \"cleo\"",
        )
        .replace("reason = \"legal wording\"", "reason = \"it sounds legal\"");
    save(&desk, &said, false).await.unwrap();
    assert_eq!(in_force(&desk).await.text, said);
    assert_eq!(
        save(&desk, &said, true).await,
        Err("nothing_to_try".into()),
        "there is nothing to try beside"
    );
}

#[tokio::test]
async fn words_are_a_part_of_what_a_rule_decides_and_are_tried_beside_it_too() {
    let (desk, text) = desk().await;
    let words = text.replace("\"attorney\"", "\"attorney\", \"court\"");
    assert_eq!(
        save(&desk, &words, false).await,
        Err("live_rule_changed".into())
    );
    save(&desk, &words, true).await.unwrap();
    assert!(!write(&desk, 1, "I shall go to court.").await);
    assert_eq!(promotion(&desk, "legal-next").await.differs, 1);
    desk.clock.pass(7 * DAY);
    set(&desk, "legal-next", "live").await.unwrap();
    assert_eq!(in_force(&desk).await.text, words);
    assert!(write(&desk, 2, "I shall go to court.").await);
}

#[tokio::test]
async fn the_page_is_told_which_rules_would_act_otherwise_while_somebody_writes() {
    let (desk, text) = desk().await;
    let told = async |text: String| {
        let checked = desk.engine.rules_check(ru::RulesCheck { text }).await;
        let begins = checked.unwrap().begins.into_iter();
        begins.map(|one| (one.rule, one.acted)).collect::<Vec<_>>()
    };
    assert_eq!(told(text.clone()).await, []);
    let edited = text.replace(WAS, WIDER);
    assert_eq!(told(edited).await, [("legal".to_owned(), true)]);
    let second = "[[rule]]\nid = \"new\"\non = [\"customer.message\"]\nwhen = 'msg.first'\n\
                  do = { tag = [\"new\"] }\nreason = \"new\"\n";
    let more = format!("{text}\n{second}");
    assert_eq!(told(more).await, [("new".to_owned(), false)]);
}

#[tokio::test]
async fn a_test_is_made_of_a_decision_in_one_act_and_passes_as_long_as_the_rules_decide_so() {
    let (desk, text) = desk().await;
    let mail = Mail::from("Carla <carla@customer.test>", "1", "My lawyer will write.");
    let which = desk.mail(&mail).await;
    let asked = wy::DecisionList {
        conversation: which.to_string(),
        limit: 10,
    };
    let list = desk.engine.decision_list(asked).await.unwrap().decisions;
    let about = list.iter().find(|one| one.on == "customer.message");
    let edit = ru::RuleEdit::TestFrom {
        decision: about.unwrap().id.clone(),
    };
    let edited = desk.engine.rules_edit(ru::RulesEdit {
        text: text.clone(),
        edit,
    });
    let edited = edited.await.unwrap().text;
    let added = edited.strip_prefix(&*text).unwrap();
    assert!(
        added.contains("want  = { by = \"legal\", tag = [\"legal\"] }"),
        "{added}"
    );
    assert!(
        !added.contains("My lawyer"),
        "what was written is not copied: {added}"
    );
    let told = async |text: String| {
        let checked = desk.engine.rules_check(ru::RulesCheck { text }).await;
        let checked = checked.unwrap();
        assert!(checked.problems.iter().all(|one| one.severity != "error"));
        checked
            .tests
            .iter()
            .map(|one| one.passed)
            .collect::<Vec<_>>()
    };
    assert_eq!(told(edited.clone()).await, [true]);
    let otherwise = edited.replacen(", tag = [\"legal\"] }", " }", 1);
    assert_eq!(told(otherwise).await, [false]);
}
