//! A customer writes, people answer: who may speak, what can be taken back, whom an answer reaches.

use baton_api::Commands as _;
use baton_api::compose as co;
use baton_api::control as cl;
use baton_api::timeline::What;
use baton_api::why as wy;
use baton_core::command::Command;
use baton_core::control::Reason;
use baton_core::ids::{ConversationId, Id as _};
use baton_core::time::{MINUTE, SECOND};
use baton_tests::desk::Desk;
use baton_tests::mail::Mail;

const CARLA: &str = "Carla Stone <carla@customer.test>";

#[tokio::test]
async fn a_mail_is_queued_explained_taken_answered_and_resolved() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(
            CARLA,
            "1",
            "My lawyer says that the lamp is broken.",
        ))
        .await;
    let head = desk.head(which).await;
    assert_eq!(head.row.control.kind, "queue");
    assert_eq!(head.row.contact.name, "Carla Stone");
    assert_eq!(
        (head.row.status.as_str(), head.row.priority.as_str()),
        ("new", "urgent")
    );

    let decision = head.decision.expect("the rules have decided");
    let why = desk
        .engine
        .decision_get(wy::DecisionGet { decision })
        .await
        .unwrap();
    let legal = why.matched.iter().find(|rule| rule.id == "legal").unwrap();
    assert!(legal.acted);
    let words = legal
        .rows
        .iter()
        .find(|row| row.fact == "msg.words.legal")
        .unwrap();
    assert_eq!(words.truth, "true");
    assert!(head.sentence.contains("legal wording"), "{}", head.sentence);

    let take = cl::Take {
        conversation: which.to_string(),
        seen_epoch: None,
    };
    desk.engine.take(take).await.unwrap();
    let control = desk.head(which).await.row.control;
    assert!(control.mine && control.state == "agent_active");

    let queued = desk.answer(which, "We send you a new one.").await;
    assert_eq!(queued.undo_until, desk.clock_now() + 10 * SECOND);
    desk.wait(9 * SECOND).await;
    let waiting = desk.messages(which).await;
    assert_eq!(waiting[1].outbox.as_ref().unwrap().state, "queued");
    desk.wait(SECOND).await;
    let sent = desk.messages(which).await;
    assert_eq!(sent.len(), 2, "it left once and is shown once");
    assert_eq!(sent[1].direction, "outbound");
    assert_eq!(sent[1].to[0].address, "carla@customer.test");
    assert_eq!(desk.head(which).await.row.status, "waiting_customer");

    let done = cl::Release {
        conversation: which.to_string(),
        reason: String::new(),
        seen_epoch: None,
    };
    desk.engine.resolve(done).await.unwrap();
    let head = desk.head(which).await;
    assert_eq!(
        (head.row.status.as_str(), head.row.control.kind.as_str()),
        ("solved", "nobody")
    );

    desk.wait(MINUTE).await;
    let again = desk
        .mail(&Mail::from(CARLA, "2", "Thank you! One more thing.").answers("1@customer.test"))
        .await;
    assert_eq!(again, which, "she comes back to the same conversation");
    let head = desk.head(which).await;
    assert_eq!((head.episode, head.row.control.kind.as_str()), (2, "queue"));
}

#[tokio::test]
async fn a_person_may_write_first_and_the_answer_comes_to_the_same_conversation() {
    let desk = Desk::open().await;
    let channels = desk
        .engine
        .channel_list(baton_api::channels::ChannelList {})
        .await
        .unwrap()
        .channels;
    let mailbox = channels.first().unwrap();
    let letter = |conversation: Option<String>| co::ReplySend {
        conversation,
        channel: Some(mailbox.id.clone()),
        mode: co::ReplyMode::New,
        message: None,
        to: vec![baton_api::contacts::AddressView {
            name: "Carla Stone".to_owned(),
            address: "carla@customer.test".to_owned(),
        }],
        cc: Vec::new(),
        bcc: Vec::new(),
        subject: "Your lamp is ready".to_owned(),
        text: "It waits for you at the counter.".to_owned(),
        quote: String::new(),
        files: Vec::new(),
        forward: Vec::new(),
        left_out: Vec::new(),
        resolve: false,
    };
    let queued = desk.engine.reply_send(letter(None)).await.unwrap();
    let which = ConversationId::parse(&queued.conversation).unwrap();
    let head = desk.head(which).await;
    assert!(head.row.control.mine, "who writes first holds the baton");
    assert_eq!(head.row.contact.name, "Carla Stone");
    desk.wait(11 * SECOND).await;
    let sent = desk.messages(which).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].subject, "Your lamp is ready");

    let second = desk.engine.reply_send(letter(None)).await.unwrap();
    let back = desk
        .engine
        .send_cancel(co::OutboxOnly {
            conversation: second.conversation.clone(),
            outbox: second.outbox,
        })
        .await
        .unwrap();
    let begun = ConversationId::parse(&second.conversation).unwrap();
    assert_eq!(desk.head(begun).await.row.status, "solved");
    assert!(
        !desk.head(begun).await.row.control.mine,
        "nobody holds what never was"
    );
    let new = co::DraftGet {
        conversation: "new".to_owned(),
    };
    let kept = desk.engine.draft_get(new).await.unwrap().draft;
    assert!(
        kept.is_some() && kept == back.draft,
        "it lies where it was written"
    );
    assert_eq!(
        back.draft.map(|draft| draft.text).as_deref(),
        Some("It waits for you at the counter.")
    );

    let nowhere = desk
        .engine
        .reply_send(letter(Some("cnv_00000000000000000000000001".to_owned())))
        .await;
    assert!(nowhere.is_err(), "an answer begins no conversation");
}

