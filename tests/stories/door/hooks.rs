//! Bots that are told what happens at an address of their own: in order, signed, again and again
//! until it is taken, and never what is not to be said any more.

use std::sync::Arc;
use std::time::Duration;

use baton_api::Commands as _;
use baton_api::bots as bo;
use baton_api::contacts as ct;
use baton_core::time::{DAY, HOUR, MINUTE};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::receiver::{Act, Receiver};
use super::stage::House;

/// Tells a bot of the house at a receiver; the secret.
async fn tell(house: &House, bot: &str, receiver: &Receiver) -> String {
    let made = house.desk.engine.bot_webhook_set(bo::BotWebhookSet {
        name: bot.to_owned(),
        url: receiver.url.clone(),
        dialect: String::new(),
    });
    made.await.unwrap().secret
}

async fn webhook(house: &House) -> bo::WebhookView {
    let bots = house.desk.engine.bot_list(bo::BotList {}).await.unwrap();
    bots.bots[0].webhook.clone().expect("there is one")
}

fn front() -> bo::BotOnly {
    bo::BotOnly {
        name: "front".to_owned(),
    }
}

async fn deliveries(house: &House) -> Vec<bo::DeliveryView> {
    let mut made = house.desk.engine.bot_deliveries(front()).await.unwrap();
    made.deliveries.reverse();
    made.deliveries
}

/// The places in the log of what a receiver got.
fn places(receiver: &Receiver) -> Vec<i64> {
    let place = |event: Value| event["seq"].as_i64().unwrap();
    receiver
        .got()
        .iter()
        .map(|got| place(got.event()))
        .collect()
}

