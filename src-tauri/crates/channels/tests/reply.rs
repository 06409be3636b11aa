//! What is left of a mail when quotes, signatures and forwards are folded.

#[path = "reply/answers.rs"]
mod answers;

use baton_channels::reply::{FoldKind, split, split_html};

fn visible(mail: &str) -> String {
    split(mail).visible
}

fn kinds(mail: &str) -> Vec<FoldKind> {
    split(mail).folds.iter().map(|fold| fold.kind).collect()
}

#[test]
fn an_answer_on_top_is_all_that_is_seen_in_any_language() {
    let intros = [
        "On Tue, Mar 4, 2025 at 9:12 AM Lena Fox <lena@shop.example> wrote:",
        "On 2025-03-04 09:12, Lena Fox wrote:",
        "On Tuesday, 4 March 2025 at 09:12, Lena Fox <lena@shop.example> wrote",
        "Am 04.03.25 um 09:12 schrieb Lena Fox:",
        "Am Di., 4. März 2025 um 09:12 Uhr schrieb Lena Fox <lena@shop.example>:",
        "Lena Fox <lena@shop.example> schrieb am Di., 4. März 2025, 09:12:",
        "Le mar. 4 mars 2025 à 09:12, Lena Fox <lena@shop.example> a écrit :",
        "El mar, 4 mar 2025 a las 9:12, Lena Fox (<lena@shop.example>) escribió:",
        "Il giorno mar 4 mar 2025 alle ore 09:12 Lena Fox <lena@shop.example> ha scritto:",
        "Em ter., 4 de mar. de 2025 às 09:12, Lena Fox <lena@shop.example> escreveu:",
        "Op di 4 mrt 2025 om 09:12 schreef Lena Fox <lena@shop.example>:",
        "Den tis 4 mars 2025 kl 09:12 skrev Lena Fox <lena@shop.example>:",
        "tir. 4. mar. 2025 kl. 09.12 skrev Lena Fox <lena@shop.example>:",
        "ti 4. maalisk. 2025 klo 9.12 Lena Fox (lena@shop.example) kirjoitti:",
        "wt., 4 mar 2025 o 09:12 Lena Fox <lena@shop.example> napisał(a):",
        "W dniu 04.03.2025 o 09:12, Lena Fox pisze:",
        "út 4. 3. 2025 v 9:12 odesílatel Lena Fox <lena@shop.example> napsal:",
        "вт, 4 мар. 2025 г. в 09:12, Lena Fox <lena@shop.example>:",
        "04.03.2025 09:12, Lena Fox пишет:",
        "вт, 4 бер. 2025 р. о 09:12 Lena Fox <lena@shop.example> пише:",
        "Lena Fox <lena@shop.example>, 4 Mar 2025 Sal, 09:12 tarihinde şunu yazdı:",
        "Lena Fox <lena@shop.example> ezt írta (időpont: 2025. márc. 4., K, 9:12):",
        "Στις Τρί 4 Μαρ 2025 στις 9:12 π.μ., ο χρήστης Lena Fox <lena@shop.example> έγραψε:",
        "În mar., 4 mar. 2025 la 09:12, Lena Fox <lena@shop.example> a scris:",
        "Vào Th 3, 4 thg 3, 2025 vào lúc 09:12 Lena Fox <lena@shop.example> đã viết:",
        "Lena Fox <lena@shop.example> 于2025年3月4日周二 09:12写道：",
        "在 2025年3月4日，上午9:12，Lena Fox <lena@shop.example> 写道：",
        "Lena Fox <lena@shop.example> 於 2025年3月4日 週二 上午9:12寫道：",
        "2025年3月4日(火) 9:12 Lena Fox <lena@shop.example>:",
        "2025/03/04 9:12、Lena Fox <lena@shop.example>のメール:",
        "2025년 3월 4일 (화) 오전 9:12, Lena Fox <lena@shop.example>님이 작성:",
        "في الثلاثاء، ٤ مارس ٢٠٢٥ في ٩:١٢ ص تمت كتابة ما يلي بواسطة Lena Fox <lena@shop.example>:",
        "\u{202b}في ٠٤\u{200f}/٠٣\u{200f}/٢٠٢٥ الساعة ٩:١٢ ص، كتب/كتبت \u{200f}Lena Fox \u{200f}<lena@shop.example>:\u{202c}",
        "Wiadomość napisana przez Lena Fox lena@shop.example w dniu 04.03.2025, o godz. 09:12:",
        "Op Di. 4 Mrt. 2025 09:12 het Lena Fox <lena@shop.example> geskryf:",
        "O mar., 4 mar. 2025 ás 9:12, Lena Fox (<lena@shop.example>) escribiu:",
        "בתאריך יום ג׳, 4 במרץ 2025 ב-9:12 מאת Lena Fox <lena@shop.example>:",
    ];
    for intro in intros {
        for below in ["> How can we help?\n> Lena\n", "How can we help?\nLena\n"] {
            let mail = format!("The kettle still leaks.\n\n{intro}\n\n{below}");
            assert_eq!(
                visible(&mail),
                "The kettle still leaks.",
                "{intro} / {below}"
            );
        }
    }
}

