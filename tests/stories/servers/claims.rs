//! Who a mail says it is from proves nothing: a mailbox with the team's own address in From.

use baton_api::Commands as _;
use baton_api::channels as ch;
use baton_api::contacts::ContactGet;
use baton_tests::desk::answer;
use baton_tests::mail::{Mail, field};
use baton_tests::post::{conversations, is_live, said, until};

use super::office::{CARLA, Office, SUPPORT};

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
    // And somebody who says no, and quotes the whole letter.
    let quotes = Mail::from("Eve <eve@customer.test>", "y", "No.\n> It left on Friday.");
    let quotes = String::from_utf8(quotes.about("Other").raw()).unwrap();
    let quotes = quotes.replace("y@customer.test", id);
    office.server.deliver(SUPPORT, quotes.as_bytes()).unwrap();
    until("the other mails are shown", || async {
        let rows = conversations(&office.engine).await;
        rows.iter()
            .map(|row| row.messages)
            .sum::<u32>()
            .eq(&4)
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_is_verified_by_our_own_server_only_and_by_the_newest_mail() {
    let Some(office) = Office::open().await else {
        return;
    };
    let signed = |id: &str, by: &str| {
        Mail::from(CARLA, id, "Where is my lamp?")
            .about(id)
            .header(&format!("Authentication-Results: {by}; dmarc=pass"))
    };
    let level = async |office: &Office, subject: &str| {
        office.conversation(subject, 1).await;
        let rows = conversations(&office.engine).await;
        let row = rows.iter().find(|row| row.subject == subject).unwrap();
        let contact = ContactGet {
            contact: row.contact.id.clone(),
        };
        let known = office.engine.contact_get(contact).await.unwrap();
        known.identities[0].level.clone()
    };
    office.deliver(&signed("unasked", "mx.baton.test"));
    assert_eq!(
        level(&office, "unasked").await,
        "seen",
        "nobody is believed"
    );

    // The login test finds the name, and the person confirms it.
    let list = office
        .engine
        .channel_list(ch::ChannelList {})
        .await
        .unwrap();
    let mut put = ch::ChannelPut {
        id: Some(office.channel.clone()),
        config: list.channels[0].config.clone().unwrap(),
        secret: Some("secret".to_owned()),
        oauth_flow: None,
    };
    let tested = office.engine.channel_test(put.clone()).await.unwrap();
    assert_eq!(tested.authserv_id.as_deref(), Some("mx.baton.test"));
    put.config.authserv_id = tested.authserv_id;
    office.engine.channel_put(put).await.unwrap();
    is_live(&office.engine, &office.channel).await;
    office.deliver(&signed("ours", "mx.baton.test"));
    assert_eq!(level(&office, "ours").await, "verified");
    office.deliver(&signed("forged", "mx.forger.test"));
    assert_eq!(
        level(&office, "forged").await,
        "seen",
        "the newest mail counts"
    );
}