/// The places in the log of what the door tells.
async fn at_the_door(house: &House) -> Vec<i64> {
    let events = house.bot.events().await;
    events
        .iter()
        .map(|event| event["seq"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn a_bot_is_told_in_order_what_it_would_hear_at_the_door_and_can_check_it() {
    let house = House::open().await;
    let receiver = Receiver::open().await;
    let secret = tell(&house, "front", &receiver).await;
    let begun = house.bot.customer("chat", 1, "Hello").await;
    let which = begun["conversation"].as_str().unwrap();
    house
        .bot
        .say(which, &begun["control"]["epoch"], "Hi!")
        .await;
    house.bot.customer("chat", 2, "A human, please").await;
    house.take(which).await;
    house.desk.wait(0).await;

    assert_eq!(places(&receiver), at_the_door(&house).await);
    let heard = house.bot.events().await;
    let now_s = house.desk.engine.now().0 / 1_000;
    let mut packets = 0;
    for (got, event) in receiver.got().iter().zip(&heard) {
        let mut told = got.event();
        // How the conversation stands is as of telling; what happened is the same.
        told["conversation"] = event["conversation"].clone();
        // What comes alone brings its packet along.
        if event["packet"].is_string() {
            let fields = told.as_object_mut().unwrap();
            let content = fields.remove("content").unwrap();
            assert_eq!(content["schema"], "baton.packet/1");
            assert_eq!(content["customer_goal"], "Hello");
            packets += 1;
        }
        assert_eq!(&told, event);
        assert!(got.holds(&secret, now_s));
        assert!(
            !got.holds(&secret, now_s + 301),
            "a recorded one is old soon"
        );
    }
    assert_eq!(packets, 1, "to the person who takes it");
    let mut ids: Vec<String> = receiver.got().into_iter().map(|got| got.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), heard.len());
    let made = deliveries(&house).await;
    assert_eq!(made.len(), heard.len());
    assert!(
        made.iter()
            .all(|one| one.ended == "delivered" && one.attempt == 1)
    );
    assert_eq!(webhook(&house).await.state, "ok");

    // What was said before it was set up is not told; nothing is told twice.
    house.desk.wait(HOUR).await;
    assert_eq!(receiver.got().len(), heard.len());
}

#[tokio::test]
async fn what_is_not_taken_is_tried_again_and_nothing_overtakes_it() {
    let house = House::open().await;
    let receiver = Receiver::open().await;
    tell(&house, "front", &receiver).await;
    receiver.plan([Act::Say(500), Act::HangUp, Act::Later(503, 90)]);
    house.bot.customer("chat", 1, "one").await;
    house.bot.customer("chat", 2, "two").await;
    house.desk.wait(0).await;
    assert_eq!(receiver.got().len(), 1);
    let standing = webhook(&house).await;
    assert_eq!(standing.state, "failing");
    assert!(standing.failing_since.is_some() && standing.next_at.is_some());

    house.desk.wait(999).await;
    assert_eq!(receiver.got().len(), 1, "not before it is time");
    house.desk.wait(1).await;
    assert_eq!(receiver.got().len(), 2);
    house.desk.wait(5_000).await;
    assert_eq!(receiver.got().len(), 3);
    house.desk.wait(89_000).await;
    assert_eq!(receiver.got().len(), 3, "it asked for ninety seconds");
    house.desk.wait(1_000).await;

    let told = places(&receiver);
    let door = at_the_door(&house).await;
    assert_eq!(told[..3], [door[0]; 3]);
    assert_eq!(told[3..], door);
    let got = receiver.got();
    assert!(
        got[..4].iter().all(|one| one.id == got[0].id),
        "one event, one id"
    );
    let made = deliveries(&house).await;
    let ends: Vec<_> = made[..4]
        .iter()
        .map(|one| (one.attempt, one.status))
        .collect();
    assert_eq!(
        ends,
        [(1, Some(500)), (2, None), (3, Some(503)), (4, Some(200))]
    );
    assert_eq!(webhook(&house).await.state, "ok");
}

#[tokio::test]
async fn an_event_whose_answer_was_lost_comes_again_under_the_same_id() {
    let house = House::open().await;
    let receiver = Receiver::open().await;
    tell(&house, "front", &receiver).await;
    receiver.plan([Act::HangUp]);
    house.bot.customer("chat", 1, "Hello").await;
    house.desk.wait(0).await;
    house.desk.wait(1_000).await;
    let got = receiver.got();
    assert_eq!(got[0].id, got[1].id);
    assert_eq!(got[0].body, got[1].body);
    let ids: std::collections::BTreeSet<_> = got.iter().map(|one| &one.id).collect();
    assert_eq!(ids.len(), at_the_door(&house).await.len());
}

#[tokio::test]
async fn an_event_that_is_refused_does_not_hold_up_the_others_for_ever() {
    let house = House::open().await;
    let receiver = Receiver::open().await;
    tell(&house, "front", &receiver).await;
    receiver.plan((0..5).map(|_| Act::Say(400)));
    house.bot.customer("chat", 1, "Hello").await;
    for _ in 0..5 {
        house.desk.wait(MINUTE).await;
    }
    let door = at_the_door(&house).await;
    let told = places(&receiver);
    assert_eq!(told[..5], [door[0]; 5]);
    assert_eq!(told[5..], door[1..]);
    let made = deliveries(&house).await;
    assert_eq!(made[4].ended, "given_up");
    assert!(made[5..].iter().all(|one| one.ended == "delivered"));
}

#[tokio::test]
async fn a_receiver_that_is_away_for_a_day_is_left_alone_until_somebody_says_so() {
    let house = House::open().await;
    let receiver = Receiver::open().await;
    tell(&house, "front", &receiver).await;
    receiver.always(Act::Say(503));
    house.bot.customer("chat", 1, "Hello").await;
    for _ in 0..40 {
        house.desk.wait(HOUR).await;
    }
    let tried = receiver.got().len();
    let standing = webhook(&house).await;
    assert_eq!(standing.state, "stopped");
    assert!((8..25).contains(&tried), "{tried}");
    let health = house
        .desk
        .engine
        .health_get(baton_api::health::HealthGet {});
    let health = health.await.unwrap();
    let check = health
        .checks
        .iter()
        .find(|one| one.code == "webhook")
        .unwrap();
    assert_eq!(check.state, "bad");
    house.desk.wait(DAY).await;
    assert_eq!(receiver.got().len(), tried);

    house.bot.customer("chat", 2, "Is anybody there?").await;
    receiver.always(Act::Say(200));
    house.desk.engine.bot_webhook_resume(front()).await.unwrap();
    house.desk.wait(0).await;
    assert_eq!(places(&receiver)[tried..], at_the_door(&house).await);
    assert_eq!(webhook(&house).await.state, "ok");
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_told_nothing_more() {
    let house = House::open().await;
    let receiver = Receiver::open().await;
    tell(&house, "front", &receiver).await;
    receiver.plan([Act::Say(410)]);
    house.bot.customer("chat", 1, "Hello").await;
    house.desk.wait(0).await;
    house.desk.wait(DAY).await;
    assert_eq!(receiver.got().len(), 1);
    assert_eq!(webhook(&house).await.state, "stopped");
}

#[tokio::test]
async fn what_was_erased_meanwhile_is_not_told_any_more() {
    let house = House::open().await;
    let receiver = Receiver::open().await;
    tell(&house, "front", &receiver).await;
    receiver.plan([Act::HangUp]);
    let begun = house.bot.customer("chat", 1, "Hello").await;
    house.desk.wait(0).await;
    house.bot.customer("chat", 2, "I live in Elm Road.").await;
    let which = super::stage::id(begun["conversation"].as_str().unwrap());
    let contact = house.desk.state(which).await.contact.to_string();
    let erased = house
        .desk
        .engine
        .contact_erase(ct::ContactErase { contact });
    erased.await.unwrap();
    house.desk.wait(1_000).await;
    assert_eq!(places(&receiver)[1..], at_the_door(&house).await);
    for got in receiver.got() {
        let words = String::from_utf8(got.body).unwrap();
        assert!(!words.contains("Elm Road"), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_hangs_holds_up_nobody_else() {
    let house = House::open().await;
    house.second_bot("night").await;
    let (slow, quick) = (Receiver::open().await, Receiver::open().await);
    tell(&house, "front", &slow).await;
    tell(&house, "night", &quick).await;
    let gate = Arc::new(Semaphore::new(0));
    slow.plan([Act::Wait(Arc::clone(&gate))]);
    house.bot.customer("chat", 1, "Hello").await;
    let door = at_the_door(&house).await;
    let engine = house.desk.engine.clone();
    let settling = tokio::spawn(async move { engine.settle().await });
    let all_told = async {
        while places(&quick) != door {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(10), all_told)
        .await
        .expect("it is told");
    assert_eq!(slow.got().len(), 1);
    gate.add_permits(1);
    settling.await.unwrap().unwrap();
    assert_eq!(places(&slow), door);
}

#[tokio::test]
async fn a_webhook_is_set_up_tried_and_taken_away() {
    let house = House::open().await;
    let receiver = Receiver::open().await;
    let engine = &house.desk.engine;
    for bad in [
        "http://example.org/",
        "gopher://x/",
        "",
        "https://u:p@x.org/",
    ] {
        let asked = bo::BotWebhookSet {
            name: "front".to_owned(),
            url: bad.to_owned(),
            dialect: String::new(),
        };
        let no = engine.bot_webhook_set(asked).await.err().expect("refused");
        assert_eq!(no.code, "bad_webhook", "{bad}");
    }
    assert!(engine.bot_webhook_try(front()).await.is_err());

    let first = tell(&house, "front", &receiver).await;
    let tried = engine.bot_webhook_try(front()).await.unwrap();
    assert_eq!(
        (tried.ended.as_str(), tried.status),
        ("delivered", Some(200))
    );
    let now_s = engine.now().0 / 1_000;
    assert!(receiver.got()[0].holds(&first, now_s));
    assert_eq!(receiver.got()[0].event()["type"], "try");

    // Set up anew, the old secret is void.
    let second = tell(&house, "front", &receiver).await;
    engine.bot_webhook_try(front()).await.unwrap();
    assert!(!receiver.got()[1].holds(&first, now_s));
    assert!(receiver.got()[1].holds(&second, now_s));

    engine.bot_webhook_remove(front()).await.unwrap();
    house.bot.customer("chat", 1, "Hello").await;
    house.desk.wait(MINUTE).await;
    assert_eq!(receiver.got().len(), 2);
    assert!(engine.bot_webhook_resume(front()).await.is_err());

    // A bot that is shut out is told nothing more either.
    tell(&house, "front", &receiver).await;
    engine.bot_remove(front()).await.unwrap();
    house.desk.wait(MINUTE).await;
    assert_eq!(receiver.got().len(), 2);
}
