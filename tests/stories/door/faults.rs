//! Bots that fail, each in its way: whatever they do, a person is alerted, and the customer is not
//! left alone.

use std::time::Duration;

use baton_api::Commands as _;
use baton_api::control as cl;
use baton_core::control::Controller;
use baton_core::event::{Envelope, Event};
use baton_core::time::SECOND;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use super::stage::{House, id, words};

fn name(begun: &Value) -> String {
    begun["conversation"].as_str().unwrap().to_owned()
}

/// A conversation lies with people, and somebody was told about it.
async fn people_have_it(house: &House, which: &str, code: &str) {
    let state = house.desk.state(id(which)).await;
    assert_eq!(state.control.controller.kind(), "queue", "{code}");
    assert!(state.escalated, "{code}: somebody was alerted");
    assert!(
        state.talk.waiting_since.is_some(),
        "{code}: the customer waits, with a clock on it"
    );
    let asked = house.desk.engine.alerts_get(cl::AlertsGet {});
    let alerts = asked.await.unwrap().alerts;
    assert!(alerts.iter().any(|alert| alert.row.id == which), "{code}");
    let failed = reports(house, which).await;
    assert_eq!(failed.last().map(String::as_str), Some(code));
}

/// The failures of the bot that stand in the log of a conversation.
async fn reports(house: &House, which: &str) -> Vec<String> {
    let which = id(which);
    let logged = house
        .desk
        .engine
        .read(move |reader, _| Ok(reader.events_of(which)?))
        .await
        .unwrap();
    logged
        .iter()
        .filter_map(|one| serde_json::from_slice::<Envelope>(&one.bytes).ok())
        .filter_map(|envelope| match envelope.event() {
            Some(Event::BotReported(report)) => report.failure,
            _ => None,
        })
        .collect()
}

/// What the bot was heard to say, in order.
async fn heard(house: &House, which: &str) -> Vec<String> {
    let messages = house.desk.messages(id(which)).await;
    let said = messages.into_iter().filter(|one| one.author == "bot");
    said.map(|one| one.text).collect()
}

#[tokio::test]
async fn a_slow_bots_answer_comes_too_late_and_is_not_heard() {
    let house = House::open().await;
    let begun = house.bot.customer("slow", 1, "Hello?").await;
    let which = name(&begun);
    house.desk.wait(30 * SECOND).await;
    people_have_it(&house, &which, "no_answer").await;
    let (status, no) = house
        .bot
        .say(&which, &begun["control"]["epoch"], "Sorry, I was thinking.")
        .await;
    assert_eq!((status, no["code"].as_str()), (409, Some("not_in_control")));
    assert!(heard(&house, &which).await.is_empty());
}

#[tokio::test]
async fn a_bot_that_says_it_hands_over_and_does_not_is_taken_at_its_word() {
    let house = House::open().await;
    let bot = &house.bot;
    let liar = bot.customer("liar", 1, "I want a person.").await;
    let honest = bot.customer("honest", 1, "I want a person.").await;
    let asks = bot.customer("asks", 1, "Hello").await;
    let epoch = |begun: &Value| begun["control"]["epoch"].clone();
    for (begun, said) in [
        (
            &liar,
            "I cannot help with that, so I have handed you over to a colleague.",
        ),
        (&honest, "One moment, I am connecting you with a colleague."),
    ] {
        let (status, _) = bot.say(&name(begun), &epoch(begun), said).await;
        assert_eq!(status, 200);
    }
    let offer = "Shall I connect you with a colleague?";
    bot.say(&name(&asks), &epoch(&asks), offer).await;
    let body = json!({ "epoch": epoch(&honest), "reason": { "code": "customer_request" } });
    let path = format!("/conversations/{}/pass", name(&honest));
    assert_eq!(bot.post(&path, body).await.0, 200);
    house.take(&name(&honest)).await;

    house.desk.wait(19 * SECOND).await;
    let before = house.desk.state(id(&name(&liar))).await;
    assert_eq!(before.control.controller.kind(), "bot", "it has a moment");
    house.desk.wait(SECOND).await;
    people_have_it(&house, &name(&liar), "handover_not_made").await;
    let kept = house.desk.state(id(&name(&honest))).await;
    assert_eq!(
        kept.control.controller.kind(),
        "agent",
        "nothing is taken from a person"
    );
    let offered = house.desk.state(id(&name(&asks))).await;
    assert_eq!(
        offered.control.controller.kind(),
        "bot",
        "to offer it is no promise"
    );
}

