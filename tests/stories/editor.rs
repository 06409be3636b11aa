//! What the rules page is told while somebody writes, and what its form changes in the text.

use baton_api::Commands as _;
use baton_api::rules as ru;
use baton_core::rules::Ruleset;
use baton_tests::desk::{Desk, RULES};

async fn check(desk: &Desk, text: &str) -> ru::RulesChecked {
    let text = text.to_owned();
    desk.engine
        .rules_check(ru::RulesCheck { text })
        .await
        .unwrap()
}

async fn edit(desk: &Desk, text: &str, edit: ru::RuleEdit) -> Result<String, String> {
    let text = text.to_owned();
    let asked = ru::RulesEdit { text, edit };
    let edited = desk.engine.rules_edit(asked).await;
    edited.map(|edited| edited.text).map_err(|error| error.code)
}

#[tokio::test]
async fn a_good_text_is_tested_analysed_and_shown_as_a_form() {
    let desk = Desk::open().await;
    let checked = check(&desk, Ruleset::DEFAULT).await;
    assert!(checked.problems.is_empty());
    assert!(!checked.tests.is_empty() && checked.tests.iter().all(|test| test.passed));
    assert_eq!(checked.coverage.rules_hit, checked.coverage.rules_all);
    assert!(
        checked
            .findings
            .iter()
            .all(|finding| finding.weight != "error")
    );
    let ids: Vec<_> = checked.form.iter().map(|form| &*form.id).collect();
    assert_eq!(ids[..2], ["legal-wording", "asked-for-a-human"]);
    let legal = &checked.form[0];
    let ru::CondForm::All { parts } = &legal.when else {
        panic!("all of them");
    };
    let shown: Vec<_> = parts
        .iter()
        .map(|part| match part {
            ru::CondForm::Named { name, row } => (name.as_str(), *row),
            ru::CondForm::Row { text, row, .. } => (text.as_str(), *row),
            _ => panic!("lines"),
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("from_person", 0),
            ("msg.words.legal", 1),
            ("conv.control != \"agent\"", 2)
        ]
    );
    assert_eq!(
        legal.does_says.split(',').next(),
        Some("Puts it into the queue")
    );
    assert!(checked.defines.iter().any(|define| define.name == "stuck"));
    assert!(checked.words.iter().any(|words| words.name == "human"));
}

#[tokio::test]
async fn a_problem_is_told_with_its_place_and_a_finding_with_a_conversation() {
    let desk = Desk::open().await;
    let broken = RULES.replace("msg.words.legal &&", "msg.wordz.legal &&");
    let checked = check(&desk, &broken).await;
    let problem = &checked.problems[0];
    assert_eq!(
        (&*problem.severity, &*problem.code),
        ("error", "unknown-fact")
    );
    let at = broken.find("msg.wordz.legal").unwrap();
    assert_eq!(problem.start as usize, at, "all before it is ASCII");
    assert_eq!(problem.rules, ["legal"]);
    assert!(checked.form.is_empty() && checked.tests.is_empty());

    let never = RULES.replace(
        "conv.control != \"agent\"'",
        "conv.control == \"bot\" && conv.control == \"queue\"'",
    );
    let checked = check(&desk, &never).await;
    let finding = &checked.findings[0];
    assert_eq!((&*finding.kind, &*finding.weight), ("never-true", "error"));
    assert_eq!(finding.rules, ["legal"]);

    let failing = format!(
        "{RULES}\n[[test]]\nname = \"no\"\ngiven = {{ \"msg.text\" = \"my lawyer\" }}\n\
         event = \"customer.message\"\nwant = {{ control = \"bot\" }}\n"
    );
    let checked = check(&desk, &failing).await;
    let miss = &checked.tests[0].misses[0];
    assert_eq!((&*miss.expected, &*miss.found), ("bot", "queue"));
}

