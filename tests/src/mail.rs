//! Mails, written by us.

use std::fmt::Write as _;

/// A mail to be written.
#[derive(Debug, Clone)]
pub struct Mail {
    from: String,
    to: String,
    subject: String,
    id: String,
    text: String,
    extra: Vec<String>,
}

impl Mail {
    /// A customer's mail with its identifier (the part before the `@`) and its words.
    #[must_use]
    pub fn from(address: &str, id: &str, text: &str) -> Self {
        Self {
            from: address.to_owned(),
            to: "support@baton.test".to_owned(),
            subject: "The lamp".to_owned(),
            id: format!("{id}@customer.test"),
            text: text.to_owned(),
            extra: Vec::new(),
        }
    }

    /// To another address.
    #[must_use]
    pub fn to(mut self, address: &str) -> Self {
        address.clone_into(&mut self.to);
        self
    }

    /// Under another subject.
    #[must_use]
    pub fn about(mut self, subject: &str) -> Self {
        subject.clone_into(&mut self.subject);
        self
    }

    /// As an answer to a message.
    #[must_use]
    pub fn answers(mut self, id: &str) -> Self {
        self.extra.push(format!("In-Reply-To: <{id}>"));
        self.extra.push(format!("References: <{id}>"));
        self
    }

    /// With one more header line.
    #[must_use]
    pub fn header(mut self, line: &str) -> Self {
        self.extra.push(line.to_owned());
        self
    }

    /// The bytes.
    #[must_use]
    pub fn raw(&self) -> Vec<u8> {
        let mut out = format!(
            "From: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}>\r\n\
             Date: Mon, 23 Nov 2026 08:59:00 +0000\r\nMIME-Version: 1.0\r\n",
            self.from, self.to, self.subject, self.id
        );
        for line in &self.extra {
            let _ = write!(out, "{line}\r\n");
        }
        if !self
            .extra
            .iter()
            .any(|line| line.starts_with("Content-Type"))
        {
            out.push_str("Content-Type: text/plain; charset=utf-8\r\n");
        }
        let _ = write!(out, "\r\n{}\r\n", self.text.replace('\n', "\r\n"));
        out.into_bytes()
    }
}

/// A mail system's report that a message with this identifier did not arrive.
#[must_use]
pub fn bounce(id: &str, of: &str) -> Vec<u8> {
    Mail::from("Mail Delivery System <mailer-daemon@customer.test>", id, &format!(
        "--edge\nContent-Type: text/plain\n\nIt could not be delivered.\n\
         --edge\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; customer.test\n\n\
         Final-Recipient: rfc822; carla@customer.test\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n\
         --edge\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{of}>\nSubject: The lamp\n\n--edge--\n"
    ))
    .about("Undelivered Mail Returned to Sender")
    .header("Auto-Submitted: auto-replied")
    .header("Content-Type: multipart/report; report-type=delivery-status; boundary=edge")
    .raw()
}

/// The value of a header field of a raw message, unfolded.
#[must_use]
pub fn field(raw: &str, name: &str) -> Option<String> {
    let head = raw
        .split("\r\n\r\n")
        .next()
        .unwrap_or(raw)
        .replace("\r\n ", " ");
    let head = head.replace("\r\n\t", " ");
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}
