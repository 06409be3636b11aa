//! A chat that goes on by mail: one conversation, one voice, the clock that runs on; and never a
//! word to an address that is not known to be the customer's.

use baton_api::Commands as _;
use baton_api::compose as co;
use baton_api::contacts as ct;
use baton_api::control as cl;
use baton_api::conversations as cv;
use baton_api::elsewhere as ew;
use baton_api::timeline::What;
use baton_core::event::{Envelope, Event};
use baton_core::time::MINUTE;
use baton_tests::desk::{Desk, RULES, answer};
use baton_tests::mail::Mail;
use serde_json::{Value, json};

use super::stage::{House, id};

const CARLA: &str = "carla@customer.test";

/// A house with a mailbox beside the chat, and rules of its own below those of the desk.
async fn house(rules: &str) -> House {
    let desk = Desk::open().await;
    desk.put_rules(&format!("{RULES}\n{rules}")).await;
    let channel = desk.channel;
    desk.engine
        .desk()
        .turn(move |turn| {
            let mut mailbox = turn.tx.channel(channel)?.unwrap();
            mailbox.config = json!({
                "queue": "support", "address": "support@baton.test", "shown_as": "email",
            });
            turn.tx.save_channel(&mailbox)?;
            Ok(())
        })
        .await
        .unwrap();
    House::over(desk.reopened(|_| {}).await).await
}

async fn places(house: &House, which: &str) -> ew::Continuing {
    let conversation = which.to_owned();
    house
        .desk
        .engine
        .continuing_get(cv::ConversationOnly { conversation })
        .await
        .unwrap()
}

async fn go_on(house: &House, which: &str, place: &ew::PlaceView) -> Result<String, String> {
    let done = house.desk.engine.continue_elsewhere(ew::ContinueElsewhere {
        conversation: which.to_owned(),
        channel: place.channel.clone(),
        address: place.address.clone(),
        seen_epoch: None,
    });
    match done.await {
        Ok(acted) => Ok(acted.undo.unwrap_or_default()),
        Err(refused) => {
            let told = format!("{} {}", refused.message, refused.hint);
            Err(told.trim_end().to_owned())
        }
    }
}

/// Makes everything anew from the log, and finds it as it was.
async fn follows_from_the_log(desk: &Desk) {
    let dump = || async {
        desk.engine
            .read(|reader, _| {
                let mut bytes = Vec::new();
                reader.dump_projection(&mut bytes)?;
                Ok(String::from_utf8_lossy(&bytes).into_owned())
            })
            .await
            .unwrap()
    };
    let before = dump().await;
    desk.engine.mend().await.unwrap();
    assert_eq!(dump().await, before);
}