#[test]
fn an_introduction_may_be_wrapped_over_several_lines() {
    for intro in [
        "On Tue, Mar 4, 2025 at 9:12 AM Lena Fox from the kettle shop\n<lena@shop.example> wrote:",
        "On Tue, Mar 4, 2025 at 9:12 AM Lena Fox <\nlena@shop.example> wrote:",
        "On Tue, Mar 4, 2025 at 9:12 AM\nLena Fox\n<lena@shop.example>\nwrote:",
        "Le mar. 4 mars 2025 à 09:12, Lena Fox\n<lena@shop.example> a\nécrit :",
        "Am Di., 4. März 2025 um 09:12 Uhr schrieb Lena Fox <\nlena@shop.example>:",
    ] {
        let mail = format!("Thanks!\n\n{intro}\n\n> How can we help?\n");
        assert_eq!(visible(&mail), "Thanks!", "{intro}");
    }
}

#[test]
fn an_introduction_that_lost_its_line_break_is_still_found() {
    let mail =
        "That works, thank you. On Tue, Mar 4, 2025 at 9:12 AM Lena Fox wrote:\n> Try this.\n";
    assert_eq!(visible(mail), "That works, thank you.");
}

#[test]
fn sentences_that_look_like_introductions_stay() {
    for sentence in [
        "On the other hand, she wrote:\nthe kettle was fine.",
        "On Monday I called your shop twice and nobody answered, so here I am again.",
        "From my point of view: this is not acceptable.",
        "To be clear: I want my money back.",
        "I read what your colleague wrote.",
        "Date: Friday\nTime: 10:00\nPlace: your shop in Main Street\n\nCan I come?",
        "The label says: From: Italy",
    ] {
        assert_eq!(visible(sentence), sentence);
        assert!(kinds(sentence).is_empty(), "{sentence}");
    }
}

#[test]
fn outlook_header_blocks_end_the_answer_in_any_language() {
    for block in [
        "From: Lena Fox <lena@shop.example>\nSent: Tuesday, March 4, 2025 9:12 AM\nTo: me@home.example\nSubject: RE: Kettle",
        "*From:* Lena Fox\n*Sent:* Tuesday, March 4, 2025 9:12 AM\n*To:* me@home.example\n*Subject:* RE: Kettle",
        "________________________________\nFrom: Lena Fox\nSent: 4 March 2025\nSubject: Kettle",
        "Von: Lena Fox\nGesendet: Dienstag, 4. März 2025 09:12\nAn: me@home.example\nBetreff: AW: Kessel",
        "De : Lena Fox\nEnvoyé : mardi 4 mars 2025 09:12\nÀ : me@home.example\nObjet : RE: Bouilloire",
        "De: Lena Fox\nEnviado el: martes, 4 de marzo de 2025 9:12\nPara: me@home.example\nAsunto: RE: Hervidor",
        "Da: Lena Fox\nInviato: martedì 4 marzo 2025 09:12\nA: me@home.example\nOggetto: R: Bollitore",
        "Van: Lena Fox\nVerzonden: dinsdag 4 maart 2025 09:12\nAan: me@home.example\nOnderwerp: RE: Ketel",
        "Från: Lena Fox\nSkickat: den 4 mars 2025 09:12\nTill: me@home.example\nÄmne: SV: Kittel",
        "Od: Lena Fox\nWysłano: wtorek, 4 marca 2025 09:12\nDo: me@home.example\nTemat: RE: Czajnik",
        "От: Lena Fox\nОтправлено: 4 марта 2025 г. 9:12\nКому: me@home.example\nТема: Чайник",
        "发件人: Lena Fox\n发送时间: 2025年3月4日 9:12\n收件人: me@home.example\n主题: 水壶",
        "差出人: Lena Fox\n送信日時: 2025年3月4日 9:12\n宛先: me@home.example\n件名: やかん",
        "-----Original Message-----\nFrom: Lena Fox",
        "-----Ursprüngliche Nachricht-----\nVon: Lena Fox",
        "-------- Message d'origine --------\nDe : Lena Fox",
        "---- Messaggio originale ----\nDa: lena@shop.example",
    ] {
        let mail = format!("It arrived broken.\n\n{block}\n\nDear customer, it is on its way.\n");
        assert_eq!(visible(&mail), "It arrived broken.", "{block}");
        assert_eq!(kinds(&mail), [FoldKind::Quote], "{block}");
    }
}

