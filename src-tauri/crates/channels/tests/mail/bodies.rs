//! The text to read and the HTML to show.

use baton_channels::mail::{Mail, Protection, html_of};

use crate::ground::{codes, read, read_bytes};

fn single(fields: &str, body: &[u8]) -> Mail {
    let fields = fields.replace('\n', "\r\n");
    let mut raw = format!("From: ida@customer.example\r\n{fields}\r\n\r\n").into_bytes();
    raw.extend_from_slice(body);
    read_bytes(&raw)
}

#[test]
fn character_sets_are_read_as_declared_or_as_meant() {
    let cases: &[(&str, &[u8], &str)] = &[
        ("utf-8", "Tür".as_bytes(), "Tür"),
        ("iso-8859-1", b"T\xfcr", "Tür"),
        ("cp-850", b"T\x81r", "Tür"),
        ("x-sjis", b"\x83e\x83X\x83g", "テスト"),
        ("utf-7", b"T+APw-r", "Tür"),
        ("unicode-1-1-utf-7", b"T+APw-r", "Tür"),
        ("ks_c_5601-1987", b"\xbe\xc8\xb3\xe7", "안녕"),
        ("x-mac-roman", b"T\x9fr", "Tür"),
        ("iso-8859-8-i", b"\xf9\xec\xe5\xed", "שלום"),
        ("hz-gb-2312", b"~{Dc:C~}", "你好"),
        // Wrong labels.
        (
            "us-ascii",
            "Die Tür geht nicht auf".as_bytes(),
            "Die Tür geht nicht auf",
        ),
        (
            "iso-8859-1",
            "Die Tür schließt nicht".as_bytes(),
            "Die Tür schließt nicht",
        ),
        (
            "utf-8",
            b"Die T\xfcr schlie\xdft nicht mehr richtig",
            "Die Tür schließt nicht mehr richtig",
        ),
        ("utf-8", b"\xef\xbb\xbfwith a mark", "with a mark"),
    ];
    for (label, body, expected) in cases {
        let mail = single(&format!("Content-Type: text/plain; charset={label}"), body);
        assert_eq!(mail.document.text, *expected, "{label}");
    }
}

#[test]
fn wide_text_without_a_mark_is_read_in_the_order_it_has() {
    let wide = |little: bool| -> Vec<u8> {
        "Die Tür klemmt, 3 mal."
            .encode_utf16()
            .flat_map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            })
            .collect()
    };
    for (label, little) in [
        ("utf-16", true),
        ("utf-16", false),
        ("utf-16be", true),
        ("utf-16le", false),
    ] {
        let mail = single(
            &format!("Content-Type: text/plain; charset={label}"),
            &wide(little),
        );
        assert_eq!(mail.document.text, "Die Tür klemmt, 3 mal.", "{label}");
    }
}

#[test]
fn japanese_without_a_label_is_not_taken_for_chinese() {
    // "We ordered a pump, and it has not come yet." as Windows and as Unix write it.
    let shift_jis = b"\x83|\x83\x93\x83v\x82\xf0\x92\x8d\x95\xb6\x82\xb5\x82\xbd\x82\xcc\x82\xc5\x82\xb7\x82\xaa\x81A\x82\xdc\x82\xbe\x93\xcd\x82\xab\x82\xdc\x82\xb9\x82\xf1\x81B";
    let euc = b"\xa5\xdd\xa5\xf3\xa5\xd7\xa4\xf2\xc3\xed\xca\xb8\xa4\xb7\xa4\xbf\xa4\xce\xa4\xc7\xa4\xb9\xa4\xac\xa1\xa2\xa4\xde\xa4\xc0\xc6\xcf\xa4\xad\xa4\xde\xa4\xbb\xa4\xf3\xa1\xa3";
    for body in [&shift_jis[..], &euc[..]] {
        let mail = single("Content-Type: text/plain", body);
        assert_eq!(
            mail.document.text,
            "ポンプを注文したのですが、まだ届きません。"
        );
    }
    // Koreans laugh with letters that lie where Unix has its kana.
    let korean = single(
        "Content-Type: text/plain",
        b"\xb0\xed\xb8\xbf\xbd\xc0\xb4\xcf\xb4\xd9 \xa4\xbb\xa4\xbb\xa4\xbb\xa4\xbb \xc1\xa4\xb8\xbb \xc1\xc1\xbe\xc6\xbf\xe4",
    );
    assert_eq!(korean.document.text, "고맙습니다 ㅋㅋㅋㅋ 정말 좋아요");
}

#[test]
fn a_page_may_declare_its_own_character_set() {
    let mail = single(
        "Content-Type: text/html",
        b"<html><head><meta charset=\"koi8-r\"></head><body>\xf0\xd2\xc9\xd7\xc5\xd4</body></html>",
    );
    assert_eq!(mail.document.html_text.trim(), "Привет");
    assert_eq!(mail.document.text.trim(), "Привет");
}

