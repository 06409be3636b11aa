//! Files, wherever programs hide them, and the names they are saved under.

use baton_channels::mail::attachment;
use baton_channels::mail::names::{is_active, safe_name};
use baton_core::hash::Hash;

use crate::ground::{read, read_bytes};

fn mixed(part: &str) -> String {
    format!(
        "From: ida@customer.example\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\n\nSee the file.\n--b\n{part}\n--b--\n"
    )
}

#[test]
fn names_are_read_in_every_spelling() {
    let cases = [
        ("attachment; filename=plan.pdf", "plan.pdf"),
        ("attachment; filename=\"my plan.pdf\"", "my plan.pdf"),
        ("attachment; filename=my plan.pdf", "my plan.pdf"),
        (
            "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf",
            "Größe.pdf",
        ),
        (
            "attachment; filename*0*=UTF-8''Gr%C3; filename*1*=%B6%C3%9Fe; filename*2=.pdf",
            "Größe.pdf",
        ),
        (
            "attachment; filename=\"=?utf-8?Q?Gr=C3=B6=C3=9Fe.pdf?=\"",
            "Größe.pdf",
        ),
        (
            "attachment; filename=\"a \"quoted\" plan.pdf\"",
            "a \"quoted\" plan.pdf",
        ),
        (
            "attachment; filename=\"C:\\plans\\north.pdf\"",
            "C:\\plans\\north.pdf",
        ),
        ("attachment; filename=\"plan.pdf", "plan.pdf"),
        ("attachment; FileName = \"plan.pdf\" ; size=12", "plan.pdf"),
    ];
    for (disposition, expected) in cases {
        let part =
            format!("Content-Type: application/pdf\nContent-Disposition: {disposition}\n\nx");
        let mail = read(&mixed(&part));
        assert_eq!(mail.document.attachments[0].name, expected, "{disposition}");
    }
}

#[test]
fn the_bytes_of_an_attachment_are_those_of_its_digest() {
    let part = "Content-Type: application/octet-stream; name=data.bin\n\
                Content-Transfer-Encoding: base64\n\nAAECAwQF";
    let raw = mixed(part).replace('\n', "\r\n");
    let mail = read_bytes(raw.as_bytes());
    let file = &mail.document.attachments[0];
    let bytes = attachment(raw.as_bytes(), file.index).unwrap();
    assert_eq!(bytes, [0, 1, 2, 3, 4, 5]);
    assert_eq!(file.size, 6);
    assert_eq!(file.sha256, Hash::of(&bytes));
    assert!(attachment(raw.as_bytes(), 1).is_none());
}

#[test]
fn a_picture_of_the_page_is_a_file_with_its_content_id() {
    let raw = "From: ida@customer.example\nContent-Type: multipart/related; boundary=b\n\n\
        --b\nContent-Type: text/html\n\n<img src=\"cid:logo@x\">\n\
        --b\nContent-Type: image/png\nContent-ID: <logo@x>\nContent-Transfer-Encoding: base64\n\n\
        iVBO\n--b--\n"
        .replace('\n', "\r\n");
    let mail = read_bytes(raw.as_bytes());
    let file = &mail.document.attachments[0];
    assert!(file.inline);
    assert_eq!(file.content_id.as_deref(), Some("logo@x"));
    assert_eq!(file.saved_name, "attachment.png");
    assert_eq!(file.media_type, "image/png");
    let bytes = attachment(raw.as_bytes(), file.index).unwrap();
    assert_eq!(bytes, b"\x89PN");
}

#[test]
fn a_text_file_with_a_name_is_a_file_and_not_the_text() {
    let mail = read(&mixed(
        "Content-Type: text/plain; name=notes.txt\nContent-Disposition: inline\n\nNotes",
    ));
    assert_eq!(mail.document.text, "See the file.");
    assert_eq!(mail.document.attachments[0].name, "notes.txt");
}

#[test]
fn files_inside_the_text_are_taken_out() {
    let mail = read(
        "From: ida@customer.example\n\nHere it is:\n\nbegin 644 hello.txt\n%:&5L;&\\\n`\nend\nRegards\n",
    );
    assert_eq!(mail.document.text, "Here it is:\n\nRegards\n");
    assert_eq!(mail.document.attachments[0].name, "hello.txt");
    assert_eq!(mail.document.attachments[0].size, 5);
    let sentence = read("From: ida@customer.example\n\nPlease\nbegin 644 times\nand end it\n");
    assert!(sentence.document.attachments.is_empty());
    assert!(sentence.document.text.contains("begin 644 times"));
}