#[test]
fn answers_between_quoted_lines_are_seen_and_no_text_is_lost() {
    let mail = "Hello Lena,\n\nOn Tue, Mar 4, 2025 at 9:12 AM Lena Fox wrote:\n> Which model is it?\n\nThe blue one.\n\n> And the order number?\n\n4711.\n";
    let split = split(mail);
    assert_eq!(
        split
            .visible
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        "Hello Lena, The blue one. 4711."
    );
    let folded: String = split
        .folds
        .iter()
        .map(|fold| mail.get(fold.start..fold.end).unwrap())
        .collect();
    assert!(folded.contains("Which model") && folded.contains("order number"));
}

#[test]
fn an_answer_below_the_quote_is_seen() {
    let mail = "On 4.3.2025 at 9:12 Lena Fox wrote:\n> Did it help?\n\nYes, it did.\n";
    assert_eq!(visible(mail), "Yes, it did.");
    let unmarked = "On 4.3.2025 at 9:12 Lena Fox wrote:\n\nDid it help? Yes, it did.\n";
    assert_eq!(visible(unmarked), "Did it help? Yes, it did.");
}

#[test]
fn a_line_broken_off_a_quote_belongs_to_the_quote() {
    let mail = "Fine.\n\nOn 4.3.2025 at 9:12 Lena Fox wrote:\n> This is a long line that some program\nwrapped\n> in the middle.\n";
    assert_eq!(visible(mail), "Fine.");
}

#[test]
fn signatures_are_folded_and_named() {
    for signature in [
        "-- \nAnna Berg\nBerg & Sons\n+49 30 1234567\n",
        "--\nAnna Berg\n",
        "Sent from my iPhone\n",
        "Von meinem iPhone gesendet\n",
        "Envoyé depuis mon téléphone\n",
        "Get Outlook for iOS<https://aka.example/x>\n",
        "Enviado desde mi Samsung Galaxy\n",
        "-Anna\n",
    ] {
        let mail = format!("Where is my parcel?\n\n{signature}");
        assert_eq!(visible(&mail), "Where is my parcel?", "{signature}");
        assert_eq!(kinds(&mail), [FoldKind::Signature], "{signature}");
    }
    let list = "Where is my parcel?\n\n- not at home\n- not at the neighbour's\n";
    assert_eq!(visible(list), list.trim());
}

#[test]
fn notices_and_banners_are_folded() {
    let mail = "CAUTION: This email originated from outside of your organisation. Do not click links.\n\nWhere is my parcel?\n\nAnna\n\nThis e-mail is confidential and intended solely for the addressee.\nIf you are not the intended recipient, delete it.\n";
    assert_eq!(visible(mail), "Where is my parcel?\n\nAnna");
    assert_eq!(kinds(mail), [FoldKind::Disclaimer, FoldKind::Disclaimer]);
    let list = "I agree.\n\nYou received this message because you are subscribed to the group \"kettles\".\n";
    assert_eq!(visible(list), "I agree.");
    let about =
        "Is this message confidential? Please tell me whether you are the intended recipient.";
    assert_eq!(visible(about), about);
}

