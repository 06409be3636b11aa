//! What a message is for: written by a person, or by a machine, and by which kind of machine.
//!
//! One sign is rarely proof. Signs that a person never makes (a report part, an Auto-Submitted
//! field) decide alone; everything else adds up, so that a person who writes about bounces or
//! about being out of office stays a person.

mod auto_reply;
mod bounce;
mod challenge;

use baton_core::message::MessageKind;

use crate::mail::header::Header;
use crate::mail::part::Tree;
use crate::mail::{Mail, report};

/// What the signs are read from.
struct Signs<'m, 'a> {
    tree: &'m Tree<'a>,
    header: &'m Header<'a>,
    /// The subject, lower case.
    subject: String,
    /// The beginning of the text, lower case, blanks joined.
    text: String,
    /// The local part of the sender, lower case.
    local: String,
    /// The display name of the sender, lower case.
    name: String,
    /// Whether the envelope sender is the null sender of machines.
    null_sender: bool,
    /// Whether nobody reads what is sent to the sender, and nobody else is to be answered.
    unattended: bool,
    /// Whether the list it came through is the team's own mailbox, as groups are that several read.
    own_list: bool,
    /// Whether it was written to an address that exists for returned mail.
    to_return_address: bool,
    /// The token of Auto-Submitted; empty when there is none.
    auto_submitted: String,
    /// The token of Precedence; empty when there is none.
    precedence: String,
    report_type: String,
}

/// Sets the kind of a message, and what its report says when it is one.
///
/// `own` are the addresses of the team's mailboxes.
pub(crate) fn classify(tree: &Tree<'_>, own: &[String], mail: &mut Mail) {
    let Some(root) = tree.root() else { return };
    let signs = Signs::read(tree, &root.header, own, mail);
    let kind = kind_of(&signs, mail);
    if kind == MessageKind::Bounce {
        mail.document.report =
            Some(report::read(tree).unwrap_or_else(|| {
                report::read_free_form(tree, &root.header, &mail.document.text)
            }));
    }
    mail.no_automatic_answer = kind != MessageKind::Message
        || signs.null_sender
        || !matches!(signs.auto_submitted.as_str(), "" | "no")
        || matches!(
            signs.precedence.as_str(),
            "bulk" | "list" | "junk" | "auto_reply"
        )
        || root.header.has("x-auto-response-suppress")
        || root.header.has("list-unsubscribe")
        || mail.loop_header.is_some()
        || bounce::is_daemon(&signs)
        || is_unattended(&signs.local);
    mail.document.kind = kind;
}

fn kind_of(signs: &Signs<'_, '_>, mail: &Mail) -> MessageKind {
    if is_feedback(signs) {
        return MessageKind::Feedback;
    }
    if bounce::is_report(signs) {
        return MessageKind::Bounce;
    }
    if !is_passed_on(signs) && auto_reply::is_declared(signs) {
        // Some servers declare their reports as automatic answers.
        return if bounce::score(signs) >= bounce::ENOUGH && bounce::is_daemon(signs) {
            MessageKind::Bounce
        } else {
            MessageKind::AutoReply
        };
    }
    if bounce::score(signs) >= bounce::ENOUGH {
        return MessageKind::Bounce;
    }
    if auto_reply::score(signs, mail) >= auto_reply::ENOUGH {
        return MessageKind::AutoReply;
    }
    if is_list(signs) {
        return MessageKind::List;
    }
    if is_system(signs, mail) {
        return MessageKind::System;
    }
    MessageKind::Message
}

fn is_feedback(signs: &Signs<'_, '_>) -> bool {
    if matches!(
        signs.report_type.as_str(),
        "feedback-report" | "disposition-notification" | "tlsrpt"
    ) {
        return true;
    }
    let root = signs
        .tree
        .root()
        .map_or("", |root| root.media_type.as_str());
    // The report part must belong to the message itself, not to something a person forwards.
    let children = signs
        .tree
        .root()
        .map(|root| root.children.as_slice())
        .unwrap_or_default();
    let has = |wanted: &[&str]| {
        wanted.contains(&root)
            || children.iter().any(|index| {
                signs
                    .tree
                    .part(*index)
                    .is_some_and(|part| wanted.contains(&part.media_type.as_str()))
            })
    };
    let reports = has(&[
        "message/feedback-report",
        "message/disposition-notification",
        "message/global-disposition-notification",
        "application/tlsrpt+gzip",
        "application/tlsrpt+json",
    ]);
    // DMARC aggregate reports (RFC 7489) are known by the form of their subject.
    let aggregate = signs.subject.contains("report domain:")
        && (signs.subject.contains("submitter:") || signs.subject.contains("report-id:"));
    // A provider's complaint, written before there was a standard for it.
    let complaint = signs
        .subject
        .strip_prefix("complaint about message from")
        .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
        || (signs.text.starts_with('{')
            && signs
                .text
                .replace(['\\', ' '], "")
                .contains("type\":\"complaint\""));
    // One provider says it in fields alone: the mail inside is the one complained about.
    let form = ["x-feedback-report-type", "x-hmxmroriginalrecipient"]
        .iter()
        .any(|name| !signs.header.lower(name).is_empty());
    reports || aggregate || complaint || form
}

fn is_list(signs: &Signs<'_, '_>) -> bool {
    let header = signs.header;
    if signs.own_list {
        return false;
    }
    header.has("list-id")
        || header.has("list-post")
        || header.has("list-unsubscribe")
        || header.has("x-mailing-list")
        || header.has("mailing-list")
        || header.has("x-campaign-id")
        || header.has("x-campaignid")
        || matches!(signs.precedence.as_str(), "list" | "bulk")
}

