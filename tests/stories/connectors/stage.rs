//! A desk whose engine runs by itself, with customers and a bot that is connected.

use std::time::Duration;

use baton_api::Commands as _;
use baton_api::bots as bo;
use baton_api::connectors as cn;
use baton_api::control as cl;
use baton_bots::wire::customer::{CustomerGiven, CustomerMessage};
use baton_bots::{Call, Caller, Door as _};
use baton_core::control::Controller;
use baton_core::conversation::Conversation;
use baton_core::decide::words_in;
use baton_core::ids::{ConversationId, Id as _};
use baton_core::knowledge::passage::passages;
use baton_store::{KnowledgeKind, NewKnowledge};
use baton_tests::desk::Desk;
use serde_json::Value;

/// Nothing that is waited for takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A desk with a connected bot named `helper`.
pub(super) struct House {
    pub(super) desk: Desk,
}

/// How a bot of a kind is connected at an address, with nothing else said.
pub(super) fn at(kind: &str, url: &str) -> cn::BotConnect {
    cn::BotConnect {
        name: "helper".to_owned(),
        kind: kind.to_owned(),
        url: url.to_owned(),
        channel: None,
        queue: String::new(),
        answer_within_s: 0,
        model: String::new(),
        instructions: String::new(),
        answer_tokens: 0,
        callback: false,
        redact: Vec::new(),
        requests_a_day: 0,
        tokens_a_day: 0,
        knowledge: None,
        shows_sources: false,
        key: None,
    }
}

impl House {
    /// Connects a bot and switches it on.
    pub(super) async fn with(asked: cn::BotConnect) -> Self {
        let house = Self {
            desk: Desk::alive().await,
        };
        let made = house.desk.engine.bot_connect(asked).await.unwrap();
        assert!(made.token.is_some(), "its customers are brought along");
        house.switch(true).await;
        house
    }

    /// The team knows something more.
    pub(super) async fn knows(&self, kind: KnowledgeKind, name: &str, title: &str, text: &str) {
        let (name, title) = (name.to_owned(), title.to_owned());
        let passages = passages(text);
        self.desk
            .engine
            .desk()
            .turn(move |turn| {
                let new = NewKnowledge {
                    kind,
                    name: &name,
                    title: &title,
                    passages: &passages,
                };
                turn.tx.save_knowledge(&new, turn.now)?;
                Ok(())
            })
            .await
            .unwrap();
    }

    pub(super) async fn switch(&self, on: bool) {
        let name = "helper".to_owned();
        let switch = cn::BotSwitch { name, on };
        self.desk.engine.bot_switch(switch).await.unwrap();
    }

    /// A customer of the platform writes; the conversation.
    pub(super) async fn customer(&self, key: &str, number: usize, text: &str) -> ConversationId {
        let caller = Caller {
            bot: "helper".to_owned(),
        };
        let words = CustomerMessage {
            key: key.to_owned(),
            message: format!("m{number}"),
            customer: CustomerGiven {
                id: format!("visitor of {key}"),
                name: "Carla Stone".to_owned(),
            },
            text: text.to_owned(),
            subject: String::new(),
        };
        let call = Call::Hear(words);
        let answer = self.desk.engine.knock(&caller, call, None).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let which = &answer.body["conversation"]["conversation"];
        ConversationId::parse(which.as_str().unwrap()).unwrap()
    }

    /// Anna takes a conversation.
    pub(super) async fn take(&self, which: ConversationId) {
        let take = cl::Take {
            conversation: which.to_string(),
            seen_epoch: None,
        };
        self.desk.engine.take(take).await.unwrap();
    }

    /// Anna gives a conversation back to the bot.
    pub(super) async fn give_back(&self, which: ConversationId, summary: &str) {
        let back = cl::ReturnToBot {
            conversation: which.to_string(),
            bot: "helper".to_owned(),
            summary: summary.to_owned(),
            allowed_topics: Vec::new(),
            promises: Vec::new(),
            seen_epoch: None,
        };
        self.desk.engine.return_to_bot(back).await.unwrap();
    }

