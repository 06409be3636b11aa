//! Rasa, by its REST channel and by its callback channel, over a stand-in that speaks its interface.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use baton_api::connectors as cn;
use baton_bots::route::{Method, read};
use baton_bots::{Caller, Door as _};
use baton_core::control::ReasonCode;
use serde_json::{Value, json};

use super::rasa_server::{Rasa, TOKEN};
use super::stage::{House, at, until};

fn settings(rasa: &Rasa) -> cn::BotConnect {
    cn::BotConnect {
        key: Some(TOKEN.to_owned()),
        ..at("rasa", &rasa.url)
    }
}

/// A desk whose bot answers on the callback channel.
async fn called_back(rasa: &Rasa) -> House {
    let house = House::with(cn::BotConnect {
        callback: true,
        ..settings(rasa)
    })
    .await;
    let engine = house.desk.engine.clone();
    rasa.calls_back(Arc::new(move |said: Value| {
        let engine = engine.clone();
        Box::pin(async move {
            let body = said.to_string();
            let call = read(Some(Method::Post), "/bots/v1/callback", "", body.as_bytes());
            let caller = Caller {
                bot: "helper".to_owned(),
            };
            engine.knock(&caller, call.unwrap(), None).await.status
        })
    }));
    house
}

#[tokio::test]
async fn what_rasa_knows_travels_and_its_tracker_sleeps_while_people_have_the_customer() {
    let rasa = Rasa::open().await;
    let house = House::with(settings(&rasa)).await;
    let carla = house.customer("carla", 1, "hello Carla").await;
    house.until_answered(carla).await;
    house.customer("carla", 2, "order A-17").await;
    house.until_answered(carla).await;
    assert_eq!(
        house.words(carla).await,
        ["Hello Carla", "Keep it?\n\u{2022} Yes"]
    );
    let sender = carla.to_string();

    // A person takes it: what the bot knew is in the packet, and its tracker sleeps.
    house.take(carla).await;
    until("it is paused", async || {
        rasa.tracker(&sender)["paused"] == true
    })
    .await;
    let packet = house.packet(carla).await;
    assert_eq!(packet["intent"]["name"], "order_status");
    assert_eq!(packet["intent"]["confidence"], 0.91);
    assert_eq!(packet["intent"]["alternatives"], json!(["chitchat"]));
    assert_eq!(packet["facts"][0]["key"], "order");
    assert_eq!(packet["facts"][0]["value"], "A-17");
    assert_eq!(packet["facts"][0]["source"], "slot");
    assert_eq!(packet["attempted"][0]["step"], "action_look_up");
    assert!(
        packet["open_questions"]
            .to_string()
            .contains("reason of return")
    );

    // It gets the conversation back, and goes on with what was said meanwhile.
    house.give_back(carla, "The order is cancelled.").await;
    house.customer("carla", 3, "hello again").await;
    house.until_answered(carla).await;
    assert_eq!(house.words(carla).await[2], "Hello again");
    let tracker = rasa.tracker(&sender);
    assert_eq!(tracker["paused"], false);
    assert_eq!(rasa.written(&sender), ["pause", "resume", "slot"]);
    assert_eq!(
        tracker["slots"]["baton_returned"]["summary"],
        "The order is cancelled."
    );

    // It pauses itself: that is a wish for a person, and nothing is written twice.
    house.customer("carla", 4, "a human please").await;
    let state = house.until_people_have_it(carla).await;
    assert_eq!(state.control.reason.code, ReasonCode::Unspecified);
    assert_eq!(house.words(carla).await[3], "A colleague will help you.");
    assert_eq!(rasa.written(&sender).len(), 3);
    assert_eq!(house.packet(carla).await["intent"]["name"], "talk_to_human");

    // Everything that was sent is shown, without the key.
    let sent = house.sent().await;
    assert!(sent.iter().all(|one| !one.to.contains(TOKEN)));
    assert!(sent[0].body.as_ref().unwrap().contains("hello Carla"));
    assert!(sent.iter().all(|one| one.ended == "answered"));
    assert_eq!(house.desk.one_voice(carla).await, 4);
}

