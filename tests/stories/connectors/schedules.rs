//! People who take and give back while a bot is slow, fails, or answers out of turn: whatever comes
//! first, the log has one voice, and nobody who waits is left with a bot that cannot answer.

use std::time::Duration;

use baton_core::control::Controller;

use super::model::{Act, Model};
use super::stage::{House, at};
use baton_api::connectors as cn;

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_a_model_and_people_do_there_is_one_voice() {
    let mut spoken = 0;
    for seed in 1..=12_u64 {
        let model = Model::open().await;
        let house = House::with(cn::BotConnect {
            model: "small".to_owned(),
            ..at("openai", &model.url)
        })
        .await;
        model.think(move |got| {
            let mut dice = Dice(seed * 7_919 + got.text.len() as u64 + 1);
            for _ in 0..5 {
                dice.roll(2);
            }
            match dice.roll(8) {
                0 => Act::Status(503),
                1 => Act::Cut("Half".to_owned()),
                2 | 3 => Act::Later(Duration::from_millis(dice.roll(40)), "Slow.".to_owned()),
                4 => Act::hand_over("A colleague comes.", &serde_json::json!({})),
                _ => Act::say("Here you are."),
            }
        });
        let mut dice = Dice(seed);
        let mut chats = Vec::new();
        for chat in 0..4 {
            chats.push(house.customer(&format!("chat {chat}"), 0, "Hello").await);
        }
        for step in 1..30 {
            let chat = usize::try_from(dice.roll(4)).unwrap();
            let which = chats[chat];
            match dice.roll(6) {
                0 => house.take(which).await,
                1 => {
                    let agent = matches!(
                        house.desk.state(which).await.control.controller,
                        Controller::Agent(_)
                    );
                    if agent {
                        house.give_back(which, "Go on.").await;
                    }
                }
                2 => tokio::time::sleep(Duration::from_millis(dice.roll(30))).await,
                _ => {
                    let key = format!("chat {chat}");
                    house
                        .customer(&key, step, &format!("Question {step}"))
                        .await;
                }
            }
        }
        for &which in &chats {
            house
                .until(which, "nobody waits for a bot in vain", |state| {
                    state.talk.waiting_since.is_none()
                        || !matches!(state.control.controller, Controller::Bot(_))
                })
                .await;
            spoken += house.desk.one_voice(which).await;
        }
    }
    assert!(spoken > 50, "the bot has spoken {spoken} times");
}