#[test]
fn winmail_is_opened() {
    let raw = winmail("plan.txt", b"two pumps");
    let mail = read_bytes(&raw);
    assert_eq!(mail.document.attachments.len(), 1);
    assert_eq!(mail.document.attachments[0].name, "plan.txt");
    assert_eq!(attachment(&raw, 0).unwrap(), b"two pumps");
}

fn winmail(name: &str, data: &[u8]) -> Vec<u8> {
    let mut tnef = vec![0x78, 0x9f, 0x3e, 0x22, 1, 0];
    let mut attribute = |tag: u32, data: &[u8]| {
        tnef.push(2);
        tnef.extend_from_slice(&tag.to_le_bytes());
        tnef.extend_from_slice(&(data.len() as u32).to_le_bytes());
        tnef.extend_from_slice(data);
        let sum = data
            .iter()
            .fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
        tnef.extend_from_slice(&sum.to_le_bytes());
    };
    attribute(0x0006_9002, &[0; 14]);
    attribute(0x0001_8010, format!("{name}\0").as_bytes());
    attribute(0x0006_800f, data);
    let mut raw = b"From: ida@customer.example\r\n\
        Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\n"
        .to_vec();
    raw.extend_from_slice(&tnef);
    raw
}

#[test]
fn saved_names_are_safe_everywhere() {
    let cases = [
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\Windows\\win.ini", "text/plain", "win.ini"),
        ("north/south.pdf", "application/pdf", "north_south.pdf"),
        ("C:\\plans/north.pdf", "application/pdf", "north.pdf"),
        ("plan", "application/octet-stream", "plan"),
        ("CON", "text/plain", "_CON.txt"),
        ("aux.pdf", "application/pdf", "_aux.pdf"),
        (".bashrc", "text/plain", "bashrc.txt"),
        ("-rf", "text/plain", "rf.txt"),
        ("plan.pdf. . ", "application/pdf", "plan.pdf"),
        (
            "invoice\u{202e}fdp.exe",
            "application/pdf",
            "invoicefdp.exe",
        ),
        (
            "invoice.pdf                      .exe",
            "application/pdf",
            "invoice_pdf.exe",
        ),
        ("a\u{200b}b\0c.txt", "text/plain", "abc.txt"),
        ("what?<is>|this*.txt", "text/plain", "what__is__this_.txt"),
        ("..%2f..%2Fetc%2fpasswd", "text/plain", "passwd.txt"),
        ("%2e%2e%5cwin%0a.ini", "text/plain", "win.ini"),
        ("100% sure..pdf", "application/pdf", "100% sure.pdf"),
        ("", "image/png", "attachment.png"),
        ("...", "application/octet-stream", "attachment.bin"),
        ("e\u{301}te\u{301}.txt", "text/plain", "été.txt"),
    ];
    for (name, media_type, expected) in cases {
        assert_eq!(safe_name(name, media_type), expected, "{name:?}");
    }
    let long = safe_name(&format!("{}.pdf", "ü".repeat(500)), "application/pdf");
    assert!(long.len() <= 180 && long.ends_with("ü.pdf"));
}

#[test]
fn two_files_of_one_name_are_saved_under_two() {
    let mail = read(
        "From: ida@customer.example\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\nContent-Type: image/png; name=Shot.png\n\nA\n\
         --b\nContent-Type: image/png; name=shot.png\n\nB\n--b--\n",
    );
    let files = mail.document.attachments.iter();
    let names: Vec<&str> = files.map(|file| file.saved_name.as_str()).collect();
    assert_eq!(names, ["Shot.png", "shot (2).png"]);
}

#[test]
fn what_may_run_is_called_active() {
    assert!(is_active("application/pdf", "invoice.pdf.exe"));
    assert!(is_active("text/html", "page"));
    assert!(is_active("application/octet-stream", "macro.docm"));
    assert!(!is_active("application/pdf", "invoice.pdf"));
    assert!(!is_active("image/jpeg", "cat.jpg"));
}