#[tokio::test]
async fn a_form_adds_changes_and_moves_rules_and_the_rest_stays_as_written() {
    let desk = Desk::open().await;
    let row = |fact: &str, op: &str, limit: &str| ru::CondForm::Row {
        fact: fact.to_owned(),
        op: op.to_owned(),
        limit: limit.to_owned(),
        text: String::new(),
        row: 0,
    };
    let added = ru::RuleEdit::RuleAdd {
        after: None,
        id: "late".to_owned(),
        why: "Nobody waits for an hour.".to_owned(),
        reason: "waiting".to_owned(),
        owner: "ben".to_owned(),
        on: vec!["time".to_owned()],
        when: ru::CondForm::All {
            parts: vec![
                row("conv.waiting", ">", "duration(\"1h\")"),
                row("conv.control", "==", "\"queue\""),
            ],
        },
        does: vec![ru::DoForm {
            slot: "priority".to_owned(),
            value: ru::RuleValue::Text("+1".to_owned()),
        }],
        status: "shadow".to_owned(),
    };
    let text = edit(&desk, RULES, added).await.unwrap();
    let checked = check(&desk, &text).await;
    assert_eq!(checked.problems.len(), 0);
    let late = &checked.form[1];
    assert_eq!(
        (&*late.id, &*late.status, &*late.owner),
        ("late", "shadow", "ben")
    );

    let limit = ru::RuleEdit::LimitSet {
        id: "late".to_owned(),
        row: 0,
        limit: "duration(\"30m\")".to_owned(),
    };
    let text = edit(&desk, &text, limit).await.unwrap();
    let set = ru::RuleEdit::RuleSet {
        id: "late".to_owned(),
        key: "do.tag".to_owned(),
        value: Some(ru::RuleValue::Texts(vec!["late".to_owned()])),
    };
    let text = edit(&desk, &text, set).await.unwrap();
    let words = ru::RuleEdit::WordsSet {
        name: "legal".to_owned(),
        words: vec!["lawyer".to_owned(), "court".to_owned()],
    };
    let text = edit(&desk, &text, words).await.unwrap();
    let moved = ru::RuleEdit::RuleMove {
        id: "late".to_owned(),
        before: Some("legal".to_owned()),
    };
    let text = edit(&desk, &text, moved).await.unwrap();
    let ruleset = Ruleset::parse(&text).unwrap();
    let ids: Vec<_> = ruleset
        .rules()
        .iter()
        .map(|rule| rule.id.as_str())
        .collect();
    assert_eq!(ids, ["late", "legal"]);
    assert!(text.contains("conv.waiting > duration(\"30m\")"), "{text}");
    assert!(text.contains("legal = [\"lawyer\", \"court\"]"), "{text}");

    // Everything taken back, the text is the one it was but for the words.
    let removed = ru::RuleEdit::RuleRemove {
        id: "late".to_owned(),
    };
    let text = edit(&desk, &text, removed).await.unwrap();
    assert_eq!(text.replace("court", "attorney"), RULES);

    let gone = ru::RuleEdit::RuleRemove {
        id: "late".to_owned(),
    };
    assert_eq!(edit(&desk, &text, gone).await, Err("bad_edit".into()));
}

#[tokio::test]
async fn a_queue_that_nobody_has_is_told_while_it_is_written_and_as_long_as_it_stands() {
    let desk = Desk::open().await;
    let text = format!("{RULES}\n[queue.support]\npacket = [\"summary\"]\n");
    assert!(check(&desk, &text).await.problems.is_empty());

    let text = text.replace("[queue.support]", "[queue.suport]");
    let checked = check(&desk, &text).await;
    let [problem] = &checked.problems[..] else {
        panic!("{} problems", checked.problems.len());
    };
    assert_eq!(
        (problem.severity.as_str(), problem.code.as_str()),
        ("warning", "unknown-queue")
    );
    assert_eq!(problem.message, "there is no queue \"suport\"");
    assert_eq!(problem.hint, "did you mean \"support\"?");
    let found: String = text.chars().skip(problem.start as usize).take(6).collect();
    assert_eq!(found, "suport");

    desk.put_rules(&text).await;
    let asked = baton_api::health::HealthGet {};
    let health = desk.engine.health_get(asked).await.unwrap();
    let rules = health.checks.iter().find(|one| one.code == "rules");
    let rules = rules.unwrap();
    assert_eq!(rules.state, "warn");
    assert!(
        rules.text.contains("there is no queue \"suport\""),
        "{}",
        rules.text
    );
    assert!(rules.hint.contains("\"support\""), "{}", rules.hint);
}
