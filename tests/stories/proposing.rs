//! From what people said to a better limit: proposed, looked at, answered by a person.

use baton_api::Commands as _;
use baton_api::control as cl;
use baton_api::health::AuditVerify;
use baton_api::labels as lb;
use baton_api::proposals as pr;
use baton_api::rules::RulesGet;
use baton_core::command::Command;
use baton_core::control::Reason;
use baton_core::event::Actor;
use baton_core::event::body::BotReported;
use baton_core::ids::ConversationId;
use baton_core::time::MINUTE;
use baton_engine::rulesfile;
use baton_tests::desk::Desk;
use baton_tests::mail::Mail;
use rusqlite::Connection;

const RULES: &str = r#"
baton   = 1
policy  = "desk"
zone    = "UTC"
default = { control = "bot" }

[words]
human = ["human"]

# How patient we are with the bot.
[[rule]]
id     = "stuck"
why    = "A bot that fails again and again does not help."
on     = ["bot.failure"]
when   = 'conv.control == "bot" && bot.failures >= 4'   # a guess
do     = { control = "queue" }
reason = "the bot is stuck"

[[rule]]
id     = "asked"
why    = "Who asks for a person gets one."
on     = ["customer.message"]
when   = 'conv.control == "bot" && msg.words.human'
do     = { control = "queue" }
reason = "asked for a person"
"#;

async fn desk() -> Desk {
    let desk = Desk::open().await;
    let channel = desk.channel;
    let changed = desk.engine.desk().turn(move |turn| {
        let mut stored = turn.tx.channel(channel)?.unwrap();
        stored.config = serde_json::json!({ "queue": "support", "bot": "helper",
                                            "address": "support@baton.test" });
        turn.tx.save_channel(&stored)?;
        Ok(())
    });
    changed.await.unwrap();
    desk.put_rules(RULES).await;
    desk.reopened(|_| ()).await
}

async fn bot(desk: &Desk, which: ConversationId, command: Command) {
    let epoch = desk.state(which).await.control.epoch;
    let turn = desk.engine.desk().turn(move |turn| {
        let mut order = turn.new_order(which, Actor::bot("helper"), command);
        order.seen_epoch = Some(epoch);
        turn.order(&order)?;
        Ok(())
    });
    turn.await.unwrap();
}

async fn writes(desk: &Desk, n: u32, text: &str) -> ConversationId {
    let from = format!("Customer {n} <customer{n}@customer.test>");
    desk.mail(&Mail::from(&from, &format!("m{n}"), text)).await
}

async fn fails(desk: &Desk, which: ConversationId, times: u32) {
    for _ in 0..times {
        let report = BotReported {
            bot: "helper".to_owned(),
            failure: Some("no_answer".to_owned()),
            ..BotReported::default()
        };
        bot(desk, which, Command::BotReport(report)).await;
    }
}

async fn label(desk: &Desk, which: ConversationId, label: &str) {
    let asked = lb::LabelPut {
        conversation: which.to_string(),
        episode: None,
        decision: None,
        label: Some(label.to_owned()),
    };
    desk.engine.label_set(asked).await.unwrap();
}

/// Customers of whom twelve needed somebody after the second failure of the bot, and twelve did not
/// after the first.
async fn live_through(desk: &Desk) {
    for n in 0..12 {
        let lost = writes(desk, n, "Where is my lamp?").await;
        fails(desk, lost, 2).await;
        let take = cl::Take {
            conversation: lost.to_string(),
            seen_epoch: None,
        };
        desk.engine.take(take).await.unwrap();
        label(desk, lost, "needed").await;
        let fine = writes(desk, 100 + n, "Where is my other lamp?").await;
        fails(desk, fine, 1).await;
        let reason = Reason::default();
        bot(desk, fine, Command::Resolve { reason }).await;
        label(desk, fine, "not_needed").await;
    }
}

async fn proposed(desk: &Desk) -> pr::Proposals {
    let asked = pr::ProposalsGet { miss_cost: None };
    desk.engine.proposals_get(asked).await.unwrap()
}

fn answer(id: &str, accept: bool, reason: &str) -> pr::ProposalAnswer {
    pr::ProposalAnswer {
        id: id.to_owned(),
        accept,
        reason: reason.to_owned(),
        miss_cost: None,
        r#override: accept.then(|| "the labels speak for it".to_owned()),
        beside: false,
    }
}