#[tokio::test]
async fn a_wish_in_a_custom_answer_hands_over_and_a_fallback_is_told_to_the_rules() {
    let rasa = Rasa::open().await;
    let house = House::with(settings(&rasa)).await;
    let which = house.customer("carla", 1, "order A-17").await;
    house.until_answered(which).await;
    house.customer("carla", 2, "qwertz").await;
    house.until_answered(which).await;
    assert_eq!(house.desk.state(which).await.bot.failures, 1);
    house.customer("carla", 3, "your boss").await;
    let state = house.until_people_have_it(which).await;
    assert_eq!(state.control.reason.code, ReasonCode::Vip);
    let packet = house.packet(which).await;
    assert_eq!(packet["summary"]["text"], "Wants the boss.");
    assert_eq!(packet["facts"][0]["value"], "A-17");
    let sender = which.to_string();
    until("it is paused", async || {
        rasa.tracker(&sender)["paused"] == true
    })
    .await;
}

#[tokio::test]
async fn a_late_answer_a_wrong_key_and_a_server_that_fails_reach_nobody() {
    let rasa = Rasa::open().await;
    let house = House::with(settings(&rasa)).await;
    rasa.fails.lock().unwrap().push(503);
    let which = house.customer("carla", 1, "hello Carla").await;
    house.until_answered(which).await;
    assert_eq!(
        house.words(which).await,
        ["Hello Carla"],
        "it is tried again"
    );

    house.customer("carla", 2, "slow").await;
    until("it is told", async || house.sent().await.len() == 3).await;
    house.take(which).await;
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert_eq!(house.words(which).await.len(), 1);
    assert_eq!(house.sent().await[2].ended, "given_up");

    rasa.fails.lock().unwrap().push(404);
    let other = house.customer("dan", 1, "hello Dan").await;
    let state = house.until_people_have_it(other).await;
    assert_eq!(state.control.reason.code, ReasonCode::BotError);
    assert!(house.alerts(other).await > 0);

    let wrong = House::with(cn::BotConnect {
        key: Some("another".to_owned()),
        ..settings(&rasa)
    })
    .await;
    let which = wrong.customer("carla", 1, "hello Carla").await;
    let state = wrong.until_people_have_it(which).await;
    assert!(wrong.why(&state).await.contains("key"));
}

#[tokio::test]
async fn what_comes_by_the_callback_channel_is_heard_while_the_bot_may_speak() {
    let rasa = Rasa::open().await;
    let house = called_back(&rasa).await;
    let which = house.customer("carla", 1, "order A-17").await;
    house.until_answered(which).await;
    assert_eq!(house.words(which).await, ["Keep it?\n\u{2022} Yes"]);

    // It reminds the customer by itself.
    let sender = which.to_string();
    rasa.remind(&sender, "Are you still there?").await;
    until("it is said", async || house.words(which).await.len() == 2).await;

    house.customer("carla", 2, "your boss").await;
    let state = house.until_people_have_it(which).await;
    assert_eq!(state.control.reason.code, ReasonCode::Vip);
    let packet = house.packet(which).await;
    assert_eq!(packet["facts"][0]["value"], "A-17");
    assert_eq!(packet["summary"]["text"], "Wants the boss.");

    // Now somebody else may speak.
    rasa.remind(&sender, "And now?").await;
    assert_eq!(*rasa.called_back.lock().unwrap(), [200, 200, 200, 409]);
    assert_eq!(house.desk.one_voice(which).await, 2);
}

#[tokio::test]
async fn a_tracker_is_paused_also_when_the_program_was_started_anew_before() {
    let rasa = Rasa::open().await;
    let house = House::with(settings(&rasa)).await;
    let carla = house.customer("carla", 1, "hello Carla").await;
    house.until_answered(carla).await;
    let sender = carla.to_string();

    let house = house.reopened().await;
    house.take(carla).await;
    until("it is paused", async || {
        rasa.tracker(&sender)["paused"] == true
    })
    .await;
    let house = house.reopened().await;
    house.give_back(carla, "Go on.").await;
    let house = house.reopened().await;
    house.customer("carla", 2, "hello again").await;
    house.until_answered(carla).await;
    assert_eq!(house.words(carla).await, ["Hello Carla", "Hello again"]);
    assert_eq!(rasa.written(&sender), ["pause", "resume", "slot"]);
}

