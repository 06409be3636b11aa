//! What a person says to the bot that has the conversation, and the customer never hears.

use baton_api::Commands as _;
use baton_api::bots as bo;
use baton_api::compose as co;
use baton_api::contacts::ContactErase;
use baton_api::timeline::What;
use serde_json::{Value, json};

use super::stage::{House, Knocker, id};

async fn whisper(house: &House, which: &str, text: &str) -> Result<(), String> {
    let asked = co::Whisper {
        conversation: which.to_owned(),
        text: text.to_owned(),
        seen_epoch: None,
    };
    let said = house.desk.engine.whisper(asked).await;
    said.map(|_| ()).map_err(|refused| refused.code)
}

/// What a bot was told by people of the team.
async fn heard(bot: &Knocker) -> Vec<Value> {
    let events = bot.events().await;
    let whispers = events.into_iter().filter(|one| one["type"] == "whisper");
    whispers.collect()
}

#[tokio::test]
async fn a_whisper_is_heard_by_the_bot_in_control_and_by_nobody_else_outside() {
    let house = House::open().await;
    let bot = &house.bot;
    let other = house.second_bot("billing").await;
    let begun = bot.customer("chat", 1, "Is it cheaper for two?").await;
    let which = begun["conversation"].as_str().unwrap();
    let can = house.desk.head(id(which)).await.can;
    assert!(can.contains(&"whisper".to_owned()));
    let note = co::NoteAdd {
        conversation: which.to_owned(),
        text: "Carla again.".to_owned(),
    };
    house.desk.engine.note_add(note).await.unwrap();
    whisper(&house, which, "Two get 10 % off.").await.unwrap();

    let told = heard(bot).await;
    assert_eq!(told.len(), 1, "a note is the team's own");
    assert_eq!(
        (&told[0]["text"], &told[0]["name"]),
        (&json!("Two get 10 % off."), &json!("Anna"))
    );
    assert_eq!(told[0]["conversation"]["control"]["you"], true);
    assert!(heard(&other).await.is_empty(), "it was said to another one");
    let read = bot.get(&format!("/conversations/{which}/messages")).await;
    assert_eq!(read["messages"].as_array().unwrap().len(), 1);
    assert!(!bot.events().await.iter().any(|one| one["deliver"] == true));
    let waits = house.desk.state(id(which)).await.talk.waiting_since;
    assert!(waits.is_some(), "the customer has no answer by it");
    let epoch = &told[0]["conversation"]["control"]["epoch"];
    let (status, _) = bot.say(which, epoch, "Yes, by a tenth.").await;
    assert_eq!(status, 200, "control stays where it is");

    // The team sees to whom it was said.
    let shown = house.desk.stream(id(which)).await;
    let whispered: Vec<_> = shown
        .iter()
        .filter_map(|entry| match &entry.what {
            What::Message(said) => said.whispered.as_deref().map(|to| (to, said.text.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(whispered, [("front", "Two get 10 % off.")]);

    house.take(which).await;
    let refused = whisper(&house, which, "And you?").await;
    assert_eq!(refused.unwrap_err(), "no_bot");
    let can = house.desk.head(id(which)).await.can;
    assert!(!can.contains(&"whisper".to_owned()));
    house.desk.wait(60_000).await;
    let contact = house.desk.state(id(which)).await.contact.to_string();
    let erase = house.desk.engine.contact_erase(ContactErase { contact });
    erase.await.unwrap();
    assert_eq!(heard(bot).await[0]["text"], "");
}

#[tokio::test]
async fn a_bot_in_whose_words_there_is_no_whisper_is_offered_none() {
    let house = House::open().await;
    let begun = house
        .bot
        .customer("chat", 1, "Is it cheaper for two?")
        .await;
    let which = begun["conversation"].as_str().unwrap();
    for (dialect, hears) in [("sunshine", false), ("chatwoot", true), ("sunshine", false)] {
        let asked = bo::BotWebhookSet {
            name: "front".to_owned(),
            url: "http://127.0.0.1:9/".to_owned(),
            dialect: dialect.to_owned(),
        };
        house.desk.engine.bot_webhook_set(asked).await.unwrap();
        let can = house.desk.head(id(which)).await.can;
        assert_eq!(can.contains(&"whisper".to_owned()), hears, "{dialect}");
    }
    let refused = whisper(&house, which, "Two get 10 % off.").await;
    assert_eq!(refused.unwrap_err(), "hears_no_whispers");

    // It asks at the door from now on, whose words have one.
    let name = "front".to_owned();
    let remove = house.desk.engine.bot_webhook_remove(bo::BotOnly { name });
    remove.await.unwrap();
    whisper(&house, which, "Two get 10 % off.").await.unwrap();
    assert_eq!(heard(&house.bot).await.len(), 1);
}
