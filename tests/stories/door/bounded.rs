//! Somebody from outside the team, such as a lawyer: their token opens the drafts put before them,
//! and nothing else.

use baton_api::Commands as _;
use baton_api::reviews as rv;
use baton_tests::desk::{Desk, RULES};
use serde_json::{Value, json};

use super::stage::House;

const LEGAL: &str = r#"
[[rule]]
id        = "terms"
why       = "Promises about our terms are read by legal."
on        = ["draft"]
when      = 'draft.length > 10'
do        = { review = "required", reviewers = "team:legal" }
reason    = "the draft may bind us"

[queue.legal]
review_within = "40m"
"#;

/// A house in which a draft waits for Lou of legal; Lou's token.
async fn with_lou() -> (House, String) {
    let desk = Desk::open().await;
    desk.put_rules(&format!("{RULES}{LEGAL}")).await;
    let lou = rv::ReviewerAdd {
        name: "lou".to_owned(),
        display_name: "Lou Lawyer".to_owned(),
        team: "legal".to_owned(),
    };
    let token = desk.engine.reviewer_add(lou).await.unwrap().token;
    let house = House::over(desk).await;
    let begun = house.bot.customer("chat", 1, "Is my frame covered?").await;
    let which = begun["conversation"].as_str().unwrap().to_owned();
    house
        .bot
        .say(&which, &begun["control"]["epoch"], "Yes, for five years.")
        .await;
    (house, token)
}

async fn ask(house: &House, token: &str, command: &str, body: Value) -> (u16, Value) {
    house.bot.command(token, command, &body).await
}

#[tokio::test]
async fn a_lawyer_sees_the_draft_the_packet_and_the_policy_and_lets_it_go() {
    let (house, token) = with_lou().await;
    let (status, session) = ask(&house, &token, "session_get", json!({})).await;
    assert_eq!(status, 200, "{session}");
    assert_eq!(session["bounded"], true);
    assert_eq!(session["team"].as_array().unwrap().len(), 1, "nobody else");

    let (_, found) = ask(&house, &token, "reviews_get", json!({})).await;
    let draft = &found["waiting"][0];
    assert_eq!(draft["text"], "Yes, for five years.");
    assert_eq!(
        draft["policy"],
        "Promises about our terms are read by legal."
    );
    assert_eq!(draft["packet"]["customer_goal"], "Is my frame covered?");
    assert_eq!(
        draft["due_at"].as_i64(),
        draft["held_at"].as_i64().map(|at| at + 2_400_000)
    );
    for hidden in ["row", "decision"] {
        assert_eq!(draft[hidden], Value::Null, "{hidden}");
    }
    let decided = draft["packet"]["decision"].as_object().unwrap();
    for hidden in ["matched_clauses", "inputs_hash", "record", "decision_id"] {
        assert!(!decided.contains_key(hidden), "{hidden}");
    }
    let zero = baton_core::ids::ContactId::default().to_string();
    assert_eq!(draft["packet"]["contact_id"], zero);

    let body = json!({ "draft": draft["draft"], "text": "Yes, under our terms." });
    let (status, sent) = ask(&house, &token, "review_approve", body).await;
    assert_eq!(status, 200, "{sent}");
    let recall = json!({ "draft": draft["draft"] });
    let (status, told) = ask(&house, &token, "review_recall", recall).await;
    assert_eq!(status, 200, "{told}");
    let again = json!({ "draft": draft["draft"], "text": null });
    let (status, _) = ask(&house, &token, "review_approve", again).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn every_other_command_is_refused_and_changes_nothing() {
    let (house, token) = with_lou().await;
    let (_, found) = ask(&house, &token, "reviews_get", json!({})).await;
    let which = found["waiting"][0]["conversation"].clone();
    let allowed = [
        "session_get",
        "reviews_get",
        "review_approve",
        "review_recall",
        "review_reject",
        "review_move",
    ];
    let before = house
        .desk
        .head(super::stage::id(which.as_str().unwrap()))
        .await;
    for command in baton_api::COMMANDS {
        if allowed.contains(&command.name) {
            continue;
        }
        let body = json!({ "conversation": which, "id": which, "reason": "" });
        let (status, told) = ask(&house, &token, command.name, body).await;
        assert_eq!(
            told["code"], "not_allowed",
            "{} says {status} {told}",
            command.name
        );
    }
    let (_, told) = ask(&house, &token, "message_view", json!({ "message": "x" })).await;
    assert_eq!(told["code"], "not_allowed");
    let after = house
        .desk
        .head(super::stage::id(which.as_str().unwrap()))
        .await;
    assert_eq!(before.row.control.epoch, after.row.control.epoch);
}

#[tokio::test]
async fn who_was_shut_out_is_nobody_and_who_is_not_asked_sees_nothing() {
    let (house, token) = with_lou().await;
    let eve = rv::ReviewerAdd {
        name: "eve".to_owned(),
        display_name: String::new(),
        team: "revenue".to_owned(),
    };
    let hers = house.desk.engine.reviewer_add(eve).await.unwrap().token;
    let (_, found) = ask(&house, &hers, "reviews_get", json!({})).await;
    assert_eq!(found["waiting"], json!([]));
    assert_eq!(found["for_others"], 0, "not even how many there are");
    let (_, theirs) = ask(&house, &token, "reviews_get", json!({})).await;
    let body = json!({ "draft": theirs["waiting"][0]["draft"], "text": null });
    let (_, told) = ask(&house, &hers, "review_approve", body).await;
    assert_eq!(told["code"], "not_your_review");

    let lou = rv::ReviewerOnly {
        name: "lou".to_owned(),
    };
    house.desk.engine.reviewer_remove(lou).await.unwrap();
    let (status, _) = ask(&house, &token, "session_get", json!({})).await;
    assert_eq!(status, 401);
    let (status, _) = ask(&house, "0".repeat(64).as_str(), "session_get", json!({})).await;
    assert_eq!(status, 401);
    let anna = rv::ReviewerAdd {
        name: "anna".to_owned(),
        display_name: String::new(),
        team: "legal".to_owned(),
    };
    assert!(house.desk.engine.reviewer_add(anna).await.is_err());
}