#[tokio::test]
async fn a_bot_of_rasa_is_whispered_to() {
    let rasa = Rasa::open().await;
    let house = House::with(settings(&rasa)).await;
    let carla = house.customer("carla", 1, "hello Carla").await;
    house.until_answered(carla).await;
    house.whisper(carla, "She is a friend.").await;
    house.customer("carla", 2, "hello again").await;
    house.until_answered(carla).await;
    let tracker = rasa.tracker(&carla.to_string());
    assert_eq!(tracker["slots"]["baton_whisper"], "She is a friend.");
    assert_eq!(house.words(carla).await, ["Hello Carla", "Hello again"]);
}

#[tokio::test]
async fn an_answer_is_heard_though_the_tracker_cannot_be_read() {
    let rasa = Rasa::open().await;
    let house = House::with(settings(&rasa)).await;
    let carla = house.customer("carla", 1, "order A-17").await;
    house.until_answered(carla).await;

    // The tracker takes its time: the answer is there while it is still waited for.
    rasa.stuck.store(true, Ordering::SeqCst);
    house.customer("carla", 2, "hello Carla").await;
    house.until_answered(carla).await;
    assert_eq!(rasa.waiting.load(Ordering::SeqCst), 1);
    assert_eq!(house.words(carla).await[1], "Hello Carla");

    // A wish for a person waits for it only so long, and goes with what is known already.
    house.customer("carla", 3, "your boss").await;
    let state = house.until_people_have_it(carla).await;
    assert_eq!(state.control.reason.code, ReasonCode::Vip);
    assert_eq!(house.packet(carla).await["facts"][0]["value"], "A-17");
    rasa.stuck.store(false, Ordering::SeqCst);

    // One that fails takes no answer along either, and a key that is wrong is told all the same.
    let dan = house.customer("dan", 1, "hello Dan").await;
    house.until_answered(dan).await;
    *rasa.shut.lock().unwrap() = Some(500);
    house.customer("dan", 2, "hello again").await;
    house.until_answered(dan).await;
    *rasa.shut.lock().unwrap() = Some(401);
    house.customer("dan", 3, "hello once more").await;
    let state = house.until_people_have_it(dan).await;
    assert!(house.why(&state).await.contains("key"));
    assert_eq!(
        house.words(dan).await,
        ["Hello Dan", "Hello again", "Hello once more"]
    );
    assert_eq!(house.desk.one_voice(dan).await, 3);
}

#[tokio::test]
async fn a_bot_that_breaks_off_between_two_answers_leaves_nobody_waiting() {
    let rasa = Rasa::open().await;
    let house = House::with(settings(&rasa)).await;
    let carla = house.customer("carla", 1, "slow").await;
    until("it is told", async || house.sent().await.len() == 1).await;
    house.customer("carla", 2, "hello Carla").await;
    house.customer("carla", 3, "crash").await;
    let state = house.until_people_have_it(carla).await;
    assert_eq!(state.control.reason.code, ReasonCode::BotError);
    assert!(house.alerts(carla).await > 0);
    // What it had answered until then was heard.
    assert_eq!(
        house.words(carla).await,
        ["Sorry for the delay.", "Hello Carla"]
    );
}

#[tokio::test]
async fn what_comes_late_by_the_callback_channel_belongs_to_its_stretch_and_is_known() {
    let rasa = Rasa::open().await;
    let house = called_back(&rasa).await;
    let carla = house.customer("carla", 1, "order A-17").await;
    house.until_answered(carla).await;
    let sender = carla.to_string();

    // It says more later, and has learned something by then: so has the packet.
    rasa.learn(&sender, "city", "Rome");
    rasa.remind(&sender, "It is in Rome.").await;
    until("it is said", async || house.words(carla).await.len() == 2).await;
    house.take(carla).await;
    until("it is paused", async || {
        rasa.tracker(&sender)["paused"] == true
    })
    .await;
    assert_eq!(house.packet(carla).await["facts"][0]["key"], "city");

    // It gets the conversation back, and still answers to what it was told before.
    house.give_back(carla, "Solved.").await;
    rasa.remind(&sender, "Your order is cancelled.").await;
    house.customer("carla", 2, "hello again").await;
    house.until_answered(carla).await;
    assert_eq!(
        house.words(carla).await,
        ["Keep it?\n\u{2022} Yes", "It is in Rome.", "Hello again"]
    );
}
