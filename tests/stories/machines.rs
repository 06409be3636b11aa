//! What machines write moves nothing: no clock, no control, no answer.

use std::collections::BTreeSet;

use baton_api::Commands as _;
use baton_api::control as cl;
use baton_api::timeline::What;
use baton_core::time::{HOUR, MINUTE, SECOND};
use baton_tests::desk::Desk;
use baton_tests::mail::{Mail, bounce};

const CARLA: &str = "Carla Stone <carla@customer.test>";

fn vacation(id: &str) -> Mail {
    Mail::from(CARLA, id, "I am away until Monday.")
        .about("Out of office: The lamp")
        .answers("1@customer.test")
        .header("Auto-Submitted: auto-replied")
}

#[tokio::test]
async fn a_vacation_notice_neither_stops_nor_resets_the_waiting() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    let before = desk.state(which).await;
    desk.wait(10 * MINUTE).await;
    assert_eq!(desk.mail(&vacation("2")).await, which);
    let after = desk.state(which).await;
    assert_eq!(after.talk.waiting_since, before.talk.waiting_since);
    assert_eq!(after.clocks, before.clocks);
    assert_eq!(after.control, before.control);
    let kinds: Vec<String> = desk
        .messages(which)
        .await
        .into_iter()
        .map(|one| one.kind)
        .collect();
    assert_eq!(kinds, ["message", "auto_reply"]);

    // Nor does it begin a waiting where the customer has been answered.
    desk.answer(which, "It left on Friday.").await;
    desk.wait(11 * SECOND).await;
    desk.wait(HOUR).await;
    let before = desk.state(which).await;
    desk.mail(&vacation("3")).await;
    let after = desk.state(which).await;
    assert_eq!(after.talk.waiting_since, None);
    assert_eq!((after.status, after.clocks), (before.status, before.clocks));
}

#[tokio::test]
async fn machines_do_not_reopen_what_was_solved() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    desk.answer(which, "It left on Friday.").await;
    desk.wait(11 * SECOND).await;
    let done = cl::Release {
        conversation: which.to_string(),
        reason: String::new(),
        seen_epoch: None,
    };
    desk.engine.resolve(done).await.unwrap();

    desk.wait(HOUR).await;
    assert_eq!(desk.mail(&vacation("2")).await, which);
    let head = desk.head(which).await;
    assert_eq!(
        (head.row.status.as_str(), head.row.control.kind.as_str()),
        ("solved", "nobody")
    );
    assert_eq!(head.episode, 1);

    // Her server says that our answer did not arrive: that is shown, but is no word of hers.
    assert_eq!(desk.raw(bounce("b1", "1@customer.test")).await, which);
    let state = desk.state(which).await;
    assert_eq!((state.episode, state.talk.from_customer), (1, 1));
    assert_eq!(state.talk.waiting_since, None);
    let report = desk.messages(which).await.pop().unwrap();
    assert_eq!(report.kind, "bounce");
    assert_eq!(report.report.unwrap().status, "5.1.1");
}

#[tokio::test]
async fn a_report_that_our_answer_did_not_arrive_brings_the_work_back() {
    let desk = Desk::open().await;
    let which = desk
        .mail(&Mail::from(CARLA, "1", "Where is my lamp?"))
        .await;
    desk.answer(which, "It left on Friday.").await;
    desk.wait(11 * SECOND).await;
    let done = cl::Release {
        conversation: which.to_string(),
        reason: String::new(),
        seen_epoch: None,
    };
    desk.engine.resolve(done).await.unwrap();
    let read = desk
        .engine
        .read(move |reader, _| Ok(reader.messages_newest(which, 1)?));
    let ours = read.await.unwrap().remove(0).native_id;

    desk.wait(HOUR).await;
    assert_eq!(desk.raw(bounce("b1", &ours)).await, which);
    let state = desk.state(which).await;
    assert_eq!(
        state.talk.waiting_since, None,
        "no clock of the customer moved"
    );
    assert!(state.clocks.values().all(|clock| !clock.is_live()));
    let head = desk.head(which).await;
    assert_eq!(
        (head.row.status.as_str(), head.row.control.name.as_str()),
        ("open", "anna"),
        "whoever wrote it has it again"
    );
    let alerts = desk.engine.alerts_get(cl::AlertsGet {}).await.unwrap();
    let told: Vec<&str> = alerts
        .alerts
        .iter()
        .map(|alert| alert.reason.as_str())
        .collect();
    assert_eq!(told, ["a message did not arrive"]);
    let stream = desk.stream(which).await;
    let step = stream.iter().find_map(|entry| match &entry.what {
        What::Send { step, text, .. } => Some((step.as_str(), text.as_str(), entry.actor.as_str())),
        _ => None,
    });
    let (step, text, actor) = step.expect("the stream says so");
    assert_eq!((step, actor), ("bounced", "system"));
    assert!(text.starts_with("carla@customer.test: "), "{text}");
    let messages = desk.messages(which).await;
    let sent = messages
        .iter()
        .find(|one| one.direction == "outbound")
        .unwrap();
    assert_eq!(sent.outbox.as_ref().unwrap().state, "bounced");
    assert_eq!(messages.len(), 3, "nothing was sent because of it");
}

#[tokio::test]
async fn two_mails_of_a_machine_that_numbers_all_alike_keep_both_their_files() {
    let desk = Desk::open().await;
    let scan = |file: &str| {
        Mail::from(
            "Scanner <scan@customer.test>",
            "same",
            &format!(
                "--b\nContent-Type: text/plain\n\nSee the file.\n--b\n\
                 Content-Type: text/plain; name=page.txt\n\
                 Content-Disposition: attachment; filename=page.txt\n\n{file}\n--b--"
            ),
        )
        .header("Content-Type: multipart/mixed; boundary=b")
    };
    let first = desk.mail(&scan("page one")).await;
    let second = desk.mail(&scan("page two")).await;
    let mut both = desk.messages(first).await;
    both.extend(desk.messages(second).await);
    let both: BTreeSet<String> = both.into_iter().map(|one| one.id).collect();
    assert_eq!(both.len(), 2, "neither is taken for the other");
}
