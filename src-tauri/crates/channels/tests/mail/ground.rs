//! What the stories share: a context, and short ways to write a mail.

use baton_channels::mail::{DecodeContext, Mail, decode};

pub(crate) fn context() -> DecodeContext {
    DecodeContext {
        own_addresses: vec!["support@harbour.example".into()],
        team_names: vec!["Zoe Lindqvist".into(), "Marek Nowak".into()],
        trusted_authserv_ids: vec!["mx.harbour.example".into()],
    }
}

/// Reads a mail written with plain line feeds, as it comes over the wire.
pub(crate) fn read(mail: &str) -> Mail {
    read_bytes(mail.replace('\n', "\r\n").as_bytes())
}

pub(crate) fn read_bytes(mail: &[u8]) -> Mail {
    decode(mail, &context())
}

/// A mail with one more field and a one-line body.
pub(crate) fn with_field(field: &[u8]) -> Mail {
    let mut raw = b"From: Ida <ida@customer.example>\r\n".to_vec();
    raw.extend_from_slice(field);
    raw.extend_from_slice(b"\r\n\r\nThe crate leaks.\r\n");
    read_bytes(&raw)
}

pub(crate) fn codes(mail: &Mail) -> Vec<&str> {
    mail.document
        .problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect()
}