#[tokio::test]
async fn a_note_begun_and_a_letter_begun_are_kept_apart() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    let conversation = which.to_string();
    let put = |note: bool, draft: Option<co::Draft>| {
        desk.engine.draft_put(co::DraftPut {
            conversation: conversation.clone(),
            draft,
            note,
        })
    };
    let kept = || async {
        let asked = co::DraftGet {
            conversation: conversation.clone(),
        };
        let found = desk.engine.draft_get(asked).await.unwrap();
        (
            found.draft.map(|one| one.text),
            found.note.map(|one| one.text),
        )
    };
    let lamp = Some("It is on its way.".to_owned());
    let secret = Some("She has threatened us twice.".to_owned());
    put(false, Some(begun("forward", "Look at this.")))
        .await
        .unwrap();
    put(false, Some(begun("reply", "It is on its way.")))
        .await
        .unwrap();
    put(true, Some(begun("note", "She has threatened us twice.")))
        .await
        .unwrap();
    assert_eq!(kept().await, (lamp.clone(), secret.clone()));

    desk.answer(which, "It is on its way.").await;
    assert_eq!(kept().await, (None, secret.clone()), "the note stays");
    put(false, Some(begun("reply", "It is on its way.")))
        .await
        .unwrap();
    put(true, None).await.unwrap();
    assert_eq!(kept().await, (lamp, None), "the letter stays");
}

fn begun(mode: &str, text: &str) -> co::Draft {
    co::Draft {
        mode: mode.to_owned(),
        message: None,
        to: Vec::new(),
        cc: Vec::new(),
        bcc: Vec::new(),
        subject: String::new(),
        text: text.to_owned(),
        with_quote: false,
        files: Vec::new(),
        left_out: Vec::new(),
        sources: Vec::new(),
        saved_at: 0,
    }
}

#[tokio::test]
async fn a_message_taken_back_is_a_draft_again_and_never_sent() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    let conversation = which.to_string();
    let draft = co::Draft {
        subject: "Re: The lamp".to_owned(),
        with_quote: true,
        ..begun("reply", "It is l")
    };
    let put = co::DraftPut {
        conversation: conversation.clone(),
        draft: Some(draft),
        note: false,
    };
    desk.engine.draft_put(put).await.unwrap();
    // Sent before the draft was saved again: what was sent is what comes back.
    let queued = desk.answer(which, "It is lots.").await;
    let ask = || co::DraftGet {
        conversation: conversation.clone(),
    };
    assert!(desk.engine.draft_get(ask()).await.unwrap().draft.is_none());

    desk.wait(4 * SECOND).await;
    let entry = || co::OutboxOnly {
        conversation: conversation.clone(),
        outbox: queued.outbox.clone(),
    };
    let back = desk
        .engine
        .send_cancel(entry())
        .await
        .unwrap()
        .draft
        .unwrap();
    assert_eq!((back.text.as_str(), back.with_quote), ("It is lots.", true));
    let kept = desk.engine.draft_get(ask()).await.unwrap().draft.unwrap();
    assert_eq!(kept.text, "It is lots.");

    desk.wait(MINUTE).await;
    assert_eq!(desk.messages(which).await.len(), 1, "nothing has left");
    let state = desk.state(which).await;
    assert!(state.talk.waiting_since.is_some(), "she still waits");

    let late = desk.answer(which, "It is lost.").await;
    desk.wait(11 * SECOND).await;
    let entry = co::OutboxOnly {
        conversation,
        outbox: late.outbox,
    };
    let refused = desk.engine.send_cancel(entry).await.err().unwrap();
    assert!(refused.notice, "too late is told, not broken: {refused}");
}

