//! Messages inside an opaque signature of S/MIME, which many mail programs show and most
//! libraries do not.

use base64::Engine as _;
use baton_channels::mail::{Mail, Protection, attachment};

use crate::ground::read_bytes;

const SIGNED: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const ENVELOPED: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3];
const DATA: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
const VERSION: &[u8] = &[2, 1, 1];
const NO_DIGESTS: &[u8] = &[0x31, 0];

/// A value with its length told.
fn told(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let mut value = vec![tag];
    match body.len() {
        short @ 0..=0x7f => value.push(short as u8),
        long => value.extend([0x82, (long >> 8) as u8, long as u8]),
    }
    value.extend(body);
    value
}

/// A value that ends with a mark.
fn marked(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    [&[tag, 0x80], parts.concat().as_slice(), &[0, 0]].concat()
}

fn whole(kind: &[u8], message: &[u8]) -> Vec<u8> {
    let octets = told(0x04, &[message]);
    let content = told(0x30, &[DATA, &told(0xa0, &[&octets])]);
    let signed = told(0x30, &[VERSION, NO_DIGESTS, &content, NO_DIGESTS]);
    told(0x30, &[kind, &told(0xa0, &[&signed])])
}

fn in_pieces(message: &[u8]) -> Vec<u8> {
    let (one, two) = message.split_at(message.len() / 2);
    let octets = marked(0x24, &[&told(0x04, &[one]), &told(0x04, &[two])]);
    let content = marked(0x30, &[DATA, &marked(0xa0, &[&octets])]);
    let digests = marked(0x31, &[&marked(0x30, &[DATA])]);
    let signed = marked(0x30, &[VERSION, &digests, &content, NO_DIGESTS]);
    marked(0x30, &[SIGNED, &marked(0xa0, &[&signed])])
}

fn sent(fields: &str, envelope: &[u8]) -> Vec<u8> {
    let body = base64::engine::general_purpose::STANDARD.encode(envelope);
    format!(
        "From: ida@customer.example\r\nSubject: Pump\r\n{fields}\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{body}\r\n"
    )
    .into_bytes()
}

fn files(mail: &Mail) -> Vec<&str> {
    let files = mail.document.attachments.iter();
    files.map(|file| file.name.as_str()).collect()
}

const MESSAGE: &[u8] = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n\
    --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe pump leaks.\r\n\
    --b\r\nContent-Type: image/png; name=leak.png\r\nContent-ID: <leak@x>\r\n\r\nPNG\r\n--b--\r\n";

#[test]
fn a_message_inside_an_opaque_signature_is_read() {
    for fields in [
        "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
        "Content-Type: application/x-pkcs7-mime; name=smime.p7m",
    ] {
        for envelope in [whole(SIGNED, MESSAGE), in_pieces(MESSAGE)] {
            let raw = sent(fields, &envelope);
            let mail = read_bytes(&raw);
            assert_eq!(mail.document.text.trim(), "The pump leaks.", "{fields}");
            assert_eq!(files(&mail), ["smime.p7m", "leak.png"]);
            assert_eq!(mail.protection, Protection::Signed);
            assert_eq!(attachment(&raw, 1).unwrap(), b"PNG");
        }
    }
}

#[test]
fn what_is_encrypted_stays_closed_and_what_is_damaged_harms_nobody() {
    let fields = "Content-Type: application/pkcs7-mime; name=smime.p7m";
    let mail = read_bytes(&sent(fields, &whole(ENVELOPED, MESSAGE)));
    assert_eq!(mail.protection, Protection::Encrypted);
    assert_eq!(mail.document.text, "");
    assert_eq!(files(&mail), ["smime.p7m"]);
    for envelope in [whole(SIGNED, MESSAGE), in_pieces(MESSAGE)] {
        for cut in 0..envelope.len() {
            let mail = read_bytes(&sent(fields, &envelope[..cut]));
            assert_eq!(files(&mail)[0], "smime.p7m");
        }
    }
    // Signatures within signatures without end are opened a few times, and then left.
    let mut message = MESSAGE.to_vec();
    for _ in 0..20 {
        message = sent(fields, &whole(SIGNED, &message));
    }
    assert_eq!(read_bytes(&message).document.text, "");
    let deep = [[0x24, 0x80].repeat(100_000), vec![0; 9]].concat();
    assert_eq!(read_bytes(&sent(fields, &deep)).document.text, "");
}