#[tokio::test]
async fn a_bot_that_goes_round_in_circles_is_stopped() {
    let house = House::open().await;
    let bot = &house.bot;
    let begun = bot.customer("parrot", 1, "My lamp is broken.").await;
    let parrot = name(&begun);
    for number in 2..4 {
        let now = bot.customer("parrot", number, "No, the LAMP.").await;
        let (status, _) = bot
            .say(
                &parrot,
                &now["control"]["epoch"],
                "Which colour is your chair?",
            )
            .await;
        assert_eq!(status, 200);
    }
    let state = house.desk.state(id(&parrot)).await;
    assert!(
        state.bot.same_answer,
        "it was seen, though the bot did not say so"
    );
    let now = bot.customer("parrot", 4, "The lamp!").await;
    bot.say(
        &parrot,
        &now["control"]["epoch"],
        "Which  colour is your chair?",
    )
    .await;
    people_have_it(&house, &parrot, "loops").await;

    let begun = bot.customer("talker", 1, "Hello").await;
    let (talker, epoch) = (name(&begun), begun["control"]["epoch"].clone());
    let mut last = 200;
    let mut said = 0;
    while last == 200 && said < 40 {
        last = bot
            .say(&talker, &epoch, &format!("And another thing, {said}."))
            .await
            .0;
        said += usize::from(last == 200);
    }
    assert_eq!((last, said), (409, 12), "it talks to itself");
    people_have_it(&house, &talker, "loops").await;
}

#[tokio::test]
async fn of_two_bots_one_is_heard_and_neither_follows_the_other_into_silence() {
    let house = House::open().await;
    let front = &house.bot;
    let billing = house.second_bot("billing").await;
    let mut which = String::new();
    for number in 1..6 {
        let now = front
            .customer("both", number, &format!("Question {number}"))
            .await;
        which = name(&now);
        let epoch = now["control"]["epoch"].clone();
        let answer = format!("Answer {number}");
        let (one, other) = tokio::join!(
            front.say(&which, &epoch, &answer),
            billing.say(&which, &epoch, &answer)
        );
        assert_eq!((one.0, other.0), (200, 409), "{}", other.1);
    }
    assert_eq!(heard(&house, &which).await.len(), 5);
    // The one that has it dies; the other one is no heir.
    front.customer("both", 6, "Are you there?").await;
    house.desk.wait(30 * SECOND).await;
    people_have_it(&house, &which, "no_answer").await;
    let (status, _) = billing.say(&which, &json!(2), "I am!").await;
    assert_eq!(status, 409);
}

#[tokio::test]
async fn a_bot_that_gets_a_customer_and_says_nothing_loses_them_to_people() {
    let house = House::open().await;
    let front = &house.bot;
    let billing = house.second_bot("billing").await;
    let to = json!({ "kind": "bot", "name": "billing" });
    let reason = json!({ "code": "missing_knowledge" });

    let begun = front.customer("passed", 1, "My bill is wrong.").await;
    let passed = name(&begun);
    let body = json!({ "epoch": begun["control"]["epoch"], "to": to, "reason": reason });
    let (status, _) = front
        .post(&format!("/conversations/{passed}/pass"), body)
        .await;
    assert_eq!(status, 200);

    let begun = front.customer("offered", 1, "My bill is wrong.").await;
    let (offered, epoch) = (name(&begun), begun["control"]["epoch"].clone());
    assert_eq!(front.say(&offered, &epoch, "One moment.").await.0, 200);
    let path = format!("/conversations/{offered}/offer");
    let mut body = json!({
        "epoch": epoch, "to": to, "timeout_s": 4_000_000_000_u32, "cold": true, "reason": reason,
    });
    let (status, no) = front.post(&path, body.clone()).await;
    assert_eq!(status, 400);
    assert!(
        no["message"].as_str().unwrap().contains("1 and 600"),
        "{no}"
    );
    body["timeout_s"] = json!(600);
    assert_eq!(front.post(&path, body).await.0, 200);
    front.customer("offered", 2, "Anybody there?").await;

    let begun = front.customer("undone", 1, "Hello?").await;
    let undone = name(&begun);
    house.desk.wait(SECOND).await;
    let engine = &house.desk.engine;
    let taken = engine.take(cl::Take {
        conversation: undone.clone(),
        seen_epoch: None,
    });
    let of = taken.await.unwrap().undo.unwrap();
    let conversation = undone.clone();
    engine.undo(cl::Undo { conversation, of }).await.unwrap();
    let state = house.desk.state(id(&undone)).await;
    assert_eq!(state.control.controller.kind(), "bot");

    house.desk.wait(30 * SECOND).await;
    for which in [&passed, &offered, &undone] {
        people_have_it(&house, which, "no_answer").await;
    }

    // Two that are well and only send the customer to and fro.
    let begun = front.customer("round", 1, "Hello?").await;
    let round = name(&begun);
    let mut epoch = begun["control"]["epoch"].clone();
    let mut last = begun["control"].clone();
    for (bot, to) in [(front, "billing"), (&billing, "front")]
        .iter()
        .cycle()
        .take(4)
    {
        assert_eq!(last["state"], "bot_active");
        let to = json!({ "kind": "bot", "name": to });
        let body = json!({ "epoch": epoch, "to": to, "reason": reason });
        let (status, now) = bot
            .post(&format!("/conversations/{round}/pass"), body)
            .await;
        assert_eq!(status, 200, "{now}");
        last = now["control"].clone();
        epoch = last["epoch"].clone();
    }
    assert_eq!(last["state"], "queued");
    people_have_it(&house, &round, "passed_about").await;
}

