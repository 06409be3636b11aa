//! People and machines told apart.

use baton_core::message::MessageKind;

use crate::ground::read;

fn kind(mail: &str) -> MessageKind {
    read(mail).document.kind
}

#[test]
fn a_standard_report_tells_what_failed() {
    let mail = read(
        "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@relay.example>\n\
         To: support@harbour.example\nSubject: Undelivered Mail Returned to Sender\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\n\nYour message could not be delivered.\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.example\n\n\
         Final-Recipient: rfc822; ida@customer.example\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 No such user\n\n\
         --b\nContent-Type: message/rfc822\n\nMessage-ID: <reply-7@harbour.example>\n\
         Subject: Re: pump\n\nDear Ida\n--b--\n",
    );
    assert_eq!(mail.document.kind, MessageKind::Bounce);
    let report = mail.document.report.unwrap();
    assert_eq!(report.recipient, "ida@customer.example");
    assert_eq!(report.action, "failed");
    assert_eq!(report.status, "5.1.1");
    assert_eq!(report.diagnostic, "550 5.1.1 No such user");
    assert_eq!(
        report.original_message_id.as_deref(),
        Some("reply-7@harbour.example")
    );
}

#[test]
fn free_form_reports_are_known_by_sender_subject_and_words() {
    let mail = read(
        "Return-Path: <>\nFrom: MAILER-DAEMON@relay.example\nSubject: failure notice\n\n\
         Sorry to have to inform you: the letter could not be delivered.\n\n\
         <ida@customer.example>:\nThere is no mailbox by that name. (#5.1.1)\n\n\
         --- A copy of the message follows.\n\nMessage-ID: <reply-8@harbour.example>\n",
    );
    assert_eq!(mail.document.kind, MessageKind::Bounce);
    let report = mail.document.report.unwrap();
    assert_eq!(report.recipient, "ida@customer.example");
    assert_eq!(report.status, "5.1.1");
    assert_eq!(
        report.original_message_id.as_deref(),
        Some("reply-8@harbour.example")
    );
}

#[test]
fn people_who_write_about_machines_stay_people() {
    let mails = [
        (
            "My mails to you bounce",
            "I got a bounce: \"550 user unknown\". Can you help?",
        ),
        (
            "Fwd: Undelivered Mail Returned to Sender",
            "Look:\n\nYour message could not be delivered. 5.1.1 user unknown",
        ),
        (
            "Pump",
            "I am out of the office until Monday, please ship it on Tuesday.",
        ),
        (
            "Out of office",
            "How do I set an out of office message in your product?",
        ),
        (
            "Re: Automatic reply: Pump",
            "Thanks for the quick automatic answer. And now?",
        ),
        ("vacation rental", "Is the boat free in July?"),
        (
            "Automatic reply is not working",
            "Since the update the automatic reply in your product sends nothing.",
        ),
        (
            "Abwesenheitsnotiz einrichten",
            "Wie richte ich eine Abwesenheitsnotiz ein? Die alte ist noch aktiv.",
        ),
        (
            "Vacation rental booking",
            "I am on vacation from Monday and will be back on Friday.",
        ),
        (
            "Re: Automatic reply: Pump",
            "Fine, I wait.\n\n> This is an automatic message.\n> I am out of the office until 3 May.",
        ),
        (
            "自動返信メールについて",
            "自動返信が届きません。確認してください。",
        ),
        (
            "Maternity leave",
            "I will be on maternity leave; send it to Anna.",
        ),
        (
            "Left the company",
            "Bob has left the company, please remove his seat.",
        ),
        (
            "We have received your invoice",
            "Hello, we have received your invoice, but it is wrong.",
        ),
        ("Complaint about message from your agent", "He was rude."),
        ("delivery failed?", "The parcel was not delivered."),
        (
            "Auto: Frage zur Versicherung",
            "Mein Auto ist in der Werkstatt. Zahlen Sie den Leihwagen?",
        ),
        ("Your message to me", "It was returned to sender, I think."),
    ];
    for (subject, text) in mails {
        let mail = format!("From: Ida <ida@customer.example>\nSubject: {subject}\n\n{text}\n");
        assert_eq!(kind(&mail), MessageKind::Message, "{subject}");
    }
}

