//! Words of a bot that a person reads before the customer does.

use baton_api::Commands as _;
use baton_api::contacts::ContactErase;
use baton_api::health::AuditVerify;
use baton_api::reviews as rv;
use baton_api::timeline::What;
use baton_core::time::MINUTE;
use baton_tests::desk::{Desk, RULES};
use serde_json::{Value, json};

use super::stage::{House, id};

const MONEY: &str = r#"
[[rule]]
id        = "money"
why       = "Only people promise money."
on        = ["draft"]
when      = 'draft.mentions_money'
do        = { review = "required", reviewers = "team:support" }
reason    = "the draft speaks of money"
"#;

/// A house whose rules want promises of money read; the bot has made one.
async fn promised() -> (House, String) {
    let desk = Desk::open().await;
    desk.put_rules(&format!("{RULES}{MONEY}")).await;
    let house = House::over(desk).await;
    let begun = house.bot.customer("chat", 1, "Where is my money?").await;
    let which = begun["conversation"].as_str().unwrap().to_owned();
    let (status, said) = house
        .bot
        .say(&which, &begun["control"]["epoch"], "We refund 20 € today.")
        .await;
    assert_eq!((status, &said["state"]), (200, &json!("held")), "{said}");
    assert_eq!(said["conversation"]["control"]["you"], true);
    (house, which)
}

async fn reviews(house: &House) -> rv::Reviews {
    house
        .desk
        .engine
        .reviews_get(rv::ReviewsGet {})
        .await
        .unwrap()
}

/// What the customer has been shown by the bot.
async fn shown(house: &House) -> Vec<String> {
    let events = house.bot.events().await;
    let delivered = events.iter().filter(|event| event["deliver"] == true);
    delivered
        .map(|event| event["message"]["text"].as_str().unwrap().to_owned())
        .collect()
}

/// What the bot was told of its drafts.
async fn told(house: &House) -> Vec<Value> {
    let events = house.bot.events().await;
    let drafts = events.into_iter().filter(|event| event["type"] == "draft");
    drafts
        .map(|mut event| {
            event["conversation"] = Value::Null;
            event
        })
        .collect()
}

fn as_it_is(draft: &rv::ReviewView) -> rv::ReviewApprove {
    rv::ReviewApprove {
        draft: draft.draft.clone(),
        text: None,
    }
}

#[tokio::test]
async fn a_draft_waits_with_its_policy_and_packet_and_is_let_go_as_it_is() {
    let (house, which) = promised().await;
    let found = reviews(&house).await;
    let draft = &found.waiting[0];
    assert_eq!(draft.text, "We refund 20 € today.");
    assert_eq!(draft.author, "bot:front");
    assert_eq!(draft.policy, "Only people promise money.");
    assert_eq!(draft.reason, "the draft speaks of money");
    assert_eq!(draft.due_at - draft.held_at, 15 * MINUTE);
    let packet = draft.packet.as_ref().unwrap();
    assert_eq!(packet["customer_goal"], "Where is my money?");
    assert!(draft.decision.is_some() && draft.row.is_some());

    house.desk.wait(2 * MINUTE).await;
    let engine = &house.desk.engine;
    let sent = engine.review_approve(as_it_is(draft)).await.unwrap();
    assert!(sent.undo_until > house.desk.clock_now());
    assert!(shown(&house).await.is_empty(), "it can be taken back yet");
    house.desk.wait(15_000).await;
    assert_eq!(shown(&house).await, ["We refund 20 € today."]);
    let hows: Vec<_> = told(&house).await;
    assert_eq!(hows[0]["how"], "held");
    assert_eq!(hows[1]["how"], "approved");

    let after = reviews(&house).await;
    assert!(after.waiting.is_empty());
    assert_eq!(after.settled[0].settled.as_ref().unwrap().by, "Anna");
    let all = &after.figures[0];
    assert_eq!((all.approved, all.median_minutes), (1, Some(2.0)));
    assert_eq!(after.figures[1].rule.as_deref(), Some("money"));
    let state = house.desk.state(id(&which)).await;
    assert_eq!(state.control.controller.kind(), "bot");
}

#[tokio::test]
async fn other_words_are_sent_and_the_difference_is_kept_shown_and_told() {
    let (house, which) = promised().await;
    let draft = reviews(&house).await.waiting.remove(0);
    let asked = rv::ReviewApprove {
        draft: draft.draft.clone(),
        text: Some("We refund 10 € today.".to_owned()),
    };
    house.desk.engine.review_approve(asked).await.unwrap();
    house.desk.wait(15_000).await;
    assert_eq!(shown(&house).await, ["We refund 10 € today."]);
    let settled = reviews(&house).await.settled.remove(0).settled.unwrap();
    assert_eq!(settled.how, "edited");
    let changed: Vec<_> = settled
        .changes
        .iter()
        .filter(|piece| piece.change != "same")
        .map(|piece| (piece.change.as_str(), piece.text.trim()))
        .collect();
    assert_eq!(changed, [("gone", "20"), ("new", "10")]);
    let last = told(&house).await.pop().unwrap();
    assert_eq!(last["how"], "edited");
    assert_eq!(last["text"], "We refund 10 € today.", "the bot learns");
    let lines = house.desk.stream(id(&which)).await;
    let drafts: Vec<_> = lines
        .iter()
        .filter_map(|entry| match &entry.what {
            What::Draft { how, changes, .. } => Some((how.as_str(), changes.len())),
            _ => None,
        })
        .collect();
    assert_eq!(drafts, [("held", 0), ("edited", 4)]);
}