fn is_system(signs: &Signs<'_, '_>, mail: &Mail) -> bool {
    let header = signs.header;
    let method = mail
        .calendar
        .as_ref()
        .map_or("", |calendar| calendar.method.as_str());
    !matches!(signs.auto_submitted.as_str(), "" | "no") && !is_passed_on(signs)
        || bounce::is_daemon(signs) && !bounce::has_own_name(signs)
        || header.has("x-cron-env")
        || signs.precedence == "junk"
        || method == "REPLY"
        || (matches!(signs.local.as_str(), "root" | "cron" | "nagios" | "monit")
            && signs.subject.starts_with("cron "))
        || mail.loop_header.is_some()
}

/// Whether the list that the header names is one of the team's addresses.
fn is_own_list(header: &Header<'_>, own: &[String]) -> bool {
    let (id, post) = (header.lower("list-id"), header.lower("list-post"));
    if id.is_empty() && post.is_empty() {
        return false;
    }
    let id = id.rsplit_once('<').map_or(id.as_str(), |(_, id)| id);
    let id = id.trim_end_matches('>').trim();
    own.iter().any(|address| {
        let address = address.to_ascii_lowercase();
        !address.is_empty()
            && (id == address.replace('@', ".")
                || post
                    .split_once("mailto:")
                    .is_some_and(|(_, to)| to.trim_end_matches('>').trim() == address))
    })
}

/// Whether a rule of a mailbox passed on by itself what a person wrote.
fn is_passed_on(signs: &Signs<'_, '_>) -> bool {
    signs.auto_submitted == "auto-forwarded"
        || signs
            .header
            .lower("x-ms-exchange-generated-message-source")
            .contains("mailbox rules agent")
            && ["fw:", "fwd:", "wg:", "tr:", "rv:", "i:", "vb:", "vs:"]
                .iter()
                .any(|prefix| signs.subject.starts_with(prefix))
}

/// Whether nobody reads what is sent to that address.
fn is_unattended(local: &str) -> bool {
    let squeezed: String = local.chars().filter(|c| c.is_alphanumeric()).collect();
    [
        "noreply",
        "donotreply",
        "nepasrepondre",
        "neparepondre",
        "nichtantworten",
        "keineantwort",
        "noresponder",
        "nonrispondere",
        "naoresponda",
        "dontreply",
    ]
    .iter()
    .any(|sign| squeezed.starts_with(sign) || squeezed.ends_with(sign))
}

/// Whether a form or a shop names the person who wrote, to be answered.
fn answers_go_to_somebody(mail: &Mail) -> bool {
    let document = &mail.document;
    document.reply_to.iter().any(|to| {
        let local = to.address.split_once('@').map_or("", |(local, _)| local);
        !local.is_empty()
            && !to.address.eq_ignore_ascii_case(&document.from.address)
            && !is_unattended(&local.to_lowercase())
    })
}

/// Whether an address is one of those under which lists and senders take returned mail.
fn is_return_address(address: &str, header: &Header<'_>) -> bool {
    let local = address
        .split_once('@')
        .map_or("", |(local, _)| local)
        .to_lowercase();
    let ends = |ends: &[&str]| ends.iter().any(|end| local.ends_with(end));
    let starts = |starts: &[&str]| starts.iter().any(|start| local.starts_with(start));
    // People write to an owner, too; they do so without the fields of the list.
    let of_list = header.has("list-id") || header.has("list-post");
    ends(&["-bounces", "-bounce"])
        || starts(&["bounce-", "bounces-", "bounce+", "bounces+"])
        || (of_list && (ends(&["-admin", "-owner"]) || starts(&["owner-"])))
}

impl<'m, 'a> Signs<'m, 'a> {
    fn read(tree: &'m Tree<'a>, header: &'m Header<'a>, own: &[String], mail: &Mail) -> Self {
        let document = &mail.document;
        let token = |name: &str| -> String {
            header
                .lower(name)
                .split([' ', ';', '(', ','])
                .next()
                .unwrap_or_default()
                .trim_matches('"')
                .to_owned()
        };
        let local = document
            .from
            .address
            .rsplit_once('@')
            .map_or(document.from.address.as_str(), |(local, _)| local)
            .to_lowercase();
        let text = report::beginning(&document.text, 6_000);
        let mut joined = String::with_capacity(text.len());
        for word in text.split_whitespace() {
            if !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(word);
        }
        Self {
            tree,
            header,
            unattended: is_unattended(&local) && !answers_go_to_somebody(mail),
            subject: document.subject.to_lowercase(),
            text: joined.to_lowercase().replace('\u{2019}', "'"),
            local,
            name: document.from.name.to_lowercase(),
            null_sender: mail
                .return_path
                .as_deref()
                .is_some_and(|path| path.is_empty())
                || (document.from.address.is_empty()
                    && header
                        .first("from")
                        .is_some_and(|value| value.trim_ascii() == b"<>")),
            own_list: is_own_list(header, own),
            to_return_address: document
                .to
                .iter()
                .any(|to| is_return_address(&to.address, header)),
            auto_submitted: token("auto-submitted"),
            precedence: token("precedence"),
            report_type: tree
                .root()
                .filter(|root| root.media_type == "multipart/report")
                .and_then(|root| root.content.raw("report-type"))
                .unwrap_or_default()
                .to_ascii_lowercase(),
        }
    }
}
