//! The letters of the demo that need to be real mail: a bounce, a vacation notice, a look-alike
//! sender and a picture with a tracker.

/// What a letter is written into.
pub struct Setting {
    /// The customer's name.
    pub name: String,
    /// The customer's address.
    pub address: String,
    /// The shop's address.
    pub shop: String,
    /// The Message-ID of the message that is answered, without angle brackets; empty for none.
    pub answers: String,
    /// The subject of the conversation.
    pub subject: String,
    /// A number that makes each letter another one.
    pub number: u64,
}

impl Setting {
    /// A setting for tests.
    #[must_use]
    pub fn example() -> Self {
        Self {
            name: "Mia Torres".to_owned(),
            address: "mia@customer.example".to_owned(),
            shop: "hello@shop.example".to_owned(),
            answers: "m1@shop.example".to_owned(),
            subject: "Bells".to_owned(),
            number: 1,
        }
    }
}

/// A picture of one red point, as PNG in base 64.
const POINT: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";

/// Writes a letter; none when there is none of that name.
#[must_use]
pub fn write(name: &str, setting: &Setting) -> Option<Vec<u8>> {
    let text = match name {
        "bounce" => bounce(setting),
        "vacation" => vacation(setting),
        "lookalike" => lookalike(setting),
        "photo" => photo(setting),
        _ => return None,
    };
    Some(text.replace('\n', "\r\n").into_bytes())
}

fn answer_headers(setting: &Setting) -> String {
    if setting.answers.is_empty() {
        return String::new();
    }
    format!(
        "In-Reply-To: <{id}>\nReferences: <{id}>\n",
        id = setting.answers
    )
}

fn bounce(setting: &Setting) -> String {
    let (number, shop, answers) = (setting.number, &setting.shop, &setting.answers);
    format!(
        "Return-Path: <>\n\
From: Mail Delivery System <mailer-daemon@mx.nordlicht.example>\n\
To: {shop}\n\
Subject: Undelivered Mail Returned to Sender\n\
Message-ID: <bounce-{number}@mx.nordlicht.example>\n\
Auto-Submitted: auto-replied\n\
{refs}MIME-Version: 1.0\n\
Content-Type: multipart/report; report-type=delivery-status; boundary=\"b{number}\"\n\
\n\
--b{number}\n\
Content-Type: text/plain; charset=us-ascii\n\
\n\
Your message could not be delivered to one or more recipients.\n\
\n\
<tom@achebe-desing.example>: Host or domain name not found.\n\
\n\
--b{number}\n\
Content-Type: message/delivery-status\n\
\n\
Reporting-MTA: dns; mx.nordlicht.example\n\
\n\
Final-Recipient: rfc822; tom@achebe-desing.example\n\
Action: failed\n\
Status: 5.1.2\n\
Diagnostic-Code: X-MTA; Host or domain name not found\n\
\n\
--b{number}\n\
Content-Type: text/rfc822-headers\n\
\n\
From: {shop}\n\
To: tom@achebe-desing.example\n\
Message-ID: <{answers}>\n\
Subject: Re: {subject}\n\
\n\
--b{number}--\n",
        refs = answer_headers(setting),
        subject = setting.subject,
    )
}

fn vacation(setting: &Setting) -> String {
    let number = setting.number;
    format!(
        "Return-Path: <>\n\
From: {name} <{address}>\n\
To: {shop}\n\
Subject: Abwesend: {subject}\n\
Message-ID: <vacation-{number}@brandt-it.example>\n\
Auto-Submitted: auto-replied (vacation)\n\
Precedence: bulk\n\
X-Auto-Response-Suppress: All\n\
{refs}MIME-Version: 1.0\n\
Content-Type: text/plain; charset=utf-8\n\
Content-Transfer-Encoding: 8bit\n\
\n\
Guten Tag,\n\
\n\
ich bin bis einschließlich Montag nicht im Büro und lese keine Mails.\n\
In dringenden Fällen wenden Sie sich bitte an das Sekretariat.\n",
        name = setting.name,
        address = setting.address,
        shop = setting.shop,
        subject = setting.subject,
        refs = answer_headers(setting),
    )
}

fn lookalike(setting: &Setting) -> String {
    let number = setting.number;
    format!(
        "From: {name} <{address}>\n\
Reply-To: payments@fast-transfer.example\n\
To: {shop}\n\
Subject: Urgent: change of bank account for refunds\n\
Message-ID: <urgent-{number}@quickmail.example>\n\
MIME-Version: 1.0\n\
Content-Type: text/html; charset=utf-8\n\
\n\
<html><body style=\"font-family:sans-serif\">\
<p>Hi, it is Anna. I am in a meeting and cannot talk.</p>\
<p>From today, please send <b>all refunds</b> to the new account. Confirm here:\n\
<a href=\"http://login.fast-transfer.example/nordlicht\">https://bank.nordlicht.example</a></p>\
<p>Do it before noon.</p>\
<img src=\"http://count.fast-transfer.example/o.gif?u=17\" width=\"1\" height=\"1\" alt=\"\">\
<script>document.title='x'</script></body></html>\n",
        name = setting.name,
        address = setting.address,
        shop = setting.shop,
    )
}

fn photo(setting: &Setting) -> String {
    let number = setting.number;
    format!(
        "From: {name} <{address}>\n\
To: {shop}\n\
Subject: Pneu fissuré / cracked tyre\n\
Message-ID: <photo-{number}@courrier.example>\n\
MIME-Version: 1.0\n\
Content-Type: multipart/related; boundary=\"r{number}\"\n\
\n\
--r{number}\n\
Content-Type: text/html; charset=utf-8\n\
\n\
<html><body><p>Bonjour, le pneu arrière de mon vélo est fissuré après trois semaines.</p>\
<p>Hello, in English to be quick: the rear tyre cracked after three weeks, see the picture. \
Order 47112. Is that under warranty?</p>\
<p><img src=\"cid:tyre@courrier.example\" alt=\"the tyre\" width=\"160\" height=\"120\"></p>\
<p>Lucas</p>\
<img src=\"https://pixel.courrier.example/seen?m={number}\" width=\"1\" height=\"1\" alt=\"\">\
</body></html>\n\
\n\
--r{number}\n\
Content-Type: image/png; name=\"pneu.png\"\n\
Content-ID: <tyre@courrier.example>\n\
Content-Disposition: inline; filename=\"pneu.png\"\n\
Content-Transfer-Encoding: base64\n\
\n\
{POINT}\n\
--r{number}--\n",
        name = setting.name,
        address = setting.address,
        shop = setting.shop,
    )
}