#[test]
fn damaged_transfer_encodings_lose_as_little_as_possible() {
    let text = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: ";
    let quoted = format!("{text}quoted-printable");
    assert_eq!(
        single(&quoted, b"a =3D b, 100 =zz, soft=\r\n line, t=C3=BCr")
            .document
            .text,
        "a = b, 100 =zz, soft line, tür"
    );
    let base64 = format!("{text}base64");
    assert_eq!(
        single(&base64, b"SGVsbG8s\r\n!!IHdv\r\ncmxk").document.text,
        "Hello, world"
    );
    let glued = single(
        &base64,
        b"SGVsbG8=\r\n______\r\nA list footer, not encoded.\r\n",
    );
    assert_eq!(glued.document.text, "Hello");
    let words = "This part was never encoded at all, whatever it says.\r\n";
    let lie = single(&base64, words.as_bytes());
    assert_eq!(lie.document.text.trim(), words.trim());
}

#[test]
fn flowed_lines_flow() {
    let mail = single(
        "Content-Type: text/plain; format=flowed; delsp=yes",
        b"The pump is lo \r\nud.\r\n> quoted \r\n> text\r\n\r\n-- \r\nIda\r\n",
    );
    assert_eq!(
        mail.document.text,
        "The pump is loud.\n> quotedtext\n\n-- \nIda\n"
    );
}

#[test]
fn of_alternatives_the_plain_part_is_the_text_and_the_page_is_shown() {
    let mail = read(
        "From: ida@customer.example\nContent-Type: multipart/alternative; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nPlain words\n\
         --b\nContent-Type: text/html\n\n<p>Rich <b>words</b></p>\n--b--\n",
    );
    assert_eq!(mail.document.text, "Plain words");
    assert_eq!(mail.document.html_text.trim(), "Rich words");
    assert_eq!(mail.html.as_deref(), Some("<p>Rich <b>words</b></p>"));
    assert!(mail.document.has_html);
    assert!(mail.document.attachments.is_empty());
}

#[test]
fn a_plain_mail_has_no_page() {
    let raw = b"From: ida@customer.example\r\n\r\nJust words\r\n";
    assert!(!read_bytes(raw).document.has_html);
    assert_eq!(html_of(raw), None);
}

#[test]
fn several_texts_follow_each_other() {
    let mail = read(
        "From: ida@customer.example\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\n\nFirst\n--b\nContent-Type: image/png; name=plan.png\n\
         Content-Transfer-Encoding: base64\n\nAAAA\n\
         --b\nContent-Type: text/plain\n\nSecond\n--b--\n",
    );
    assert_eq!(mail.document.text, "First\nSecond");
    assert_eq!(mail.document.attachments.len(), 1);
}

#[test]
fn a_plain_and_a_rich_part_that_say_the_same_are_not_read_twice() {
    let mail = read(
        "From: ida@customer.example\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\n\nThe pump is loud and it smells of oil.\n\
         --b\nContent-Type: text/html\n\n<p>The pump is loud and it smells of oil.</p>\n--b--\n",
    );
    assert_eq!(mail.document.text, "The pump is loud and it smells of oil.");
    assert_eq!(
        mail.html.as_deref(),
        Some("<p>The pump is loud and it smells of oil.</p>")
    );
}

#[test]
fn truncated_and_unmarked_multiparts_are_still_read() {
    let cut = read(
        "From: ida@customer.example\nContent-Type: multipart/alternative; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nPlain words\n\
         --b\nContent-Type: text/html\n\n<p>Rich wo",
    );
    assert_eq!(cut.document.text, "Plain words");
    assert_eq!(cut.html.as_deref(), Some("<p>Rich wo"));
    assert!(codes(&cut).contains(&"unterminated_multipart"));
    let unnamed = read(
        "From: ida@customer.example\nContent-Type: multipart/mixed\n\n\
         --xyz\nContent-Type: text/plain\n\nFound anyway\n--xyz--\n",
    );
    assert_eq!(unnamed.document.text, "Found anyway");
    let hollow = read(
        "From: ida@customer.example\nContent-Type: multipart/mixed; boundary=b\n\nNo parts here.\n",
    );
    assert_eq!(hollow.document.text, "No parts here.\n");
}

#[test]
fn boundaries_that_begin_alike_are_kept_apart() {
    let mail = read(
        "From: ida@customer.example\nContent-Type: multipart/mixed; boundary=\"b\"\n\n\
         --b\nContent-Type: multipart/alternative; boundary=\"bb\"\n\n--bb\n\nInner\n--bb--\n\
         --b\nContent-Type: text/plain\n\nOuter\n--b--\n",
    );
    assert_eq!(mail.document.text, "Inner\nOuter");
}

#[test]
fn nesting_without_end_keeps_its_text() {
    let mut raw = String::from("From: ida@customer.example\r\n");
    for depth in 0..5_000 {
        raw.push_str(&format!(
            "Content-Type: multipart/mixed; boundary=\"d{depth}\"\r\n\r\n--d{depth}\r\n"
        ));
    }
    raw.push_str("Content-Type: text/plain\r\n\r\nAt the bottom\r\n");
    let mail = read_bytes(raw.as_bytes());
    assert_eq!(mail.document.text.trim(), "At the bottom");
    assert!(codes(&mail).contains(&"nested_too_deep"));
}