#[test]
fn words_about_phones_are_no_signature() {
    for mail in [
        "The photo was sent from my phone yesterday but your form refused it, what now please?",
        "I sent from my bank account 40 euro to yours and never got an answer about it.",
        "Here is the form again.\n\nSent from my office, which is easier than with my phone.",
    ] {
        assert_eq!(visible(mail), mail);
    }
    assert_eq!(
        visible("Here it is.\n\nSent from my iPhone, excuse the typos."),
        "Here it is."
    );
    assert_eq!(
        visible("هذا هو.\n\n\u{202b}أُرسلت من الـ iPhone\u{202c}\n"),
        "هذا هو."
    );
}

#[test]
fn a_forward_is_folded_below_own_words_and_shown_when_it_is_all_there_is() {
    let forward = "---------- Forwarded message ---------\nFrom: Carrier <no-reply@carrier.example>\nDate: Tue, 4 Mar 2025\nSubject: Parcel\nTo: me@home.example\n\nYour parcel is lost.\n";
    let with_words = format!("Please look at this.\n\n{forward}");
    assert_eq!(visible(&with_words), "Please look at this.");
    assert_eq!(kinds(&with_words), [FoldKind::Forward]);
    assert!(visible(forward).contains("Your parcel is lost."));
}

#[test]
fn what_stands_below_the_help_desks_line_is_folded() {
    let mail =
        "It works now.\n\n## Please type your reply above this line ##\n\nTicket 12: Kettle\n";
    assert_eq!(visible(mail), "It works now.");
}

#[test]
fn folds_and_visible_text_together_are_the_mail() {
    let mail = "Hi\r\n\r\nOn 4 Mar 2025, at 09:12, Lena <lena@shop.example> wrote:\r\n\r\n> a\r\n>> b\r\n\r\n-- \r\nAnna\r\n";
    let split = split(mail);
    let mut covered = String::new();
    let mut from = 0;
    for fold in &split.folds {
        assert!(fold.start >= from && fold.end > fold.start && fold.end <= mail.len());
        covered.push_str(mail.get(from..fold.start).unwrap());
        from = fold.end;
    }
    covered.push_str(mail.get(from..).unwrap());
    assert_eq!(covered.trim(), split.visible);
    assert_eq!(split.visible, "Hi");
}

#[test]
fn the_marks_of_mail_programs_in_html_are_believed() {
    for quote in [
        "<div class=gmail_quote><div class=gmail_attr>On Tue, Mar 4, 2025 Lena wrote:<br></div><blockquote class=gmail_quote>Hello</blockquote></div>",
        "<div class=moz-cite-prefix>On 3/4/25 9:12, Lena wrote:<br></div><blockquote type=cite>Hello</blockquote>",
        "<div id=appendonsend></div><hr><div id=divRplyFwdMsg><b>From:</b> Lena<br><b>Sent:</b> Tuesday</div><div>Hello</div>",
        "<div class=OutlookMessageHeader>From: Lena</div><div>Hello</div>",
        "<div class=yahoo_quoted id=yahoo_quoted_1>On Tuesday Lena wrote: Hello</div>",
        "<div class=protonmail_quote>On Tuesday Lena wrote: <blockquote>Hello</blockquote></div>",
        "<div class=zmail_extra>---- On Tue, Lena wrote ---- <blockquote>Hello</blockquote></div>",
        "<blockquote type=cite><div>Hello</div></blockquote>",
    ] {
        let mail = format!("<html><body><div>The kettle leaks.</div><br>{quote}</body></html>");
        assert_eq!(
            split_html(&mail).as_deref(),
            Some("The kettle leaks."),
            "{quote}"
        );
    }
    assert_eq!(split_html("<p>No marks at all</p>"), None);
}

#[test]
fn a_name_on_the_line_below_the_date_belongs_to_the_introduction() {
    assert_eq!(
        visible(
            "Op di 4 mrt 2025 om 09:12 schreef\nLena Fox <lena@shop.example>:\n\n> Is hij heel?\n\nJa, dank je.\n"
        ),
        "Ja, dank je."
    );
}