#[tokio::test]
async fn a_chat_goes_on_by_mail_and_stays_one_conversation() {
    let house = house("").await;
    let bot = &house.bot;
    let begun = bot.customer("chat", 1, "Where is my parcel A-17?").await;
    let which = begun["conversation"].as_str().unwrap();
    bot.say(
        which,
        &begun["control"]["epoch"],
        "At which address can we write to you?",
    )
    .await;
    let given = format!("I have to go. Write to {CARLA}!");
    let now = bot.customer("chat", 2, &given).await;
    let waits = house.desk.state(id(which)).await.talk.waiting_since;
    assert!(waits.is_some());
    assert!(
        house
            .desk
            .head(id(which))
            .await
            .can
            .contains(&"continue".to_owned())
    );

    let there = places(&house, which).await;
    assert_eq!(there.places.len(), 1);
    let place = &there.places[0];
    assert_eq!(
        (place.address.as_str(), place.ground.as_str()),
        (CARLA, "given")
    );
    house.desk.wait(5 * MINUTE).await;
    go_on(&house, which, place).await.unwrap();

    // Whoever moved it has it, and the bot of the chat has no voice in it any more.
    let state = house.desk.state(id(which)).await;
    assert_eq!(state.control.controller.to_string(), "agent:anna");
    assert_eq!(state.channel, house.desk.channel);
    assert_eq!(state.talk.waiting_since, waits, "it runs on");
    let (status, no) = bot
        .say(which, &now["control"]["epoch"], "Still there?")
        .await;
    assert_eq!((status, no["code"].as_str()), (409, Some("not_in_control")));
    let back = cl::ReturnToBot {
        conversation: which.to_owned(),
        bot: "front".to_owned(),
        summary: String::new(),
        seen_epoch: None,
        allowed_topics: Vec::new(),
        promises: Vec::new(),
    };
    house.desk.engine.return_to_bot(back).await.unwrap();
    let stands = bot.get(&format!("/conversations/{which}")).await;
    let (status, _) = bot
        .say(which, &stands["control"]["epoch"], "By mail, too?")
        .await;
    assert_eq!(status, 409, "it is not connected to the mailbox");
    assert_ne!(stands["control"]["you"], true);

    // The first letter says what it is about.
    let sent = answer(&house.desk.engine, which, "It leaves today.").await;
    assert_eq!(sent.conversation, which);
    house.desk.wait(10_000).await;
    let shown = house.desk.messages(id(which)).await;
    let letter = shown.last().unwrap();
    assert_eq!(letter.to[0].address, CARLA);
    assert_eq!(letter.subject, "Re: Where is my parcel A-17?");
    let quote = &letter.folded[0].text;
    assert!(quote.contains("> Carla Stone:\n> I have to go."), "{quote}");
    let told = bot.events().await;
    let heard = told
        .iter()
        .filter(|event| event["type"] == "message")
        .count();
    assert_eq!(heard, 3, "the letter is nothing for the chat");

    // The answer to the letter lands in the same conversation.
    let native = native_id(&house.desk, which).await;

    // A machine that says she is away has not answered for her.
    let away = Mail::from(&format!("Carla <{CARLA}>"), "8", "I am away.")
        .answers(&native)
        .header("Auto-Submitted: auto-replied");
    assert_eq!(house.desk.mail(&away).await.to_string(), which);
    let plan = prepared(&house.desk, which).await;
    assert_eq!(plan.to[0].address, CARLA);
    assert_eq!(plan.subject, "Re: Where is my parcel A-17?");

    let mail = Mail::from(&format!("Carla <{CARLA}>"), "9", "Thank you!").answers(&native);
    assert_eq!(house.desk.mail(&mail).await.to_string(), which);
    let plan = prepared(&house.desk, which).await;
    assert_eq!(plan.subject, "Re: The lamp");
    assert_eq!(plan.to[0].address, CARLA);
    // However much is written about it later: it is no first letter any more.
    for n in 0..25 {
        let note = co::NoteAdd {
            conversation: which.to_owned(),
            text: format!("{n}: not found yet."),
        };
        house.desk.engine.note_add(note).await.unwrap();
    }
    assert_eq!(prepared(&house.desk, which).await.subject, "Re: The lamp");

    let moves: Vec<What> = moves(&house.desk, which).await;
    assert!(matches!(
        &moves[..],
        [What::Moved { kind, address, ground, .. }]
            if kind == "email" && address == CARLA && ground == "given"
    ));
    follows_from_the_log(&house.desk).await;

    // She writes in the chat again, and is answered there.
    let again = bot.customer("chat", 3, "I am back here.").await;
    assert_eq!(again["conversation"], which);
    let plan = prepared(&house.desk, which).await;
    assert!(plan.chat);
    assert_eq!(self::moves(&house.desk, which).await.len(), 2);
    house.answer(which, "Hello again.").await;
    let told = bot.events().await;
    let last = told
        .iter()
        .rfind(|event| event["type"] == "message")
        .unwrap();
    assert_eq!(
        (&last["deliver"], &last["message"]["text"]),
        (&json!(true), &json!("Hello again."))
    );
    follows_from_the_log(&house.desk).await;
}

async fn prepared(desk: &Desk, which: &str) -> co::ReplyPlan {
    desk.engine
        .reply_prepare(co::ReplyPrepare {
            conversation: which.to_owned(),
            mode: co::ReplyMode::Reply,
            message: None,
        })
        .await
        .unwrap()
}

/// The changes of channel in the stream, and those that could not be.
async fn moves(desk: &Desk, which: &str) -> Vec<What> {
    let entries = desk.stream(id(which)).await.into_iter();
    entries
        .map(|entry| entry.what)
        .filter(|what| matches!(what, What::Moved { .. } | What::MoveHindered { .. }))
        .collect()
}