/// A request that is cut in the middle, or whose answer is never read.
async fn cut(house: &House, which: &str, key: &str, text: &str, sent: Cut) {
    let body = json!({ "epoch": 1, "text": text }).to_string();
    let request = house.bot.request(
        "POST",
        &format!("/conversations/{which}/messages"),
        key,
        &body,
    );
    let mut socket = house.bot.connect().await;
    let bytes = match sent {
        Cut::Half => &request.as_bytes()[..request.len() - body.len() / 2],
        Cut::Whole => request.as_bytes(),
    };
    socket.write_all(bytes).await.unwrap();
    socket.flush().await.unwrap();
    if matches!(sent, Cut::Whole) {
        // Long enough to be heard; the answer is not waited for.
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    drop(socket);
}

#[derive(Clone, Copy)]
enum Cut {
    Half,
    Whole,
}

#[tokio::test]
async fn a_bot_that_is_killed_while_it_speaks_is_heard_whole_once_or_not() {
    let house = House::open().await;
    let begun = house.bot.customer("killed", 1, "Hello?").await;
    let which = name(&begun);
    cut(&house, &which, "k-1", "Half a sentence", Cut::Half).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(
        heard(&house, &which).await.is_empty(),
        "half a request is none"
    );
    cut(&house, &which, "k-2", "A whole one", Cut::Whole).await;
    assert_eq!(heard(&house, &which).await, ["A whole one"]);
    // It comes up again and, not knowing, says it again.
    let path = format!("/conversations/{which}/messages");
    let body = json!({ "epoch": 1, "text": "A whole one" });
    let (status, again) = house.bot.ask("POST", &path, Some("k-2"), &body).await;
    assert_eq!(status, 200, "{again}");
    assert_eq!(heard(&house, &which).await.len(), 1);
    // It dies for good; the customer's next words do not stay with it.
    house.bot.customer("killed", 2, "And the price?").await;
    house.desk.wait(30 * SECOND).await;
    people_have_it(&house, &which, "no_answer").await;
}

/// Everything at once: answers that come late, twice and out of order, from two bots, while people
/// take over. Whatever comes of it, each word of a bot stands where that bot had control, no
/// customer's word is lost or doubled, and nobody waits without somebody who knows.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn late_doubled_and_mixed_up_answers_never_make_two_voices() {
    for seed in 0..10_u64 {
        let house = House::open().await;
        let billing = house.second_bot("billing").await;
        let begun = house.bot.customer("storm", 0, "Hello").await;
        let which = name(&begun);
        let mut chance = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = move |below: u64| {
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            chance % below
        };
        let mut knocks = Vec::new();
        for number in 1..25_usize {
            let bot = if next(2) == 0 {
                house.bot.clone()
            } else {
                billing.clone()
            };
            let (kind, delay, epoch, copies) = (next(8), next(30), 1 + next(3), 1 + next(2));
            for _ in 0..copies {
                let (bot, which) = (bot.clone(), which.clone());
                knocks.push(tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(delay)).await;
                    let at = |verb: &str| format!("/conversations/{which}/{verb}");
                    let key = format!("n-{number}");
                    let (path, body) = match kind {
                        0 | 1 => (
                            "/customer-messages".to_owned(),
                            words("storm", number, "Well?"),
                        ),
                        2 => (
                            at("pass"),
                            json!({ "epoch": epoch, "reason": { "code": "vip" } }),
                        ),
                        3 => (at("failure"), json!({ "epoch": epoch, "code": "crashed" })),
                        _ => (
                            at("messages"),
                            json!({ "epoch": epoch, "text": format!("answer {number}") }),
                        ),
                    };
                    bot.ask("POST", &path, Some(&key), &body).await.0
                }));
            }
        }
        tokio::time::sleep(Duration::from_millis(next(30))).await;
        let taken = seed % 2 == 0;
        if taken {
            house.take(&which).await;
        }
        for knock in knocks {
            let status = knock.await.unwrap();
            assert!(matches!(status, 200 | 403 | 409), "seed {seed}: {status}");
        }
        house.desk.wait(60 * SECOND).await;
        let state = house.desk.state(id(&which)).await;
        let with_people = !matches!(state.control.controller, Controller::Bot(_));
        let cared_for = with_people || state.talk.waiting_since.is_none();
        assert!(cared_for, "seed {seed}: the customer waits with a bot");
        if taken {
            assert_eq!(state.control.controller.kind(), "agent", "seed {seed}");
        } else if with_people {
            assert!(state.escalated, "seed {seed}: nobody was told");
        }
        house.desk.one_voice(id(&which)).await;
    }
}
