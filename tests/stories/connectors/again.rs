//! Whom a connected bot owes an answer, and whom not: words that are read first or are on their way
//! are not asked for a second time, and those that a person rejects are.

use baton_api::Commands as _;
use baton_api::connectors as cn;
use baton_api::reviews as rv;
use baton_core::control::Controller;
use baton_core::ids::ConversationId;
use baton_core::time::{MINUTE, SECOND};
use baton_tests::desk::{Desk, RULES};
use baton_tests::mail::Mail;

use super::model::{Act, Model};
use super::stage::{House, at, until};

const MONEY: &str = r#"
[[rule]]
id        = "money"
why       = "Only people promise money."
on        = ["draft"]
when      = 'draft.mentions_money'
do        = { review = "required", reviewers = "team:support" }
reason    = "the draft speaks of money"
"#;

fn settings(model: &Model) -> cn::BotConnect {
    cn::BotConnect {
        model: "small".to_owned(),
        ..at("openai", &model.url)
    }
}

/// The bot still has a conversation when the time for an answer is over.
async fn bot_keeps(house: &House, which: ConversationId) {
    house.desk.wait(31 * SECOND).await;
    let state = house.desk.state(which).await;
    let held = matches!(state.control.controller, Controller::Bot(_));
    assert!(held, "{:?}", state.control.reason);
}

#[tokio::test]
async fn words_that_wait_for_a_reader_are_asked_for_again_only_when_they_are_rejected() {
    let model = Model::open().await;
    let house = House::with(settings(&model)).await;
    house.desk.put_rules(&format!("{RULES}{MONEY}")).await;
    model.next([Act::say("We refund 20 € today.")]);
    let which = house.customer("chat", 1, "Where is my money?").await;
    house
        .until(which, "a draft", |state| !state.drafts.is_empty())
        .await;
    let house = House {
        desk: house.desk.reopened(|_| {}).await,
    };
    // Somebody else is answered, so everybody was looked at.
    let other = house.customer("other", 1, "Hello").await;
    house.until_answered(other).await;
    assert_eq!(model.got().len(), 2);
    assert_eq!(model.got()[1].asked(), "Hello");
    bot_keeps(&house, which).await;

    let engine = &house.desk.engine;
    for (number, promise) in [(3, "We refund 10 € today."), (4, "I will ask for you.")] {
        let found = engine.reviews_get(rv::ReviewsGet {}).await.unwrap();
        let reject = rv::ReviewReject {
            draft: found.waiting[0].draft.clone(),
            code: "promises_too_much".to_owned(),
            text: String::new(),
            again: true,
        };
        model.next([Act::say(promise)]);
        engine.review_reject(reject).await.unwrap();
        until("it tries again", async || model.got().len() == number).await;
        let rejected = &found.waiting[0].text;
        let got = model.got().pop().unwrap();
        assert_eq!(got.asked(), "Where is my money?");
        let told = format!("was not sent (promises_too_much): {rejected}");
        assert!(got.system().contains(&told), "{}", got.system());
        if number == 3 {
            until("a second draft", async || {
                let state = house.desk.state(which).await;
                state.drafts.len() == 1
            })
            .await;
        }
    }
    house.until_answered(which).await;
    assert_eq!(house.words(which).await, ["I will ask for you."]);
}

#[tokio::test]
async fn a_letter_that_cannot_leave_yet_is_an_answer_all_the_same() {
    let model = Model::open().await;
    let desk = Desk::alive().await;
    let channel = desk.channel;
    // A mailbox whose server nobody can reach.
    desk.engine
        .desk()
        .turn(move |turn| {
            let mut mailbox = turn.tx.channel(channel)?.unwrap();
            "email".clone_into(&mut mailbox.kind);
            turn.tx.save_channel(&mailbox)?;
            Ok(())
        })
        .await
        .unwrap();
    let house = House {
        desk: desk.reopened(|_| {}).await,
    };
    let asked = cn::BotConnect {
        channel: Some("Support".to_owned()),
        ..settings(&model)
    };
    house.desk.engine.bot_connect(asked).await.unwrap();
    house.switch(true).await;
    let from = "Carla Stone <carla@customer.test>";
    let which = house.desk.mail(&Mail::from(from, "1", "Hello?")).await;
    house
        .until(which, "a letter", |state| !state.outbox.is_empty())
        .await;
    bot_keeps(&house, which).await;
    let house = House {
        desk: house.desk.reopened(|_| {}).await,
    };
    let from = "Dora Stone <dora@customer.test>";
    house.desk.mail(&Mail::from(from, "2", "And I?")).await;
    until("the other one is asked about", async || {
        model.got().len() > 1
    })
    .await;
    let got = model.got();
    assert!(got[1].asked().contains("And I?"), "{}", got[1].asked());
    bot_keeps(&house, which).await;
    assert_eq!(model.got().len(), 2);
    assert_eq!(house.desk.state(which).await.outbox.len(), 1);
}

#[tokio::test]
async fn a_model_is_whispered_to_and_says_nothing_of_it_by_itself() {
    let model = Model::open().await;
    let house = House::with(settings(&model)).await;
    let which = house.customer("chat", 1, "Hello").await;
    house.until_answered(which).await;
    house.whisper(which, "Two get 10 % off.").await;
    house.customer("chat", 2, "Is it cheaper for two?").await;
    house.until_answered(which).await;
    let got = model.got();
    assert_eq!(got.len(), 2, "it is asked when the customer waits");
    assert!(!got[0].system().contains("10 %"));
    let hint = "The team, to you alone: Two get 10 % off.";
    assert!(got[1].system().contains(hint), "{}", got[1].system());
    assert_eq!(got[1].asked(), "Is it cheaper for two?");
}

const ANOTHER_GO: &str = r#"
[[rule]]
id     = "another-go"
why    = "Nobody is there: the bot has another go."
on     = ["time"]
when   = 'conv.control == "queue" && conv.waiting > duration("5m")'
do     = { control = "bot" }
reason = "nobody took it"
once   = "per-episode"
"#;

#[tokio::test]
async fn a_bot_that_gets_a_customer_back_without_a_new_word_hears_their_last_ones() {
    let model = Model::open().await;
    let house = House::with(settings(&model)).await;
    house.desk.put_rules(&format!("{RULES}{ANOTHER_GO}")).await;
    let passes = serde_json::json!({ "reason": "customer_request", "summary": "A parcel." });
    model.next([Act::hand_over("Somebody looks for it.", &passes)]);
    let which = house.customer("chat", 1, "Where is my parcel?").await;
    house.until_people_have_it(which).await;
    model.next([Act::say("It comes on Monday.")]);
    house.desk.wait(6 * MINUTE).await;
    until("it answers", async || model.got().len() == 2).await;
    assert_eq!(model.got()[1].asked(), "Where is my parcel?");
    house.until_answered(which).await;
    let words = ["Somebody looks for it.", "It comes on Monday."];
    assert_eq!(house.words(which).await, words);
    bot_keeps(&house, which).await;
}
