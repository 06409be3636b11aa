//! What interrupts: an escalation tells who, why and how long is left, comes again until somebody
//! has it, goes when another takes it, and what was missed is one summary.

use baton_api::Commands as _;
use baton_api::session::{SessionGet, Settings, SettingsSet};
use baton_core::command::Command;
use baton_core::control::Reason;
use baton_core::ids::ConversationId;
use baton_core::time::{DAY, HOUR, MINUTE};
use baton_engine::{Escalation, Notice, local};
use baton_tests::clock::MONDAY;
use baton_tests::desk::Desk;
use baton_tests::mail::Mail;
use tokio::sync::broadcast::Receiver;

const CARLA: &str = "Carla Stone <carla@customer.test>";
const LAWYER: &str = "My lawyer waits. He is called Fuchs.";

/// A desk and somebody who shows notices.
async fn watched() -> (Desk, Receiver<Notice>) {
    let desk = Desk::open().await;
    let heard = desk.engine.notices().subscribe();
    (desk, heard)
}

/// What was said to the host since it was last asked.
fn told(heard: &mut Receiver<Notice>) -> Vec<Notice> {
    std::iter::from_fn(|| heard.try_recv().ok()).collect()
}

/// The one escalation that was shown.
fn shown(heard: &mut Receiver<Notice>) -> Escalation {
    match told(heard).as_slice() {
        [Notice::Escalation(escalation)] => escalation.clone(),
        other => panic!("one escalation, not {other:?}"),
    }
}

fn withdrawn(which: ConversationId) -> Notice {
    Notice::Withdraw {
        conversation: which.to_string(),
    }
}

async fn settings(desk: &Desk, change: impl FnOnce(&mut Settings)) {
    let session = desk.engine.session_get(SessionGet {}).await.unwrap();
    let mut settings = session.settings;
    change(&mut settings);
    let set = SettingsSet { settings };
    desk.engine.settings_set(set).await.unwrap();
}

/// So many customers write at once, each with the words of a lawyer.
async fn flood(desk: &Desk, customers: usize) -> Vec<ConversationId> {
    let mut all = Vec::new();
    for n in 0..customers {
        let from = format!("Customer {n} <c{n}@customer.test>");
        all.push(desk.mail(&Mail::from(&from, &n.to_string(), LAWYER)).await);
    }
    all
}

#[tokio::test]
async fn an_escalation_says_who_and_why_and_goes_when_another_takes_it() {
    let (desk, mut heard) = watched().await;
    let which = desk.mail(&Mail::from(CARLA, "1", LAWYER)).await;
    let escalation = shown(&mut heard);
    assert_eq!(escalation.conversation, which.to_string());
    assert_eq!(escalation.who, "Carla Stone");
    assert_eq!(escalation.why, "legal wording");
    assert_eq!(
        escalation.due_at,
        Some(MONDAY.0 + HOUR),
        "it says how long is left"
    );
    assert!(escalation.urgent && escalation.sound);
    assert_eq!(escalation.text, None, "no words unless they may be shown");

    desk.colleague("ben", which, Command::Take(Reason::default()))
        .await
        .unwrap();
    desk.wait(0).await;
    assert_eq!(told(&mut heard), [withdrawn(which)]);
    desk.wait(DAY).await;
    let later = told(&mut heard);
    assert!(
        !later.contains(&withdrawn(which)),
        "taken away once: {later:?}"
    );
}

#[tokio::test]
async fn words_of_the_message_are_shown_only_to_who_allows_it() {
    let (desk, mut heard) = watched().await;
    settings(&desk, |settings| settings.notify_text = true).await;
    desk.mail(&Mail::from(CARLA, "1", LAWYER)).await;
    let words = shown(&mut heard).text.unwrap();
    assert!(words.contains("Fuchs"), "{words}");

    settings(&desk, |settings| settings.notify_text = false).await;
    let dan = Mail::from("Dan <dan@customer.test>", "2", LAWYER);
    desk.mail(&dan).await;
    let escalation = shown(&mut heard);
    assert!(!format!("{escalation:?}").contains("Fuchs"));
}