#[test]
fn machines_that_answer_are_known() {
    let mails = [
        "Subject: Re: Pump\nAuto-Submitted: auto-replied (vacation)\n\nAway.\n",
        "Subject: Automatic reply: Pump\n\nI am travelling.\n",
        "Subject: Abwesenheitsnotiz: Pumpe\n\nIch bin nicht im Büro.\n",
        "Subject: =?utf-8?Q?R=C3=A9ponse_automatique_=3A_Pompe?=\n\nJe suis absente.\n",
        "Subject: Pump\nX-Autoreply: yes\n\nGot it.\n",
        "Subject: [Auto-Reply] Pump\n\nGot it.\n",
        "Subject: Vacation\n\nThis is an automatic message: I am on vacation until 3 May.\n",
        "Subject: Eingangsbestätigung Ihrer Anfrage\n\nDiese Nachricht wurde automatisch erstellt.\n",
        "Subject: Re: Pump\n\nThis mailbox is protected by a challenge. Follow the link to have \
         your address added to the list: https://gate.example/1\n",
        "Subject: Pump\nPrecedence: auto_reply\n\nGot it.\n",
        "Subject: AUTO: Ida Berg is out of the office (returning 05/12/2025)\n\n\
         Call the desk.\n",
        "Subject: Re: Pump (Out of office)\n\nBack on Monday.\n",
        "Subject: Nieobecność w biurze\n\nPrzebywam na urlopie.\n",
        "Subject: Fuera de la oficina\n\nEstaré de vuelta el lunes.\n",
        "Subject: Afwezigheidsassistent: Pomp\n\nTot maandag.\n",
        "Subject: ตอบกลับอัตโนมัติ: ปั๊ม\n\nขณะนี้ไม่อยู่ที่ทำงาน\n",
        "Subject: Out of office\nReturn-Path: <>\n\nI am out of the office until Monday.\n",
    ];
    for mail in mails {
        let read = read(&format!("From: ida@customer.example\n{mail}"));
        assert_eq!(read.document.kind, MessageKind::AutoReply, "{mail}");
        assert!(read.no_automatic_answer);
    }
}

#[test]
fn lists_feedback_and_systems_have_their_own_kinds() {
    assert_eq!(
        kind(
            "From: a@b.example\nList-Id: <users.tool.example>\nPrecedence: list\nSubject: Re: question\n\nYes.\n"
        ),
        MessageKind::List
    );
    assert_eq!(
        kind(
            "From: root@host.example\nAuto-Submitted: auto-generated\nSubject: Cron backup\n\ndone\n"
        ),
        MessageKind::System
    );
    assert_eq!(
        kind(
            "From: ida@customer.example\nSubject: Read: Pump\n\
             Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n\
             --b\n\nRead.\n--b\nContent-Type: message/disposition-notification\n\n\
             Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n"
        ),
        MessageKind::Feedback
    );
}

#[test]
fn a_suppressing_field_alone_is_no_automatic_answer() {
    let mail = read(
        "From: ida@customer.example\nX-Auto-Response-Suppress: All\nSubject: Pump\n\nIt leaks.\n",
    );
    assert_eq!(mail.document.kind, MessageKind::Message);
    assert!(mail.no_automatic_answer);
}

#[test]
fn a_sender_who_reads_nothing_is_not_answered_but_may_bring_a_customer() {
    let mail = read(
        "From: no-reply@shop.example\nReply-To: ida@customer.example\nSubject: Contact form\n\n\
         The pump leaks.\n",
    );
    assert_eq!(mail.document.kind, MessageKind::Message);
    assert!(mail.no_automatic_answer);
}

#[test]
fn what_a_list_returns_is_a_report_and_what_its_members_post_is_not() {
    let list = "List-Id: Sailors <sailors.customer.example>\nPrecedence: bulk\n";
    let returned = format!(
        "From: MAILER-DAEMON@far.example\nTo: sailors-admin@customer.example\n{list}\
         Subject: Processing Error\n\n\
         The mail has been returned because of an error while it was processed.\n"
    );
    assert_eq!(kind(&returned), MessageKind::Bounce);
    let answered = "From: robot@far.example\nTo: sailors-bounces@customer.example\n\
         Subject: RE: Your mail (delivery failed)\n\nYour mail could not be delivered to bo@far.example\n";
    assert_eq!(kind(answered), MessageKind::Bounce);
    let posted = format!(
        "From: Ida <ida@customer.example>\nTo: sailors@customer.example\n{list}\
         Subject: Mail delivery failed\n\n\
         My mail could not be delivered to the harbour. Original message below.\n"
    );
    assert_eq!(kind(&posted), MessageKind::List);
    let asked = "From: Ida <ida@customer.example>\nTo: sailors-owner@customer.example\n\
         Subject: Membership\n\nHow can I leave the list?\n";
    assert_eq!(kind(asked), MessageKind::Message);
}