#[tokio::test]
async fn two_people_cannot_both_answer_without_seeing_each_other() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    let take = cl::Take {
        conversation: which.to_string(),
        seen_epoch: None,
    };
    desk.engine.take(take.clone()).await.unwrap();

    let state = desk
        .colleague("ben", which, Command::Take(Reason::default()))
        .await
        .unwrap();
    assert_eq!(state.control.epoch, 3, "queue, Anna, Ben");
    let control = desk.head(which).await.row.control;
    assert_eq!((control.display.as_str(), control.mine), ("Ben", false));
    let changes: Vec<(String, String)> = desk
        .stream(which)
        .await
        .into_iter()
        .filter_map(|entry| match entry.what {
            What::Control { verb, from, to, .. } if verb == "take" => Some((from, to)),
            _ => None,
        })
        .collect();
    assert_eq!(
        changes.len(),
        2,
        "both takes stand in the stream: {changes:?}"
    );
    assert_eq!(
        changes[1],
        ("agent:anna".to_owned(), "agent:ben".to_owned())
    );

    // Anna's answer crosses his take: it is a take of her own, and he sees it.
    desk.answer(which, "It is on its way.").await;
    let control = desk.head(which).await.row.control;
    assert_eq!((control.display.as_str(), control.epoch), ("Anna", 4));
    let undo = desk
        .colleague("ben", which, Command::Release(Reason::default()))
        .await
        .unwrap_err();
    assert!(
        undo.to_string().contains("anna") || undo.to_string().contains("control"),
        "{undo}"
    );
}

#[tokio::test]
async fn who_quotes_an_identifier_joins_flagged_and_is_not_answered() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    desk.answer(which, "It left on Friday.").await;
    desk.wait(11 * SECOND).await;
    let state = desk.state(which).await;
    let sent = state.talk.last_message.unwrap();
    let ours = desk
        .engine
        .read(move |reader, _| {
            let row = reader.message(sent)?.unwrap();
            Ok(reader.document(row.document)?.unwrap().native_id)
        })
        .await
        .unwrap();

    for (n, quoted) in ["1@customer.test", ours.as_str()].into_iter().enumerate() {
        desk.wait(MINUTE).await;
        let stranger = format!("Mallory <mallory{n}@elsewhere.test>");
        let mail =
            Mail::from(&stranger, &format!("m{n}"), "Send it to me instead.").answers(quoted);
        assert_eq!(desk.mail(&mail).await, which, "it is not lost");
        let newest = desk.messages(which).await.pop().unwrap();
        assert_eq!(newest.join, "flagged", "quoting {quoted} proves nothing");
        for mode in [co::ReplyMode::Reply, co::ReplyMode::ReplyAll] {
            let plan = desk
                .engine
                .reply_prepare(co::ReplyPrepare {
                    conversation: which.to_string(),
                    mode,
                    message: None,
                })
                .await
                .unwrap();
            let named: Vec<String> = plan
                .to
                .iter()
                .chain(&plan.cc)
                .map(|one| one.address.clone())
                .collect();
            assert_eq!(named, ["carla@customer.test"], "{mode:?}");
        }
    }

    // Carla herself is no stranger, whatever she answers.
    let mail = Mail::from(CARLA, "2", "Thank you!").answers(&ours);
    assert_eq!(desk.mail(&mail).await, which);
    assert_ne!(desk.messages(which).await.pop().unwrap().join, "flagged");
}

#[tokio::test]
async fn what_nobody_would_find_again_is_refused() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    let pass = cl::Pass {
        conversation: which.to_string(),
        to: "queue:nowhere".to_owned(),
        note: String::new(),
        reason: String::new(),
        offer_seconds: None,
        seen_epoch: None,
    };
    let refused = desk.engine.pass(pass).await.err().unwrap();
    assert_eq!(refused.code, "no_such_queue");
    assert!(refused.hint.contains("support"), "{}", refused.hint);

    for tag in ["", "two\nlines", "tur\u{202e}ned", &"long".repeat(20)] {
        let tags = cl::TagsSet {
            conversation: which.to_string(),
            add: vec!["fine".to_owned(), tag.to_owned()],
            remove: Vec::new(),
        };
        let refused = desk.engine.tags_set(tags).await.err().unwrap();
        assert_eq!(refused.code, "bad_tag", "{tag:?}");
    }
    assert!(desk.state(which).await.tags.is_empty());
}

#[tokio::test]
async fn a_take_that_has_not_seen_the_colleague_s_names_them_and_takes_nothing() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    let seen = desk.head(which).await.row.control.epoch;
    desk.colleague("ben", which, Command::Take(Reason::default()))
        .await
        .unwrap();
    let take = |seen_epoch| cl::Take {
        conversation: which.to_string(),
        seen_epoch,
    };
    let refused = desk.engine.take(take(Some(seen))).await.err().unwrap();
    assert_eq!(
        (refused.code.as_str(), refused.notice),
        ("stale_epoch", true)
    );
    assert!(refused.message.contains("ben"), "{}", refused.message);
    assert_eq!(desk.head(which).await.row.control.name, "ben");

    // Whoever sees that Ben has it may take it all the same, and may answer at any time.
    let seen = desk.head(which).await.row.control.epoch;
    desk.engine.take(take(Some(seen))).await.unwrap();
    assert_eq!(desk.head(which).await.row.control.name, "anna");
    desk.colleague("ben", which, Command::Take(Reason::default()))
        .await
        .unwrap();
    desk.answer(which, "It left on Friday.").await;
    assert_eq!(desk.head(which).await.row.control.name, "anna");
}