#[test]
fn programs_that_mark_by_other_attributes_are_believed() {
    let own = "<div>The kettle still leaks.</div>";
    for below in [
        "<includetail><div>How can we help?</div></includetail>",
        "<div name=\"messageReplySection\">Lena wrote<div>How can we help?</div></div>",
        "<div name=\"messageSignatureSection\">Ida Berg, Harbour Street</div>",
        "<div name=\"quote\">How can we help?</div>",
        "<div data-marker=\"__QUOTED_TEXT__\">How can we help?</div>",
        "<hr id=\"zwchr\"><b>Lena</b><div>How can we help?</div>",
        "<blockquote cite=\"mid:1@shop.example\" class=\"cite2\">How can we help?</blockquote>",
        "<div id=\"ymail_android_signature\">From Yahoo</div>",
        "<div class=\"missive_quote\">How can we help?</div>",
    ] {
        assert_eq!(
            split_html(&format!("{own}{below}")).as_deref(),
            Some("The kettle still leaks."),
            "{below}"
        );
    }
}

#[test]
fn hostile_mails_are_split_in_little_time() {
    let begun = std::time::Instant::now();
    for piece in [
        "On 1.1.2020 <",
        "> ",
        "From: ",
        "-- \n",
        "On Mon, 1 wrote\n",
        "a@b.c ",
        "\n",
        ">\n\n",
        "<http://",
    ] {
        let mail = piece.repeat(200_000 / piece.len());
        split(&mail);
    }
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn what_only_looks_like_a_quote_or_a_signature_stays() {
    for text in [
        "Hi,\n\nFrom: Berlin\nTo: Munich\nDate: 3 May\n\nCan you ship a parcel on that route?",
        "I find this in my log:\n\nFrom: a@b.example\nSubject: x\nTo: c@d.example\n\nIs it normal?",
        "The first part.\n\n_____\n\nThe second part, which matters: please cancel my order.\n",
    ] {
        assert_eq!(split(text).visible, text.trim(), "{text}");
    }
}

#[test]
fn quotes_of_rarer_programs_and_languages_are_folded() {
    for (below, own) in [
        (
            "Missatge de Bob <b@x.example> del dia dl., 3 de maig 2021 a les 10:00:\n\n> Envio?",
            "Sí, gràcies.",
        ),
        (
            "pon, 3. svi 2021. u 10:00 Bob <b@x.example> napisao je:\n\n> Da pošaljem?",
            "Da, molim.",
        ),
        (
            "Kontakt Bob (<b@x.example>) kirjutas kuupäeval E, 3. mai 2021 kell 10:00:\n\n> Kas?",
            "Jah, palun.",
        ),
        (
            "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Monday, May 3rd, 2021, Bob <b@x.example> wrote:\n\nShall I?",
            "Yes please.",
        ),
        ("Sent via Superhuman", "Yes please."),
        // The line break after the dashes was lost.
        (
            "-------- Ursprüngliche Nachricht --------Von: \"Shop\"  Datum: 03.05.21  10:00  (GMT+01:00) An: Bob Betreff: Versand Sollen wir?",
            "Ja bitte.",
        ),
        // So was the colon, but the header of the quoted mail follows.
        (
            "Am 03.05.21 um 10:00 schrieb Bob - Versand\n\nVon: \"Bob\"\nDatum: 3. Mai 2021\nAn: Ida\n\nSollen wir?",
            "Ja bitte.",
        ),
        (
            "Disclaimer\n\nThis email is confidential and meant for its recipient.\n\nThis email has been scanned for viruses by Gatekeeper.",
            "Yes please.",
        ),
    ] {
        assert_eq!(
            split(&format!("{own}\n\n{below}\n")).visible,
            own,
            "{below}"
        );
    }
}

#[test]
fn more_than_is_no_quote() {
    for mail in [
        "The price is\n> 100 EUR\nin your shop, but 80 elsewhere.",
        "We measured\n>= 40 bar\nat the valve.",
        "It weighs\n>5 kg\nand does not fit.",
    ] {
        assert_eq!(visible(mail), mail);
    }
    // A question that was quoted, and its answer.
    assert_eq!(visible("> 100 or 200 EUR?\n\n200, please."), "200, please.");
    assert_eq!(
        visible("Hello Lena.\n> 100 EUR each?\nYes."),
        "Hello Lena.\nYes."
    );
}