async fn native_id(desk: &Desk, which: &str) -> String {
    let which = id(which);
    desk.engine
        .read(move |reader, _| {
            let newest = reader.messages_newest(which, 1)?;
            Ok(newest[0].native_id.clone())
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn nobody_is_written_to_at_an_address_that_is_not_theirs() {
    let house = house("").await;
    let bot = &house.bot;
    let begun = bot.customer("chat", 1, "Hello?").await;
    let which = begun["conversation"].as_str().unwrap();
    assert!(
        places(&house, which).await.places.is_empty(),
        "no address is known"
    );

    // Somebody wrote from this address once, but nobody could tell whether it was her.
    let other = house
        .desk
        .mail(&Mail::from(
            &format!("Carla Stone <{CARLA}>"),
            "1",
            "By mail.",
        ))
        .await;
    let (chat, mail) = (
        contact(&house.desk, which).await,
        contact(&house.desk, &other.to_string()).await,
    );
    let merged = ct::ContactMerge {
        contact: chat.clone(),
        with: mail,
        undoes: false,
    };
    house.desk.engine.contact_merge(merged).await.unwrap();
    let there = places(&house, which).await;
    assert_eq!(there.places[0].cannot.as_deref(), Some("not_verified"));
    let refused = go_on(&house, which, &there.places[0]).await.unwrap_err();
    assert_eq!(
        refused,
        "It cannot go on there: the address was never verified, and the customer has not given it."
    );

    bot.customer("chat", 2, &format!("Write to {CARLA}")).await;
    assert_eq!(places(&house, which).await.places[0].cannot, None);
    let set = ct::ContactSet {
        contact: chat,
        name: "Carla Stone".to_owned(),
        tier: String::new(),
        email_consent: Some("no".to_owned()),
    };
    house.desk.engine.contact_set(set).await.unwrap();
    let there = places(&house, which).await;
    let refused = go_on(&house, which, &there.places[0]).await.unwrap_err();
    assert!(
        refused.ends_with("does not want to be written to there."),
        "{refused}"
    );
    assert!(moves(&house.desk, which).await.is_empty());
}

#[tokio::test]
async fn a_customer_who_told_the_bot_that_they_want_no_mail_gets_none() {
    let house = house(SILENT).await;
    let bot = &house.bot;
    let given = format!("Do not write to {CARLA}, please.");
    let begun = bot.customer("chat", 1, &given).await;
    let which = begun["conversation"].as_str().unwrap();
    let told = json!({ "epoch": 1, "packet": { "consent": { "email": false } } });
    let path = format!("/conversations/{which}/packet");
    assert_eq!(bot.ask("PUT", &path, None, &told).await.0, 200);
    bot.say(which, &json!(1), "As you wish.").await;
    let no = |there: &ew::Continuing| there.places[0].cannot.clone();
    assert_eq!(
        no(&places(&house, which).await).as_deref(),
        Some("no_consent")
    );

    // No rule writes to them either, and with people it is known still.
    house.desk.wait(21 * MINUTE).await;
    let state = house.desk.state(id(which)).await;
    assert_ne!(state.channel, house.desk.channel);
    house.take(which).await;
    let there = places(&house, which).await;
    assert_eq!(no(&there).as_deref(), Some("no_consent"));
    let refused = go_on(&house, which, &there.places[0]).await.unwrap_err();
    assert!(
        refused.ends_with("does not want to be written to there."),
        "{refused}"
    );

    // Nor is it forgotten when they come back another time.
    let done = cl::Release {
        conversation: which.to_owned(),
        reason: String::new(),
        seen_epoch: None,
    };
    house.desk.engine.resolve(done).await.unwrap();
    house.desk.wait(MINUTE).await;
    bot.customer("chat", 2, "Hello again").await;
    assert_eq!(house.desk.state(id(which)).await.episode, 2);
    let there = places(&house, which).await;
    assert_eq!(no(&there).as_deref(), Some("no_consent"));

    // Somebody has asked them, and writes down what they said.
    let set = ct::ContactSet {
        contact: contact(&house.desk, which).await,
        name: "Carla Stone".to_owned(),
        tier: String::new(),
        email_consent: Some("yes".to_owned()),
    };
    house.desk.engine.contact_set(set).await.unwrap();
    assert_eq!(no(&places(&house, which).await), None);
}

async fn contact(desk: &Desk, which: &str) -> String {
    desk.state(id(which)).await.contact.to_string()
}

const SILENT: &str = r#"
[[rule]]
id     = "chat-went-silent"
why    = "Whoever left the chat reads their mail."
on     = ["time"]
when   = 'conv.silent >= duration("20m") && conv.control == "bot"'
do     = { channel = "email", macro = "left" }
reason = "the chat went silent"
"#;

#[tokio::test]
async fn a_rule_goes_on_by_mail_when_the_chat_goes_silent_or_says_why_not() {
    let house = house(SILENT).await;
    house
        .desk
        .engine
        .macro_put(baton_api::macros::MacroPut {
            name: "left".to_owned(),
            text: "You left the chat; we go on here.".to_owned(),
        })
        .await
        .unwrap();
    let bot = &house.bot;
    let known = bot.customer("known", 1, &format!("I am {CARLA}.")).await;
    let unknown = bot.customer("unknown", 1, "Hello").await;
    let both = format!("I am {CARLA}, and eva@customer.test ordered it.");
    let several = bot.customer("several", 1, &both).await;
    let name = |begun: &Value| begun["conversation"].as_str().unwrap().to_owned();
    let (known, unknown, several) = (name(&known), name(&unknown), name(&several));
    for which in [&known, &unknown, &several] {
        bot.say(which, &json!(1), "What can I do for you?").await;
    }
    house.desk.wait(20 * MINUTE).await;

    let moved = house.desk.state(id(&known)).await;
    assert_eq!(moved.channel, house.desk.channel);
    assert_eq!(
        moved.control.controller.kind(),
        "queue",
        "people have it now"
    );
    let letter = house.desk.messages(id(&known)).await.pop().unwrap();
    assert_eq!(letter.to[0].address, CARLA);
    assert_eq!(letter.text, "You left the chat; we go on here.");
    assert!(letter.folded[0].text.contains("What can I do for you?"));

    let stayed = house.desk.state(id(&unknown)).await;
    assert_ne!(stayed.channel, house.desk.channel);
    let said = moves(&house.desk, &unknown).await;
    assert!(matches!(&said[..], [What::MoveHindered { code, .. }] if code == "no_address"));
    let said = moves(&house.desk, &several).await;
    assert!(
        matches!(&said[..], [What::MoveHindered { code, .. }] if code == "not_verified"),
        "whose is which?"
    );
    follows_from_the_log(&house.desk).await;
    let acted = house
        .desk
        .engine
        .read(|reader, _| Ok(reader.events_after(0, 10_000)?))
        .await
        .unwrap()
        .iter()
        .filter_map(|logged| serde_json::from_slice::<Envelope>(&logged.bytes).ok())
        .filter(|envelope| matches!(envelope.event(), Some(Event::ConversationMoved(_))))
        .map(|envelope| envelope.actor.id)
        .collect::<Vec<_>>();
    assert_eq!(acted, ["chat-went-silent"]);
}

#[tokio::test]
async fn where_it_could_go_on_is_looked_up_when_a_rule_asks_and_not_before() {
    let house = house(SILENT).await;
    let bot = &house.bot;
    let writes = async |key: &str, number: usize| {
        let said = json!({
            "key": key, "message": format!("m{number}"), "text": format!("I am {CARLA}."),
            "customer": { "id": "visitor-7", "name": "Carla Stone" },
        });
        bot.post("/customer-messages", said).await
    };
    let (_, begun) = writes("first", 1).await;
    let first = id(begun["conversation"]["conversation"].as_str().unwrap());
    assert_eq!(writes("second", 1).await.0, 200);

    // What she once wrote elsewhere cannot be read any more. Whoever had to read it would fail.
    let read = house.desk.engine.read(move |reader, _| {
        let newest = reader.messages_newest(first, 1)?;
        Ok(newest[0].document)
    });
    let document = read.await.unwrap();
    let database = rusqlite::Connection::open(house.desk.folder().join("baton.db")).unwrap();
    let sql = "UPDATE content SET bytes = CAST('{' AS BLOB), packing = 0 WHERE hash = ?1";
    assert_eq!(database.execute(sql, [document.0]).unwrap(), 1);
    let (status, heard) = writes("second", 2).await;
    assert_eq!(status, 200, "{heard}");
}

#[tokio::test]
async fn going_on_by_mail_is_taken_back_and_waits_for_what_is_on_its_way() {
    let house = house("").await;
    let bot = &house.bot;
    let begun = bot.customer("chat", 1, &format!("I am {CARLA}.")).await;
    let which = begun["conversation"].as_str().unwrap();
    let place = places(&house, which).await.places.remove(0);
    house.desk.answer(id(which), "One moment.").await;
    let held = go_on(&house, which, &place).await.unwrap_err();
    let why = "It cannot go on there: a message here is not settled yet. ";
    let what = held.strip_prefix(why).unwrap();
    assert!(what.contains("wait until it has left"), "{what}");
    assert!(what.contains("take it back to writing"), "{what}");
    house.desk.wait(10_000).await;
    let undo = go_on(&house, which, &place).await.unwrap();
    house
        .desk
        .engine
        .undo(cl::Undo {
            conversation: which.to_owned(),
            of: undo,
        })
        .await
        .unwrap();
    assert!(prepared(&house.desk, which).await.chat);
    assert!(house.desk.state(id(which)).await.moved.is_none());
    // Gone on again, it is brought back by hand as well.
    go_on(&house, which, &place).await.unwrap();
    let there = places(&house, which).await.places;
    assert_eq!((there.len(), there[0].home), (1, true));
    go_on(&house, which, &there[0]).await.unwrap();
    assert!(prepared(&house.desk, which).await.chat);
}
