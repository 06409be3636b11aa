//! How a bot is doing, as its page says: what it has, how soon it answers, how it failed.

use baton_api::Commands as _;
use baton_api::bots as bo;
use baton_api::control as cl;
use baton_api::conversations as cv;

use super::stage::House;

async fn front(house: &House) -> bo::BotView {
    let bots = house.desk.engine.bot_list(bo::BotList {}).await.unwrap();
    bots.bots
        .into_iter()
        .find(|bot| bot.name == "front")
        .unwrap()
}

/// The conversations that a bot holds, as its page lists them.
async fn held(house: &House, bot: &str) -> Vec<String> {
    let page = house.desk.engine.conversation_list(cv::ConversationList {
        view: format!("bot:{bot}"),
        order: cv::ListOrder::Newest,
        cursor: None,
        limit: 50,
    });
    page.await
        .unwrap()
        .rows
        .into_iter()
        .map(|row| row.id)
        .collect()
}

#[tokio::test]
async fn how_soon_a_bot_answers_is_the_median_of_what_customers_waited() {
    let house = House::open().await;
    assert_eq!(front(&house).await.usual_ms, None);
    for (key, waited) in [("a", 2_000), ("b", 9_000), ("c", 4_000)] {
        let begun = house.bot.customer(key, 1, "Hello?").await;
        house.desk.wait(waited - 1_000).await;
        // The customer waits since the first word, however often they write.
        house.bot.customer(key, 2, "Anybody?").await;
        house.desk.wait(1_000).await;
        let which = begun["conversation"].as_str().unwrap();
        let epoch = &begun["control"]["epoch"];
        for words in ["Hi!", "How can I help?"] {
            assert_eq!(house.bot.say(which, epoch, words).await.0, 200);
        }
    }
    let doing = front(&house).await;
    assert_eq!((doing.answers, doing.usual_ms), (3, Some(4_000)));
    assert_eq!((doing.failed_at, doing.failure.as_str()), (None, ""));
}

#[tokio::test]
async fn words_of_the_moment_before_the_question_are_no_answer_to_it() {
    let house = House::open().await;
    // All of it within one millisecond: a question, its answer, and another question.
    let begun = house.bot.customer("quick", 1, "Hello?").await;
    let which = begun["conversation"].as_str().unwrap();
    let said = house
        .bot
        .say(which, &begun["control"]["epoch"], "Hi!")
        .await;
    assert_eq!(said.0, 200);
    house.bot.customer("quick", 2, "Where is my parcel?").await;
    house.desk.wait(60_000).await;
    assert_eq!(
        front(&house).await.failure,
        "the bot did not answer in time"
    );
    assert_eq!(house.alerts().await, 1);
}

#[tokio::test]
async fn a_failure_is_told_until_the_next_and_what_a_person_did_is_none() {
    let house = House::open().await;
    let taken = house.bot.customer("taken", 1, "Hello?").await;
    house.take(taken["conversation"].as_str().unwrap()).await;
    assert_eq!(front(&house).await.failed_at, None);

    house.bot.customer("silent", 1, "Hello?").await;
    house.desk.wait(30_000).await;
    let failed = front(&house).await;
    assert_eq!(failed.failed_at, Some(house.desk.clock_now()));
    assert_eq!(failed.failure, "the bot did not answer in time");

    house.desk.wait(5_000).await;
    let lost = house.bot.customer("lost", 1, "Hello?").await;
    let which = lost["conversation"].as_str().unwrap();
    let failure = serde_json::json!({
        "epoch": lost["control"]["epoch"], "code": "model_unreachable", "text": "no model",
    });
    let path = format!("/conversations/{which}/failure");
    assert_eq!(house.bot.post(&path, failure).await.0, 200);
    let failed = front(&house).await;
    assert_eq!(failed.failed_at, Some(house.desk.clock_now()));
    assert_eq!(
        failed.failure, "model_unreachable",
        "its own words stay with its customer"
    );

    // It is kept for the next start.
    let engine = &house.desk.engine;
    let kept = engine.read(|reader, _| Ok(reader.bots()?)).await;
    assert_eq!(kept.unwrap()[0].failure, "model_unreachable");
}

#[tokio::test]
async fn what_a_bot_has_is_listed_and_what_is_taken_from_it_is_not() {
    let house = House::open().await;
    let billing = house.second_bot("billing").await;
    let mut begun = Vec::new();
    for key in ["a", "b", "c"] {
        let conversation = house.bot.customer(key, 1, "Hello?").await;
        begun.push(conversation["conversation"].as_str().unwrap().to_owned());
        house.desk.clock.pass(1_000);
    }
    begun.reverse();
    assert_eq!(held(&house, "front").await, begun, "the newest first");
    assert!(held(&house, "billing").await.is_empty());
    drop(billing);

    let take = cl::Take {
        conversation: begun[1].clone(),
        seen_epoch: None,
    };
    house.desk.engine.take(take).await.unwrap();
    begun.remove(1);
    assert_eq!(held(&house, "front").await, begun);
    assert!(held(&house, "nobody").await.is_empty());
}
