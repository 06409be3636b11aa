//! What the team knows of its customers comes from a table, is told in the log, and is read by the
//! rules by its type.

use std::collections::BTreeMap;

use baton_api::Commands as _;
use baton_api::contacts as ct;
use baton_api::health::AuditVerify;
use baton_api::rules::FactsList;
use baton_tests::desk::Desk;
use baton_tests::mail::Mail;

fn row(line: u32, address: &str, fields: &[(&str, &str)]) -> ct::ContactFields {
    ct::ContactFields {
        line,
        kind: String::new(),
        address: address.to_owned(),
        fields: fields
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
    }
}

#[tokio::test]
async fn a_table_sets_what_is_known_and_a_second_time_changes_nothing() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from("Carla <carla@customer.test>", "1", "Hello"))
        .await;
    let table = |dry_run| ct::ContactsImport {
        rows: vec![
            row(
                2,
                "Carla@Customer.test",
                &[("tier", "enterprise"), ("value_at_risk", "5000")],
            ),
            row(
                3,
                "new@customer.test",
                &[("name", "Nora"), ("tags", "vip; press")],
            ),
            row(4, "nobody", &[("tier", "pro")]),
            row(
                5,
                "x@customer.test",
                &[("teir", "pro"), ("value_at_risk", "much")],
            ),
        ],
        dry_run,
    };
    let before = desk
        .engine
        .audit_verify(AuditVerify {})
        .await
        .unwrap()
        .events;
    for (dry_run, expected) in [(true, (1, 1, 0)), (false, (1, 1, 0)), (false, (0, 0, 2))] {
        let told = desk.engine.contacts_import(table(dry_run)).await.unwrap();
        assert_eq!((told.added, told.changed, told.same), expected, "{dry_run}");
        let problems: Vec<String> = told
            .problems
            .iter()
            .map(|problem| format!("{} {} {}", problem.line, problem.field, problem.what))
            .collect();
        assert_eq!(
            problems,
            [
                "4 address \"nobody\" is no address.",
                "5 teir There is no attribute `teir`; did you mean `tier`?",
                "5 value_at_risk \"much\" is no amount of money.",
            ]
        );
    }
    let audit = desk.engine.audit_verify(AuditVerify {}).await.unwrap();
    assert!(audit.ok, "{:?}", audit.problems);
    assert_eq!(audit.events, before + 2, "each change is told once");

    let head = baton_api::conversations::ConversationGet {
        id: which.to_string(),
    };
    let head = desk.engine.conversation_get(head).await.unwrap();
    let asked = ct::ContactGet {
        contact: head.row.contact.id,
    };
    let shown = desk.engine.contact_get(asked).await.unwrap();
    assert_eq!(shown.contact.tier, "enterprise");
    let known: BTreeMap<_, _> = shown.attributes;
    assert_eq!(known["value_at_risk"], "5000.0");
}

#[tokio::test]
async fn every_fact_that_rules_may_name_is_listed_with_its_line() {
    let desk = Desk::open().await;
    let facts = desk.engine.facts_list(FactsList {}).await.unwrap().facts;
    for name in ["conv.control", "msg.sentiment", "agent.load", "now.hour"] {
        let fact = facts.iter().find(|fact| fact.name == name).unwrap();
        assert!(fact.about.ends_with('.'), "{name}: {}", fact.about);
    }
}