#[tokio::test]
async fn what_was_let_go_can_be_taken_back_and_then_rejected() {
    let (house, which) = promised().await;
    let engine = &house.desk.engine;
    let draft = reviews(&house).await.waiting.remove(0);
    engine.review_approve(as_it_is(&draft)).await.unwrap();
    let recall = || rv::ReviewRecall {
        draft: draft.draft.clone(),
    };
    engine.review_recall(recall()).await.unwrap();
    assert_eq!(reviews(&house).await.waiting.len(), 1);
    let reject = |again| rv::ReviewReject {
        draft: draft.draft.clone(),
        code: "promises_too_much".to_owned(),
        text: "Only 10 € are due.".to_owned(),
        again,
    };
    let acted = engine.review_reject(reject(false)).await.unwrap();
    let last = told(&house).await.pop().unwrap();
    assert_eq!(last["how"], "rejected");
    assert_eq!(last["code"], "promises_too_much");
    assert_eq!(last["text"], "Only 10 € are due.");
    let state = house.desk.state(id(&which)).await;
    assert_eq!(state.control.controller.kind(), "queue", "people answer");

    let undo = baton_api::control::Undo {
        conversation: acted.conversation,
        of: acted.undo.unwrap(),
    };
    engine.undo(undo).await.unwrap();
    assert_eq!(reviews(&house).await.waiting.len(), 1, "it waits again");
    engine.review_reject(reject(true)).await.unwrap();
    let state = house.desk.state(id(&which)).await;
    assert_eq!(state.control.controller.kind(), "bot", "it tries again");
    let (_, said) = house
        .bot
        .say(
            &which,
            &json!(state.control.epoch),
            "A person looks into it.",
        )
        .await;
    assert_eq!(said["state"], "sent");
    let wrong = rv::ReviewReject {
        code: "because".to_owned(),
        ..reject(true)
    };
    assert!(engine.review_reject(wrong).await.is_err());
}

#[tokio::test]
async fn a_draft_that_nobody_reads_ends_with_people_and_the_bot_hears_it() {
    let (house, which) = promised().await;
    house.desk.wait(16 * MINUTE).await;
    let state = house.desk.state(id(&which)).await;
    assert_eq!(state.control.controller.kind(), "queue");
    assert!(state.escalated);
    assert_eq!(told(&house).await.pop().unwrap()["how"], "expired");
    assert!(shown(&house).await.is_empty());
    assert_eq!(reviews(&house).await.figures[0].expired, 1);
}

#[tokio::test]
async fn reviews_survive_a_mend_and_their_words_an_erasure_do_not() {
    let (house, _) = promised().await;
    let before = reviews(&house).await;
    house.desk.engine.mend().await.unwrap();
    assert!(reviews(&house).await == before, "the log leads to the same");
    let draft = before.waiting[0].draft.clone();
    let reject = rv::ReviewReject {
        draft,
        code: "other".to_owned(),
        text: "Quicksilver is no reason.".to_owned(),
        again: false,
    };
    house.desk.engine.review_reject(reject).await.unwrap();
    assert_eq!(
        told(&house).await.pop().unwrap()["text"],
        "Quicksilver is no reason."
    );
    let contact = "visitor of chat".to_owned();
    let erase = ContactErase { contact };
    house.desk.engine.contact_erase(erase).await.unwrap();
    let after = reviews(&house).await.settled.remove(0);
    assert!(after.erased && after.text.is_empty() && after.packet.is_none());
    assert_eq!(told(&house).await.pop().unwrap()["text"], "");
    for said in ["Quicksilver", "We refund 20"] {
        let none: [String; 0] = [];
        assert_eq!(
            crate::erasing::bytes_with(&house.desk, said),
            none,
            "{said}"
        );
    }
    let report = house.desk.engine.audit_verify(AuditVerify {}).await;
    assert!(report.unwrap().ok, "the chain is as it was");
}

#[tokio::test]
async fn a_draft_that_went_along_to_people_is_erased_with_its_packet() {
    let desk = Desk::open().await;
    let along = MONEY.replace("reviewers = ", "control = \"queue\", reviewers = ");
    desk.put_rules(&format!("{RULES}{along}")).await;
    let house = House::over(desk).await;
    let begun = house.bot.customer("chat", 1, "Where is my money?").await;
    let which = begun["conversation"].as_str().unwrap().to_owned();
    house
        .bot
        .say(
            &which,
            &begun["control"]["epoch"],
            "We refund 20 € to Quicksilver.",
        )
        .await;
    let state = house.desk.state(id(&which)).await;
    assert_eq!(state.control.controller.kind(), "queue");
    let packet = state.control.packet.unwrap();
    let kept = |hash| {
        let engine = house.desk.engine.clone();
        async move {
            engine
                .read(move |reader, _| Ok(reader.content(hash)?))
                .await
        }
    };
    let read: Value = serde_json::from_slice(&kept(packet).await.unwrap().unwrap()).unwrap();
    let draft = read["attributes"]["draft_document"].as_str().unwrap();
    let draft = baton_core::hash::Hash::parse(draft).unwrap();
    assert!(kept(draft).await.unwrap().is_some(), "people can read it");

    let erase = ContactErase {
        contact: "visitor of chat".to_owned(),
    };
    house.desk.engine.contact_erase(erase).await.unwrap();
    assert_eq!(kept(packet).await.unwrap(), None);
    assert_eq!(kept(draft).await.unwrap(), None);
}
