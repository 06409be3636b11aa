//! A language model as one more bot.

use std::time::Duration;

use baton_api::Commands as _;
use baton_api::connectors as cn;
use baton_api::contacts as ct;
use baton_core::control::{Controller, ReasonCode};
use baton_core::time::{DAY, SECOND};
use serde_json::json;

use super::model::{Act, Model};
use super::stage::{House, at, until};

fn settings(model: &Model) -> cn::BotConnect {
    cn::BotConnect {
        model: "small".to_owned(),
        instructions: "We sell bicycles.".to_owned(),
        ..at("openai", &model.url)
    }
}

#[tokio::test]
async fn a_model_answers_with_what_was_said_before_and_what_it_is_sent_is_shown() {
    let model = Model::open().await;
    let house = House::with(cn::BotConnect {
        key: Some("sk-secret".to_owned()),
        redact: vec!["email".to_owned(), "order-[0-9]+".to_owned()],
        ..settings(&model)
    })
    .await;
    let which = house
        .customer("chat", 1, "Hello, I am carla@example.org")
        .await;
    house.until_answered(which).await;
    model.next([Act::Whole("In one piece.".to_owned())]);
    house.customer("chat", 2, "Where is order-17?").await;
    house.until_answered(which).await;
    let bot = |text: &str| ("bot".to_owned(), text.to_owned());
    let said = house.said(which).await;
    assert_eq!(said[1], bot("You said: Hello, I am [redacted]"));
    assert_eq!(said[3], bot("In one piece."));

    let got = model.got();
    assert_eq!(got.len(), 2);
    assert_eq!(got[1].asked(), "Where is [redacted]?");
    let roles: Vec<&str> = got[1].body["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["system", "user", "assistant", "user"]);
    assert!(got[0].system().contains("We sell bicycles."));
    assert_eq!(got[0].system(), got[1].system());
    assert!(got[0].head.contains("authorization: Bearer sk-secret"));
    for one in &got {
        assert!(!one.text.contains("carla") && !one.text.contains("sk-secret"));
        assert!(!one.text.contains("Carla"), "names are nobody's business");
    }

    // What is shown is what was sent, to the byte, and what that cost.
    let sent = house.sent().await;
    for (shown, got) in sent.iter().zip(&got) {
        assert_eq!(shown.body.as_ref(), Some(&got.text));
        assert_eq!((shown.ended.as_str(), shown.tokens), ("answered", 50));
        assert_eq!(shown.conversation, which.to_string());
    }
    let connector = house.connector().await;
    assert_eq!((connector.requests, connector.tokens), (2, 100));
    assert!(connector.has_key && connector.state == "on");
    assert!(connector.answered_at.is_some());

    // A person is erased, and what was sent of them with them.
    let contact = house.desk.state(which).await.contact.to_string();
    house
        .desk
        .engine
        .contact_erase(ct::ContactErase { contact })
        .await
        .unwrap();
    let left = house.sent().await;
    assert_eq!(left.len(), 2, "that something was sent stays");
    assert!(
        left.iter()
            .all(|one| one.body.is_none() && one.to.is_empty())
    );
}

#[tokio::test]
async fn nothing_is_sent_before_a_person_says_so_and_nothing_after() {
    let model = Model::open().await;
    let house = House::with(settings(&model)).await;
    house.switch(false).await;
    assert_eq!(house.connector().await.state, "off");
    // Its customers are let in by nobody while it is off.
    house.switch(true).await;
    model.next([Act::Hang]);
    let which = house.customer("chat", 1, "Hello").await;
    until("the model is asked", async || model.got().len() == 1).await;
    house.switch(false).await;
    let state = house.until_people_have_it(which).await;
    assert_eq!(state.control.reason.code, ReasonCode::BotError);
    assert!(house.alerts(which).await > 0, "somebody is alerted");
    until("the request is given up", async || model.left() == 1).await;
    until("that is noted", async || {
        house.sent().await[0].ended == "given_up"
    })
    .await;
    assert_eq!(model.got().len(), 1);
    assert!(house.words(which).await.is_empty());
    // What exactly was sent is not kept for ever.
    house.desk.wait(31 * DAY).await;
    until("it is forgotten", async || house.sent().await.is_empty()).await;
}

#[tokio::test]
async fn a_model_hands_over_by_its_one_tool_and_is_silent_from_then_on() {
    let model = Model::open().await;
    let house = House::with(settings(&model)).await;
    model.next([Act::hand_over(
        "A colleague will help you.",
        &json!({ "reason": "customer_request", "summary": "Wants a person about a refund.",
            "facts": [{ "key": "order", "value": "A-17" }] }),
    )]);
    let which = house.customer("chat", 1, "A human, please").await;
    let state = house.until_people_have_it(which).await;
    assert_eq!(state.control.reason.code, ReasonCode::CustomerRequest);
    assert_eq!(house.words(which).await, ["A colleague will help you."]);
    let packet = house.packet(which).await;
    assert_eq!(packet["summary"]["text"], "Wants a person about a refund.");
    assert_eq!(packet["summary"]["author"], "bot");
    assert_eq!(packet["facts"][0]["value"], "A-17");
    assert_eq!(packet["facts"][0]["source"], "model");

    house.customer("chat", 2, "Hello?").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(
        model.got().len(),
        1,
        "it is asked nothing that is not its to answer"
    );

    // Back from a person, it knows what they wrote and what was said meanwhile.
    house.take(which).await;
    house.desk.answer(which, "Your refund is on its way.").await;
    house.desk.wait(10 * SECOND).await;
    house
        .give_back(which, "Refund is paid, small talk only.")
        .await;
    house.customer("chat", 3, "Thank you!").await;
    house.until_answered(which).await;
    let got = model.got();
    assert_eq!(got.len(), 2);
    assert!(
        got[1]
            .system()
            .contains("They write: Refund is paid, small talk only.")
    );
    assert!(got[1].text.contains("Your refund is on its way."));
    assert_eq!(got[1].asked(), "Thank you!");
}

#[tokio::test]
async fn a_person_who_takes_ends_the_answer_that_was_under_way() {
    let model = Model::open().await;
    let house = House::with(settings(&model)).await;
    model.next([Act::Later(
        Duration::from_millis(300),
        "Too late.".to_owned(),
    )]);
    let which = house.customer("chat", 1, "Hello").await;
    until("the model is asked", async || model.got().len() == 1).await;
    house.take(which).await;
    until("the request is given up", async || model.left() == 1).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(house.words(which).await.is_empty());
    assert_eq!(house.desk.one_voice(which).await, 0);
    assert!(matches!(
        house.desk.state(which).await.control.controller,
        Controller::Agent(_)
    ));
}

#[tokio::test]
async fn what_comes_while_a_model_writes_is_answered_next() {
    let model = Model::open().await;
    let house = House::with(settings(&model)).await;
    model.next([Act::Later(Duration::from_millis(200), "First.".to_owned())]);
    let which = house.customer("chat", 1, "One").await;
    until("the model is asked", async || model.got().len() == 1).await;
    house.customer("chat", 2, "Two").await;
    until("both are answered", async || {
        house.words(which).await.len() == 2
    })
    .await;
    assert!(model.got()[1].asked().ends_with("Two"));
    assert_eq!(house.desk.one_voice(which).await, 2);
}

#[tokio::test]
async fn a_server_that_stumbles_is_tried_again_and_one_that_is_down_is_not_waited_for() {
    let model = Model::open().await;
    let house = House::with(settings(&model)).await;
    model.next([Act::Status(503), Act::Status(429)]);
    let which = house.customer("chat", 1, "Hello").await;
    house.until_answered(which).await;
    assert_eq!(model.got().len(), 3);
    let ended: Vec<String> = house
        .sent()
        .await
        .into_iter()
        .map(|one| one.ended)
        .collect();
    assert_eq!(ended, ["refused", "refused", "answered"]);
    assert_eq!(house.connector().await.tokens, 50, "a no costs nothing");

    // What was half said may have cost something, and is counted as the most that it can be.
    model.next([Act::Cut("Half a".to_owned())]);
    house.customer("chat", 2, "Hello").await;
    house.until_answered(which).await;
    assert_eq!(
        house.words(which).await.len(),
        2,
        "nothing is said by halves"
    );
    let sent = house.sent().await;
    assert_eq!(sent[3].ended, "broke_off");
    assert!(sent[3].tokens > 800);

    for (number, act, words) in [
        (2, Act::Status(401), "does not accept the key"),
        (3, Act::Status(404), "answered 404"),
        (4, Act::Status(400), "answered 400"),
        (5, Act::say(""), "it said nothing"),
        (
            6,
            Act::Stream(String::new(), vec![("refund".to_owned(), "{}".to_owned())]),
            "a tool",
        ),
    ] {
        model.next([act]);
        let which = house.customer(&format!("chat {number}"), 1, "Hello").await;
        let state = house.until_people_have_it(which).await;
        assert_eq!(state.control.reason.code, ReasonCode::BotError);
        assert!(
            house.why(&state).await.contains(words),
            "{:?}",
            state.control.reason
        );
        assert!(house.words(which).await.is_empty());
        assert!(house.alerts(which).await > 0);
    }
    let connector = house.connector().await;
    assert_eq!(connector.state, "failing");
    assert!(connector.failing_since.is_some() && !connector.problem.is_empty());

    // Nobody is there any more: with so many failures in a row nobody waits for another try.
    model.think(|_| Act::Status(500));
    let asked = model.got().len();
    let which = house.customer("chat 9", 1, "Hello").await;
    house.until_people_have_it(which).await;
    assert_eq!(model.got().len(), asked + 1);
}

#[tokio::test]
async fn half_an_answer_is_not_said_but_a_person_gets_it() {
    let model = Model::open().await;
    let house = House::with(settings(&model)).await;
    for (key, why, code) in [
        ("a", "length", ReasonCode::BotError),
        ("b", "content_filter", ReasonCode::PolicyRestriction),
    ] {
        model.next([Act::Ends("You have to".to_owned(), why.to_owned())]);
        let which = house.customer(key, 1, "Hello").await;
        let state = house.until_people_have_it(which).await;
        assert_eq!(state.control.reason.code, code);
        assert!(house.words(which).await.is_empty());
    }
}

#[tokio::test]
async fn a_model_that_says_nothing_loses_the_conversation_when_its_time_is_over() {
    let model = Model::open().await;
    let house = House::with(settings(&model)).await;
    model.think(|_| Act::Hang);
    let which = house.customer("chat", 1, "Hello").await;
    until("the model is asked", async || model.got().len() == 1).await;
    house.desk.clock.pass(31 * SECOND);
    // As any event does, it wakes whoever looks after errands that are due.
    house.customer("another", 1, "Hello").await;
    let state = house.until_people_have_it(which).await;
    assert_eq!(state.control.reason.code, ReasonCode::BotError);
    until("the request is given up", async || model.left() == 1).await;
}

#[tokio::test]
async fn a_budget_is_never_exceeded() {
    let model = Model::open().await;
    let house = House::with(cn::BotConnect {
        requests_a_day: 2,
        ..settings(&model)
    })
    .await;
    for number in 1..=2 {
        let which = house.customer("chat", number, "Hello").await;
        house.until_answered(which).await;
    }
    let which = house.customer("other", 1, "Hello").await;
    let state = house.until_people_have_it(which).await;
    assert!(house.why(&state).await.contains("budget"));
    assert_eq!(model.got().len(), 2, "nothing was sent");
    house.desk.clock.pass(DAY + SECOND);
    let which = house.customer("next day", 1, "Hello").await;
    house.until_answered(which).await;

    // Tokens: the most that a request may cost must fit, not what it is hoped to cost.
    let tight = cn::BotConnect {
        answer_tokens: 100,
        tokens_a_day: 6_000,
        ..settings(&model)
    };
    house.desk.engine.bot_connect(tight).await.unwrap();
    house.desk.clock.pass(2 * DAY);
    let mut spent = 0;
    for number in 0.. {
        assert!(number < 200, "it has to end");
        let which = house.customer(&format!("b{number}"), 1, "Hello").await;
        let state = house
            .until(which, "an answer or people", |state| {
                state.talk.waiting_since.is_none()
                    || matches!(state.control.controller, Controller::Queue(_))
            })
            .await;
        spent = house.connector().await.tokens;
        assert!(spent <= 6_000);
        if matches!(state.control.controller, Controller::Queue(_)) {
            break;
        }
    }
    assert!(spent > 0);
}

#[tokio::test]
async fn whoever_waits_is_asked_for_again_after_a_restart() {
    let model = Model::open().await;
    let house = House::with(settings(&model)).await;
    model.next([Act::Hang]);
    let which = house.customer("chat", 1, "Hello").await;
    until("the model is asked", async || model.got().len() == 1).await;
    let house = House {
        desk: house.desk.reopened(|_| {}).await,
    };
    house.until_answered(which).await;
    assert_eq!(house.words(which).await, ["You said: Hello"]);
}

#[tokio::test]
async fn what_is_erased_is_not_in_what_a_model_is_asked_next() {
    let model = Model::open().await;
    let house = House::with(settings(&model)).await;
    let which = house.customer("chat", 1, "My code is 4711").await;
    house.until_answered(which).await;
    let contact = house.desk.state(which).await.contact.to_string();
    let erase = ct::ContactErase { contact };
    house.desk.engine.contact_erase(erase).await.unwrap();
    let again = house.customer("chat", 2, "Hello again").await;
    assert_eq!(again, which, "the conversation goes on");
    house.until_answered(which).await;
    let got = model.got();
    assert_eq!(got.len(), 2);
    assert!(got[0].text.contains("4711") && !got[1].text.contains("4711"));
}

#[tokio::test]
async fn settings_that_will_not_do_are_refused_and_the_key_goes_to_the_keyring() {
    let model = Model::open().await;
    let house = House::with(settings(&model)).await;
    for (bad, code) in [
        (at("telepathy", &model.url), "no_such_kind"),
        (at("openai", &model.url), "bad_connector"),
        (
            cn::BotConnect {
                url: "http://models.example.org/v1".to_owned(),
                ..settings(&model)
            },
            "bad_connector",
        ),
        (
            cn::BotConnect {
                redact: vec!["(".to_owned()],
                ..settings(&model)
            },
            "bad_connector",
        ),
        (
            cn::BotConnect {
                name: "Not A Name".to_owned(),
                ..settings(&model)
            },
            "bad_name",
        ),
    ] {
        let made = house.desk.engine.bot_connect(bad).await;
        assert_eq!(made.err().map(|error| error.code).as_deref(), Some(code));
    }
    assert!(house.desk.secrets.names().is_empty());
    let keyed = cn::BotConnect {
        key: Some("sk-2".to_owned()),
        ..settings(&model)
    };
    let made = house.desk.engine.bot_connect(keyed).await.unwrap();
    assert!(made.token.is_none(), "it was there already");
    let kept = house.desk.secrets.names();
    assert!(kept.len() == 1 && kept[0].starts_with("bots/helper/connector/"));
    let which = house.customer("chat", 1, "Hello").await;
    house.until_answered(which).await;
    assert!(model.got()[0].head.contains("Bearer sk-2"));

    // Its key goes to nobody else, and what comes to nothing leaves it as it is.
    let other = Model::open().await;
    for (url, key, code) in [
        (&other.url, None, "key_needed"),
        (&model.url, Some("sk-3\u{7f}"), "bad_connector"),
    ] {
        let made = house.desk.engine.bot_connect(cn::BotConnect {
            url: url.clone(),
            key: key.map(str::to_owned),
            ..settings(&model)
        });
        let refused = made.await.err().map(|error| error.code);
        assert_eq!(refused.as_deref(), Some(code));
        assert_eq!(house.desk.secrets.names(), kept);
    }
    let moved = cn::BotConnect {
        key: Some(String::new()),
        ..settings(&other)
    };
    let made = house.desk.engine.bot_connect(moved).await.unwrap();
    assert!(!made.bot.connector.unwrap().has_key);
    assert!(house.desk.secrets.names().is_empty());
    house.customer("chat", 2, "Hello again").await;
    house.until_answered(which).await;
    assert!(!other.got()[0].head.contains("Bearer"));

    let keyed = cn::BotConnect {
        key: Some("sk-4".to_owned()),
        ..settings(&other)
    };
    house.desk.engine.bot_connect(keyed).await.unwrap();
    assert_eq!(house.desk.secrets.names().len(), 1);
    let removed = baton_api::bots::BotOnly {
        name: "helper".to_owned(),
    };
    house.desk.engine.bot_remove(removed).await.unwrap();
    assert!(house.desk.secrets.names().is_empty());
}
