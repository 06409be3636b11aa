//! From a customer's mail to the answer in their mailbox, over real servers.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use baton_testkit::{MailServer, Relay, ServerOptions};
use serde_json::{Value, json};

use crate::stage::{Stage, until};
use crate::webdriver::Window;

const SOON: Duration = Duration::from_secs(30);
const SHOP: &str = "shop@baton.test";
const CUSTOMER: &str = "hale@customer.test";

const LETTER: &str = "From: Martin Hale <hale@customer.test>\r\n\
To: shop@baton.test\r\n\
Subject: Refund for order 45120\r\n\
Message-ID: <45120@customer.test>\r\n\
Date: Fri, 20 Nov 2026 10:00:00 +0000\r\n\
MIME-Version: 1.0\r\n\
Content-Type: text/html; charset=utf-8\r\n\
\r\n\
<p style=\"color:#123\">My <b>lawyer</b> will write to you about the refund.</p>\
<script>document.title='x'</script><img src=\"http://127.0.0.1:9/pixel\">\r\n";

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.expect("it is after 1970").as_millis()).expect("it is not that late")
}

/// A mailbox on the rehearsal servers, as somebody would set it up.
fn mailbox(server: &MailServer) -> Value {
    let local = |port: u16, security: &str| json!({ "host": "localhost", "port": port, "security": security, "login": SHOP });
    json!({
        "id": null,
        "config": {
            "address": SHOP,
            "display_name": "The shop",
            "imap": local(server.ports().imaps, "tls"),
            "smtp": local(server.ports().submission, "starttls"),
            "auth": "password",
            "oauth_provider": "",
            "oauth_client": "",
            "folders": [],
            "keep_sent": true,
            "queue": "support",
            "history_days": 0,
            "ca_file": server.ca(),
        },
        "secret": "secret",
        "oauth_flow": null,
    })
}

fn press(window: &Window, what: &str, xpath: &str) {
    until(what, SOON, || window.click(xpath).then_some(()));
}

#[test]
fn a_customers_mail_is_taken_from_its_notification_and_answered() {
    let relay_port = Relay::reserve();
    let options = ServerOptions {
        relay_port: Some(relay_port),
        ..ServerOptions::default()
    };
    let Some(mut stage) = Stage::set_up() else {
        return;
    };
    let Some(server) = MailServer::start_or_skip(&options) else {
        return;
    };
    let _relay = match Relay::start(relay_port, server.ports().lmtp) {
        Ok(relay) => relay,
        Err(why) => {
            eprintln!("skipped: {why}");
            return;
        }
    };
    std::fs::write(stage.path("passphrase"), "a rehearsal").expect("it can be written");
    let workspace = stage.workspace();
    let window = stage.open(&["--workspace", &workspace]);
    until("the page", SOON, || window.text("main"));

    // Nobody waits in a rehearsal for a second thought.
    let session = window.call("session_get", json!({})).expect("the session");
    let mut settings = session["settings"].clone();
    settings["undo_seconds"] = json!(0);
    window
        .call("settings_set", json!({ "settings": settings }))
        .expect("the settings are kept");
    let channel = window
        .call("channel_put", mailbox(&server))
        .expect("the login works");
    until("the mailbox to be live", SOON, || {
        let listed = window.call("channel_list", json!({})).ok()?;
        listed.to_string().contains("\"live\"").then_some(())
    });

    let delivered = now();
    server
        .deliver_from(CUSTOMER, SHOP, LETTER.as_bytes())
        .expect("it is delivered");
    let note = stage.note_about("Martin Hale", SOON);
    eprintln!(
        "mail accepted to notification shown: {} ms",
        note.at - delivered
    );
    assert!(note.body.contains("legal"), "it says why: {note:?}");
    assert_eq!(note.urgency, "CRITICAL", "it stays until somebody acts");
    assert!(
        !note.body.contains("refund"),
        "no words of the message: {note:?}"
    );

    stage.press("Take", "Martin Hale");
    until("the conversation to open", SOON, || {
        window.place().contains("/c/").then_some(())
    });
    press(
        &window,
        "the box to answer in",
        "//button[contains(., 'Answer Martin Hale')]",
    );
    until("the text box", SOON, || {
        window
            .write("//textarea", "The money went out this morning.")
            .then_some(())
    });
    press(
        &window,
        "the button to send",
        "//button[normalize-space(.)='Send' or starts-with(normalize-space(.), 'Send')]",
    );

    until("the answer in the customer's mailbox", SOON, || {
        let texts = server.texts(CUSTOMER, "INBOX").ok()?;
        texts
            .contains("The money went out this morning.")
            .then_some(())
    });
    assert_eq!(
        server.count(CUSTOMER, "INBOX").ok(),
        Some(1),
        "it arrives once"
    );
    assert!(channel["id"].is_string(), "{channel}");
}