#[tokio::test]
async fn a_better_limit_is_proposed_and_a_person_puts_it_in_force() {
    let desk = desk().await;
    assert_eq!(proposed(&desk).await.labels, 0);
    live_through(&desk).await;
    desk.wait(MINUTE).await;
    let found = proposed(&desk).await;
    assert_eq!((found.labels, found.proposals.len()), (24, 1));
    let proposal = &found.proposals[0];
    assert_eq!(
        (proposal.old_limit.as_str(), proposal.new_limit.as_str()),
        ("4", "2")
    );
    assert_eq!((proposal.before.missed, proposal.after.missed), (12, 0));
    assert_eq!(proposal.after.false_handoffs, 0);
    assert!(
        proposal.before.missed_share.is_none(),
        "24 labels are counts, no rates"
    );
    let changed: Vec<&str> = proposal
        .diff
        .iter()
        .filter(|line| line.kind != "same")
        .map(|line| line.text.as_str())
        .collect();
    assert_eq!(
        changed,
        [
            r#"when   = 'conv.control == "bot" && bot.failures >= 4'   # a guess"#,
            r#"when   = 'conv.control == "bot" && bot.failures >= 2'   # a guess"#,
        ]
    );

    // Nobody answers without a reason, and nothing changes by looking.
    let mute = desk.engine.proposal_answer(answer(&proposal.id, true, " "));
    assert_eq!(mute.await.err().unwrap().code, "reason_missing");
    let rules = desk.engine.rules_get(RulesGet {}).await.unwrap();
    assert_eq!(rules.text, RULES);

    // Dismissed, it stands there as such; somebody may still change their mind.
    let no = answer(&proposal.id, false, "We watch it another week.");
    desk.engine.proposal_answer(no).await.unwrap();
    let again = proposed(&desk).await;
    assert_eq!(again.proposals[0].state, "dismissed");
    assert_eq!(
        again.proposals[0].answer_reason,
        "We watch it another week."
    );
    assert_eq!(again.proposals[0].answered_by, "Anna");

    // It is an edit of a rule that acts, and passes the gate of every such edit.
    let yes = answer(&proposal.id, true, "Two failures are enough.");
    let rash = pr::ProposalAnswer {
        r#override: None,
        ..yes.clone()
    };
    let refused = desk.engine.proposal_answer(rash).await;
    assert_eq!(refused.err().unwrap().code, "live_rule_changed");
    let saved = desk.engine.proposal_answer(yes).await.unwrap();
    let rules = desk.engine.rules_get(RulesGet {}).await.unwrap();
    assert_eq!(rules.ruleset, saved.ruleset);
    assert_eq!(rules.text, RULES.replace(">= 4", ">= 2"));
    let file = std::fs::read_to_string(rulesfile::path(desk.folder())).unwrap();
    assert_eq!(file, rules.text, "the file of the team says so too");
    assert!(proposed(&desk).await.proposals.is_empty(), "it is done");
    let gone = desk
        .engine
        .proposal_answer(answer(&proposal.id, true, "Again."))
        .await;
    assert_eq!(gone.err().unwrap().code, "proposal_gone");
    let audit = desk.engine.audit_verify(AuditVerify {}).await.unwrap();
    assert!(audit.ok, "{:?}", audit.problems);
}

#[tokio::test]
async fn what_is_accepted_is_in_force_and_answered_or_neither() {
    let desk = desk().await;
    live_through(&desk).await;
    desk.wait(MINUTE).await;
    let id = proposed(&desk).await.proposals[0].id.clone();
    let database = Connection::open(desk.folder().join("baton.db")).unwrap();
    database
        .execute_batch(
            "CREATE TRIGGER no BEFORE INSERT ON proposal_answer
             BEGIN SELECT RAISE(ABORT, 'the disk fails just then'); END",
        )
        .unwrap();
    let yes = || answer(&id, true, "Two failures are enough.");
    assert!(desk.engine.proposal_answer(yes()).await.is_err());
    let rules = desk.engine.rules_get(RulesGet {}).await.unwrap();
    assert_eq!(rules.text, RULES);
    let file = rulesfile::path(desk.folder());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), RULES);
    rulesfile::look(&desk.engine).await.unwrap();
    assert_eq!(proposed(&desk).await.proposals[0].state, "open");

    database.execute_batch("DROP TRIGGER no").unwrap();
    let saved = desk.engine.proposal_answer(yes()).await.unwrap();
    let rules = desk.engine.rules_get(RulesGet {}).await.unwrap();
    assert_eq!(rules.ruleset, saved.ruleset);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), rules.text);
}

#[tokio::test]
async fn words_of_missed_customers_are_proposed_for_the_list_that_brings_people() {
    let desk = desk().await;
    for n in 0..9 {
        let missed = writes(&desk, n, "I want my money back, this is a scandal!").await;
        let reason = Reason::default();
        bot(&desk, missed, Command::Resolve { reason }).await;
        label(&desk, missed, "should_have_been_human").await;
        let fine = writes(&desk, 100 + n, "I want to know when you open, please").await;
        let reason = Reason::default();
        bot(&desk, fine, Command::Resolve { reason }).await;
        label(&desk, fine, "not_needed").await;
    }
    let found = proposed(&desk).await;
    assert_eq!(found.proposals.len(), 1);
    let proposal = &found.proposals[0];
    assert_eq!(
        (proposal.kind.as_str(), proposal.set.as_str()),
        ("words", "human")
    );
    assert_eq!(proposal.terms.len(), 1);
    assert_eq!((proposal.terms[0].needed, proposal.terms[0].others), (9, 0));
    assert_eq!((proposal.before.missed, proposal.after.missed), (9, 0));
    assert!(
        proposal.text.contains("human = [\"human\", \""),
        "{}",
        proposal.text
    );
}