    /// Anna says something to the bot that the customer does not hear.
    pub(super) async fn whisper(&self, which: ConversationId, text: &str) {
        let whisper = baton_api::compose::Whisper {
            conversation: which.to_string(),
            text: text.to_owned(),
            seen_epoch: None,
        };
        self.desk.engine.whisper(whisper).await.unwrap();
    }

    /// The same after the program was started anew.
    pub(super) async fn reopened(self) -> Self {
        Self {
            desk: self.desk.reopened(|_| {}).await,
        }
    }

    /// How the bot is connected and does.
    pub(super) async fn connector(&self) -> cn::ConnectorView {
        let bots = self.desk.engine.bot_list(bo::BotList {}).await.unwrap();
        bots.bots[0].connector.clone().unwrap()
    }

    /// What was sent to the bot, oldest first.
    pub(super) async fn sent(&self) -> Vec<cn::SentView> {
        let name = "helper".to_owned();
        let mut sent = self
            .desk
            .engine
            .bot_sent(bo::BotOnly { name })
            .await
            .unwrap();
        sent.sent.reverse();
        sent.sent
    }

    /// What was said in a conversation: who, and what.
    pub(super) async fn said(&self, which: ConversationId) -> Vec<(String, String)> {
        let messages = self.desk.messages(which).await;
        messages
            .into_iter()
            .map(|message| (message.author, message.text))
            .collect()
    }

    /// The words of the bot in a conversation.
    pub(super) async fn words(&self, which: ConversationId) -> Vec<String> {
        let said = self.said(which).await;
        said.into_iter()
            .filter(|(author, _)| author == "bot")
            .map(|(_, text)| text)
            .collect()
    }

    /// Waits until a conversation is as it should be.
    pub(super) async fn until(
        &self,
        which: ConversationId,
        what: &str,
        holds: impl Fn(&Conversation) -> bool,
    ) -> Conversation {
        let since = std::time::Instant::now();
        loop {
            let state = self.desk.state(which).await;
            if holds(&state) {
                return state;
            }
            assert!(since.elapsed() < PATIENCE, "{what}: {:?}", state.control);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until nobody has to answer the customer and the bot is the one who has answered.
    pub(super) async fn until_answered(&self, which: ConversationId) {
        self.until(which, "an answer", |state| {
            state.talk.waiting_since.is_none()
        })
        .await;
    }

    /// Waits until people have a conversation that the bot had.
    pub(super) async fn until_people_have_it(&self, which: ConversationId) -> Conversation {
        self.until(which, "people", |state| {
            matches!(state.control.controller, Controller::Queue(_))
        })
        .await
    }

    /// Why control last went on, in the words of whoever moved it.
    pub(super) async fn why(&self, state: &Conversation) -> String {
        let Some(hash) = state.control.reason.words else {
            return state.control.reason.text.clone();
        };
        let read = self
            .desk
            .engine
            .read(move |reader, _| Ok(reader.content(hash)?));
        words_in(&read.await.unwrap().unwrap()).unwrap()
    }

    /// How many people are alerted about a conversation now.
    pub(super) async fn alerts(&self, which: ConversationId) -> usize {
        let alerts = self
            .desk
            .engine
            .read(move |reader, _| Ok(reader.alerts_about(which)?.len()));
        alerts.await.unwrap()
    }

    /// The packet with which control last went on.
    pub(super) async fn packet(&self, which: ConversationId) -> Value {
        let hash = self.desk.state(which).await.control.packet.unwrap();
        let bytes = self
            .desk
            .engine
            .read(move |reader, _| Ok(reader.content(hash)?))
            .await
            .unwrap();
        serde_json::from_slice(&bytes.unwrap()).unwrap()
    }
}

/// Waits for something.
pub(super) async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let since = std::time::Instant::now();
    while !holds().await {
        assert!(since.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
