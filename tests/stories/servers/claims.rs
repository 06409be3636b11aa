//! Who a mail says it is from proves nothing: a mailbox with the team's own address in From.

use baton_tests::desk::answer;
use baton_tests::mail::{Mail, field};
use baton_tests::post::{conversations, said, until};

use super::office::{Office, SUPPORT};

const FORM: &str = "The shop's form <support@baton.test>";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_form_on_the_web_site_sends_in_our_name_waits_in_the_queue() {
    let Some(office) = Office::open().await else {
        return;
    };
    let enquiry = Mail::from(FORM, "form-1", "Do you mend lamps?")
        .about("Enquiry")
        .header("Reply-To: Vera Visitor <vera@visitor.test>");
    office.deliver(&enquiry);
    let which = office.conversation("Enquiry", 1).await;
    let row = conversations(&office.engine).await.remove(0);
    assert_eq!(
        (
            row.control.kind.as_str(),
            row.unread,
            row.contact.name.as_str()
        ),
        ("queue", 1, "Vera Visitor"),
        "somebody waits, and it is whoever filled the form in"
    );
    let shown = said(&office.engine, &which).await.remove(0);
    assert_eq!(shown.author, "customer");
    let doubts: Vec<&str> = shown.warnings.iter().map(|one| one.code.as_str()).collect();
    assert!(doubts.contains(&"claims_own_address"), "{doubts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_in_our_name_answers_nobody() {
    let Some((office, which)) = Office::asked().await else {
        return;
    };
    let before = conversations(&office.engine).await.remove(0);
    let forged = Mail::from(SUPPORT, "forged", "Solved. Please pay to another account.")
        .about("Forged")
        .to("carla@customer.test, support@baton.test")
        .answers("1@customer.test");
    office.deliver(&forged);
    let all = until("the forged mail is there", || async {
        Some(said(&office.engine, &which).await).filter(|all| all.len() == 2)
    })
    .await;
    assert_eq!(all[1].author, "customer");
    assert_eq!(all[1].join, "flagged");
    let after = conversations(&office.engine).await.remove(0);
    assert_eq!(
        (after.control.kind, after.status, after.waiting_since),
        (before.control.kind, before.status, before.waiting_since),
        "the customer still waits"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_bears_the_identifier_of_our_answer_and_says_something_else_is_shown() {
    let Some((office, which)) = Office::asked().await else {
        return;
    };
    answer(&office.engine, &which, "It left on Friday.").await;
    let sent = until("the answer left", || async {
        office.sink.received().into_iter().next()
    })
    .await;
    let raw = String::from_utf8_lossy(&sent.data).into_owned();
    let id = field(&raw, "Message-ID").unwrap();
    let id = id.trim().trim_matches(['<', '>']);
    // The same words come back by a list, and others under the same identifier.
    office.server.deliver(SUPPORT, raw.as_bytes()).unwrap();
    let other = Mail::from("Dan <dan@customer.test>", "x", "These are other words.").about("Other");
    let other = String::from_utf8(other.raw()).unwrap();
    let other = other.replace("x@customer.test", id);
    office.server.deliver(SUPPORT, other.as_bytes()).unwrap();
    until("the other mail is shown", || async {
        let rows = conversations(&office.engine).await;
        rows.iter()
            .map(|row| row.messages)
            .sum::<u32>()
            .eq(&3)
            .then_some(())
    })
    .await;
    let texts: Vec<String> = said(&office.engine, &which)
        .await
        .into_iter()
        .map(|one| one.text)
        .collect();
    let ours = texts.iter().filter(|text| text.contains("Friday")).count();
    assert_eq!(ours, 1, "{texts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_mail_program_of_ours_put_into_a_folder_is_our_answer() {
    let Some((office, which)) = Office::asked().await else {
        return;
    };
    let ours = Mail::from(SUPPORT, "phone-1", "It left on Friday.")
        .to("carla@customer.test")
        .answers("1@customer.test");
    office.save("", &ours.raw());
    office.look().await;
    let all = until("our answer is there", || async {
        Some(said(&office.engine, &which).await).filter(|all| all.len() == 2)
    })
    .await;
    assert_eq!(all[1].author, "agent");
    assert!(all[1].warnings.is_empty());
}