#[test]
fn a_hundred_thousand_parts_end_in_bounded_time() {
    let mut raw = String::from(
        "From: ida@customer.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
    );
    for number in 0..100_000 {
        raw.push_str(&format!("--b\r\n\r\n{number}\r\n"));
    }
    let mail = read_bytes(raw.as_bytes());
    assert!(mail.document.text.starts_with("0\n1\n2\n"));
    assert!(codes(&mail).contains(&"too_many_parts"));
}

#[test]
fn encrypted_mail_is_marked_and_never_mixed() {
    let mail = read(
        "From: ida@customer.example\n\
         Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n\
         --b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\
         --b\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\n\n\
         -----BEGIN PGP MESSAGE-----\nabc\n-----END PGP MESSAGE-----\n--b--\n",
    );
    assert_eq!(mail.protection, Protection::Encrypted);
    assert_eq!(mail.document.text, "");
    assert!(mail.html.is_none());
    assert!(codes(&mail).contains(&"encrypted"));
}

#[test]
fn rich_text_is_read_where_nothing_plainer_came() {
    let enriched = single(
        "Content-Type: text/enriched",
        b"<bold>Loud</bold> pump, 3 << 4\r\n\r\nBye",
    );
    assert_eq!(enriched.document.text.trim(), "Loud pump, 3 < 4\nBye");
    // What it looked like is in the file alone.
    assert_eq!(enriched.document.attachments[0].media_type, "text/enriched");
    let rtf = single(
        "Content-Type: text/rtf",
        b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}T\\'fcr\\par zu}",
    );
    assert_eq!(rtf.document.text, "Tür\nzu");
}

#[test]
fn nothing_but_a_forwarded_mail_is_read_through() {
    let mail = read(
        "From: ida@customer.example\nSubject: Fwd\nContent-Type: message/rfc822\n\n\
         From: supplier@parts.example\nSubject: Delivery\n\nThe gasket is out of stock.\n",
    );
    assert_eq!(mail.document.text, "The gasket is out of stock.\n");
    // The sender named nothing; the subject is what it is saved under.
    assert_eq!(mail.document.attachments[0].name, "");
    assert_eq!(mail.document.attachments[0].saved_name, "Delivery.eml");
}

#[test]
fn what_stands_before_parts_that_are_nested_too_deep_is_no_text() {
    let mut mail = String::from("From: ida@customer.example\n");
    for level in 0..90 {
        mail.push_str(&format!(
            "Content-Type: multipart/mixed; boundary=level{level}\n\nThis is MIME.\n--level{level}\n"
        ));
    }
    mail.push_str("Content-Type: text/plain\n\nThe kernel of it.\n");
    assert_eq!(read(&mail).document.text, "The kernel of it.\n");
}

#[test]
fn a_boundary_after_a_line_of_blanks_ends_the_header() {
    let mail = read(
        "From: ida@customer.example\nContent-Type: multipart/mixed; boundary=cut\nSubject:\n \n\
         --cut\nContent-Type: text/plain\n\nHello.\n--cut--\n",
    );
    assert_eq!(mail.document.subject, "");
    assert_eq!(mail.document.text.trim(), "Hello.");
}

#[test]
fn a_text_beside_the_root_that_nothing_points_to_is_read() {
    let mail = read(
        "From: ida@customer.example\nContent-Type: multipart/related; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nThe pump is loud.\n\
         --b\nContent-Type: text/plain\n\nIt also leaks.\n\
         --b\nContent-Type: text/plain\nContent-ID: <note@x>\n\nshown elsewhere\n--b--\n",
    );
    assert_eq!(mail.document.text, "The pump is loud.\nIt also leaks.");
    assert_eq!(mail.document.attachments.len(), 1);
}

#[test]
fn a_quote_that_only_the_page_marks_is_folded_also_below_a_signature() {
    for mark in [
        "<div id=\"divRplyFwdMsg\"><b>From:</b> Support<br></div><div>We sent a lid.</div>",
        "<blockquote class=\"gmail_quote\">We sent a lid.</blockquote>",
        "<blockquote type=\"cite\">We sent a lid.</blockquote>",
    ] {
        let mail = read(&format!(
            "From: ida@customer.example\nContent-Type: text/html\n\n\
             <div>It leaks.</div><div>Get Outlook for iOS</div>{mark}\n"
        ));
        assert_eq!(mail.document.visible_text, "It leaks.", "{mark}");
        assert!(mail.document.text.contains("We sent a lid."), "{mark}");
    }
    // A bare forward below a signature is what there is to read.
    let mail = read(
        "From: ida@customer.example\nContent-Type: text/html\n\n<div>-- <br>Ida</div>\
         <blockquote type=\"cite\">We sent a lid.</blockquote>\n",
    );
    assert!(mail.document.visible_text.contains("We sent a lid."));
}
