//! Automatic answers: vacation notices, acknowledgements, "no longer works here".

mod words;

use std::borrow::Cow;

use crate::mail::Mail;
use crate::mail::classify::{Signs, bounce, challenge};
use words::{AUTOMATIC, AWAY, LABELS, PREFIXES, STRONG, TOPICS};

/// From this sum of signs on, a message is an automatic answer.
pub(super) const ENOUGH: u32 = 4;

/// Whether the sender's program says itself that it answered alone.
pub(super) fn is_declared(signs: &Signs<'_, '_>) -> bool {
    let header = signs.header;
    let reply_precedence = matches!(
        signs.precedence.as_str(),
        "auto_reply" | "auto-reply" | "autoreply"
    );
    let fields = [
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-auto-reply",
        "x-autoreply-from",
        "x-autoresponse",
        "x-auto-response",
        "x-vacation",
        "x-mail-autoreply",
        "x-amazon-auto-reply",
        "x-ebay-autoreply",
        "autoresponse",
    ];
    let says_no = |name: &str| matches!(header.lower(name).as_str(), "no" | "false" | "0");
    signs.auto_submitted.starts_with("auto-replied")
        || signs.auto_submitted == "auto-reply"
        || reply_precedence
        || fields.iter().any(|name| header.has(name) && !says_no(name))
        || header
            .lower("x-post-messageclass")
            .contains("autoresponder")
        || header
            .lower("x-ms-exchange-generated-message-source")
            .contains("mailbox rules agent")
        || header.lower("x-ms-exchange-inbox-rules-loop").contains('@') && signs.null_sender
        || header.lower("delivered-to") == "autoresponder"
        || header.lower("x-mailer").contains("autorespond")
}

/// How much speaks for an automatic answer that does not say so in its header.
///
/// Without any trace of a machine in the header only what no customer writes counts: a subject in
/// the form of a notice, and a text that calls itself automatic or says who is away. A customer
/// who asks about vacations, or about automatic answers, stays a customer.
pub(super) fn score(signs: &Signs<'_, '_>, mail: &Mail) -> u32 {
    let header = signs.header;
    let subject = signs
        .subject
        .trim_start_matches(['[', '(', '*', '"', '<', '【', ' ']);
    let mut sum = of_subject(subject);
    if sum == 2 && signs.subject.starts_with(['[', '(', '【']) {
        // A label in brackets is set by a program.
        sum = ENOUGH;
    }
    let silent =
        !signs.null_sender && signs.auto_submitted.is_empty() && signs.precedence.is_empty();
    let text = own_words(signs, mail);
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    if challenge::is_challenge(&text) {
        return ENOUGH;
    }
    if sum == 0 && silent {
        // Words alone never suffice, and most mail ends here.
        return 0;
    }
    if says(AUTOMATIC) {
        sum += 3;
    } else if says(AWAY) || !silent && says(TOPICS) {
        sum += 2;
    }
    if signs.null_sender && !bounce::is_daemon(signs) {
        sum += 2;
        // A program that answers, and that wants no answer: words are not needed.
        let answers = subject.starts_with("re:")
            || subject.starts_with("aw:")
            || !mail.document.in_reply_to.is_empty();
        if answers {
            sum += 2;
        }
    }
    if sum == 0 {
        return 0;
    }
    if silent && of_subject(subject) < ENOUGH && text.contains(['?', '？', '؟']) {
        // Notices ask nothing.
        sum = sum.saturating_sub(2);
    }
    if !silent && header.has("x-auto-response-suppress") {
        sum += 1;
    }
    if matches!(signs.precedence.as_str(), "bulk" | "junk") {
        sum += 1;
    }
    if matches!(
        signs.auto_submitted.as_str(),
        "auto-generated" | "auto-notified"
    ) {
        sum += 2;
    }
    if !mail.document.in_reply_to.is_empty() && of_subject(subject) > 1 {
        sum += 1;
    }
    // What goes on a list, and what a person answers or passes on, is no automatic answer.
    if header.has("list-id") || header.has("list-post") || header.has("list-unsubscribe") {
        sum = sum.saturating_sub(3);
    }
    sum
}

/// What the sender wrote or had written, without what is quoted below it.
fn own_words<'s>(signs: &'s Signs<'_, '_>, mail: &Mail) -> Cow<'s, str> {
    let visible = &mail.document.visible_text;
    if visible.is_empty() {
        return Cow::Borrowed(&signs.text);
    }
    let own = crate::mail::report::beginning(visible, 6_000);
    let joined: Vec<&str> = own.split_whitespace().collect();
    Cow::Owned(joined.join(" ").to_lowercase().replace('\u{2019}', "'"))
}

/// How much a subject says: a notice by its form, by its first words, or by a word people use too.
fn of_subject(subject: &str) -> u32 {
    if STRONG.iter().any(|prefix| closes(subject, prefix))
        || subject.strip_prefix("auto:").is_some_and(says_away)
        || subject.ends_with("(automatic response)")
        || subject.ends_with("(out of office)")
    {
        return ENOUGH;
    }
    let answered = ["re:", "aw:", "fw:", "fwd:", "wg:"]
        .iter()
        .any(|prefix| subject.starts_with(prefix));
    if !answered && LABELS.iter().any(|label| labels(subject, label)) {
        return 3;
    }
    let weak = || STRONG.iter().chain(PREFIXES);
    if weak().any(|prefix| closes(subject, prefix)) {
        return 2;
    }
    u32::from(weak().any(|prefix| begins_as_word(subject, prefix)))
}

/// Whether what follows `AUTO:` says that somebody is away, as Notes writes it. The word alone is a
/// car in German.
fn says_away(rest: &str) -> bool {
    [
        "out of the office",
        "returning",
        "abwesend",
        "zurückkehr",
        "absent",
        "retour",
        "fuera de",
        "fuori sede",
    ]
    .iter()
    .any(|away| rest.contains(away))
}

/// Whether a subject names what follows by these words: `Desk 4 automatic reply: Invoice`.
fn labels(subject: &str, label: &str) -> bool {
    subject
        .split_once(label)
        .is_some_and(|(_, rest)| rest.trim_start().starts_with([':', '：']))
}

/// Whether a subject is made of these first words, or of them and what was answered.
fn closes(subject: &str, prefix: &str) -> bool {
    let Some(rest) = subject.strip_prefix(prefix) else {
        return false;
    };
    if prefix.ends_with(':') {
        return true;
    }
    let rest = rest.trim_start();
    rest.is_empty()
        || rest.starts_with([
            ':', '：', '-', '–', '—', ']', ')', '】', '(', '[', '/', '|', '!', '.', '_', '…', '"',
            '«',
        ])
        || [
            "re:", "aw:", "fw:", "sv:", "antw:", "until ", "from ", "bis ", "vom ",
        ]
        .iter()
        .any(|next| rest.starts_with(next))
}

/// Whether a text begins with words that end there.
fn begins_as_word(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}