#[tokio::test]
async fn it_comes_again_along_its_ladder_until_somebody_has_it() {
    let (desk, mut heard) = watched().await;
    let which = desk.mail(&Mail::from(CARLA, "1", LAWYER)).await;
    let mut minutes = Vec::new();
    for minute in 0..=40 {
        for notice in told(&mut heard) {
            let Notice::Escalation(escalation) = notice else {
                panic!("nothing is withdrawn before somebody has it: {notice:?}");
            };
            assert_eq!(escalation.conversation, which.to_string());
            minutes.push(minute);
        }
        desk.wait(MINUTE).await;
    }
    assert_eq!(
        minutes,
        [0, 5, 10, 20, 35],
        "each rung, the offer that nobody took, and the last rung again"
    );

    desk.colleague("cleo", which, Command::Take(Reason::default()))
        .await
        .unwrap();
    desk.wait(10 * MINUTE).await;
    assert_eq!(told(&mut heard), [withdrawn(which)], "and then no more");
}

#[tokio::test]
async fn what_was_missed_in_sleep_is_one_summary() {
    let (desk, mut heard) = watched().await;
    let mut all = Vec::new();
    for (who, id) in [("Carla", "1"), ("Dan", "2"), ("Eve", "3"), ("Fay", "4")] {
        let from = format!("{who} Stone <{}@customer.test>", who.to_lowercase());
        all.push(desk.mail(&Mail::from(&from, id, "Where is it?")).await);
    }
    told(&mut heard);
    // The lid is shut; each promise is missed meanwhile.
    desk.wait(DAY).await;
    let notices = told(&mut heard);
    let [
        Notice::Summary {
            conversations,
            first,
            names,
        },
    ] = notices.as_slice()
    else {
        panic!("one summary, not {notices:?}");
    };
    assert_eq!(*conversations, 4);
    assert!(all.iter().any(|which| which.to_string() == *first));
    assert_eq!(names.len(), 3, "the first few: {names:?}");

    desk.wait(MINUTE).await;
    assert_eq!(told(&mut heard), [], "it is said once");
    // What is new afterwards interrupts by itself.
    desk.mail(&Mail::from("Gus <gus@customer.test>", "5", LAWYER))
        .await;
    assert_eq!(shown(&mut heard).who, "Gus");
}

#[tokio::test]
async fn a_night_of_mail_that_comes_in_at_once_is_one_summary() {
    let desk = Desk::open().await;
    let all = flood(&desk, 12).await;
    let mut heard = desk.engine.notices().subscribe();
    desk.wait(1).await;
    let notices = told(&mut heard);
    assert!(
        matches!(notices.as_slice(), [Notice::Summary { conversations, .. }] if *conversations == 12),
        "{notices:?}"
    );
    // Each of them still goes when somebody has it.
    desk.colleague("ben", all[7], Command::Take(Reason::default()))
        .await
        .unwrap();
    desk.wait(1).await;
    assert_eq!(told(&mut heard), [withdrawn(all[7])]);
}

#[tokio::test]
async fn quiet_hours_hold_back_all_but_what_is_urgent() {
    let (desk, mut heard) = watched().await;
    let minute = local::minute_of_day(MONDAY);
    let at = |ahead: u32| {
        let minute = (minute + ahead) % (24 * 60);
        format!("{:02}:{:02}", minute / 60, minute % 60)
    };
    settings(&desk, |settings| {
        settings.quiet_from = at(0);
        settings.quiet_to = at(45);
    })
    .await;
    // Nobody is in a hurry about this one; a lead hears of it all the same.
    let calm = Mail::from(CARLA, "1", "Where is my lamp?");
    desk.mail(&calm).await;
    assert_eq!(told(&mut heard), [], "not now");
    let dan = Mail::from("Dan <dan@customer.test>", "2", LAWYER);
    desk.mail(&dan).await;
    assert_eq!(shown(&mut heard).who, "Dan", "but this cannot wait");
    desk.wait(4 * MINUTE).await;
    assert_eq!(told(&mut heard), []);

    // With the last quiet minute it is told what was held back.
    desk.wait(41 * MINUTE).await;
    let names: Vec<String> = told(&mut heard)
        .into_iter()
        .filter_map(|notice| match notice {
            Notice::Escalation(escalation) => Some(escalation.who),
            _ => None,
        })
        .collect();
    assert!(names.contains(&"Carla Stone".to_owned()), "{names:?}");
}

#[tokio::test]
async fn the_switch_holds_back_everything_and_nothing_is_lost_by_it() {
    let (desk, mut heard) = watched().await;
    settings(&desk, |settings| settings.notify = false).await;
    desk.mail(&Mail::from(CARLA, "1", LAWYER)).await;
    assert_eq!(told(&mut heard), []);
    settings(&desk, |settings| settings.notify = true).await;
    desk.wait(1).await;
    assert_eq!(shown(&mut heard).who, "Carla Stone");
}
