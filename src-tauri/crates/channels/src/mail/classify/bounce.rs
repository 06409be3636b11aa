//! Delivery reports: the standard ones, and the free-form ones of servers that came before it.

mod words;

use crate::mail::classify::Signs;
use words::phrases::PHRASES;
use words::subjects::SUBJECTS;
use words::{LOCALS, NAMES, RETURNED, SHARED_LOCALS};

/// From this sum of signs on, a message is a delivery report.
pub(super) const ENOUGH: u32 = 5;

/// A standard report, attached by a machine to its own message.
pub(super) fn is_report(signs: &Signs<'_, '_>) -> bool {
    let Some(root) = signs.tree.root() else {
        return false;
    };
    if signs.report_type == "delivery-status" && signs.tree.parts.len() > 1 {
        return true;
    }
    if root.media_type == "message/delivery-status" {
        return true;
    }
    let child = |wanted: &str| {
        root.children
            .iter()
            .filter_map(|index| signs.tree.part(*index))
            .any(|part| part.media_type == wanted)
    };
    (child("message/delivery-status") || child("message/global-delivery-status"))
        && (root.media_type == "multipart/report" || is_daemon(signs) || signs.null_sender)
}

/// Whether the sender is the program that carries mail.
pub(super) fn is_daemon(signs: &Signs<'_, '_>) -> bool {
    let squeezed = squeezed(&signs.local);
    LOCALS.iter().any(|local| squeezed == *local)
        || squeezed.starts_with("mailerdaemon")
        || squeezed.ends_with("mailerdaemon")
        // The reports of Exchange come from its name and a long number.
        || squeezed
            .strip_prefix("microsoftexchange")
            .is_some_and(|number| number.len() > 20)
        || is_named_as_daemon(&signs.name)
}

/// Whether a display name is, but for what surrounds it, that of such a program. A gallery called
/// after a postmaster is none.
fn is_named_as_daemon(name: &str) -> bool {
    let ends_there = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    let begins_there = |rest: &str| !rest.ends_with(char::is_alphanumeric);
    NAMES.iter().any(|sign| {
        name.strip_prefix(sign).is_some_and(ends_there)
            || name.strip_suffix(sign).is_some_and(begins_there)
    })
}

/// Whether a person signs with a name of their own what comes from an address of programs.
pub(super) fn has_own_name(signs: &Signs<'_, '_>) -> bool {
    let (local, name) = (squeezed(&signs.local), squeezed(&signs.name));
    SHARED_LOCALS.contains(&local.as_str())
        && !name.is_empty()
        && !is_named_as_daemon(&signs.name)
        && !LOCALS.iter().any(|sign| name.contains(sign))
}

/// Letters and digits alone.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// How much speaks for a free-form delivery report.
pub(super) fn score(signs: &Signs<'_, '_>) -> u32 {
    let header = signs.header;
    if header.has("x-failed-recipients") || is_notification(signs) || is_refused_post(signs) {
        return ENOUGH;
    }
    let mut sum: u32 = 0;
    if is_daemon(signs) {
        sum += 3;
    }
    if signs.null_sender {
        sum += 2;
    }
    if signs.to_return_address {
        sum += 3;
    }
    // A person answers and forwards; a server does neither.
    let answered = ["re:", "aw:", "fw:", "fwd:", "wg:", "tr:", "sv:", "rv:"]
        .iter()
        .any(|prefix| signs.subject.starts_with(prefix));
    if !answered && SUBJECTS.iter().any(|sign| signs.subject.contains(sign)) {
        sum += 2;
    }
    let machine = is_daemon(signs)
        || signs.null_sender
        || signs.to_return_address
        || signs.unattended
        || !signs.auto_submitted.is_empty();
    if sum == 0 && !machine {
        // Most mail ends here.
        return 0;
    }
    if PHRASES.iter().any(|sign| signs.text.contains(sign)) {
        sum += 2;
    }
    if sum == 0 {
        return 0;
    }
    if signs.unattended {
        sum += 1;
    }
    if crate::mail::report::status_in(&signs.text).is_some_and(|status| !status.starts_with('2')) {
        sum += 1;
    }
    let returned = signs.tree.parts.iter().skip(1).any(|part| {
        matches!(
            part.media_type.as_str(),
            "message/rfc822" | "text/rfc822-headers" | "message/delivery-status"
        )
    });
    if returned || RETURNED.iter().any(|sign| signs.text.contains(sign)) {
        sum += 1;
    }
    if matches!(
        signs.auto_submitted.as_str(),
        "auto-replied" | "auto-generated"
    ) {
        sum += 1;
    }
    if header.has("in-reply-to") && !is_daemon(signs) && !signs.null_sender {
        sum = sum.saturating_sub(2);
    }
    // What members post is about deliveries at most; what comes to the list's own return address
    // carries its fields as well.
    let posted = !is_daemon(signs) && !signs.null_sender && !signs.to_return_address;
    if posted && (header.has("list-id") || header.has("list-post")) {
        sum = sum.saturating_sub(2);
    }
    if machine || is_report_type(signs) {
        sum
    } else {
        // Words alone never suffice: people ask about the reports they get.
        sum.min(ENOUGH - 1)
    }
}

/// Whether the message calls itself a report, of whatever type.
fn is_report_type(signs: &Signs<'_, '_>) -> bool {
    signs
        .tree
        .root()
        .is_some_and(|root| root.media_type == "multipart/report")
}

/// A delivery notice that a sending service writes in JSON.
fn is_notification(signs: &Signs<'_, '_>) -> bool {
    signs.text.starts_with('{')
        && ["notificationtype", "eventtype"]
            .iter()
            .any(|key| signs.text.contains(key))
        && ["bounce", "delivery", "deliverydelay"].iter().any(|kind| {
            let squeezed: String = signs
                .text
                .chars()
                .filter(|c| !matches!(c, '\\' | ' '))
                .take(3_000)
                .collect();
            squeezed.contains(&format!("type\":\"{kind}\""))
        })
}

/// What a list server answers when it does not pass a message on.
fn is_refused_post(signs: &Signs<'_, '_>) -> bool {
    let server = ["x-mlserver", "x-ml-name", "x-ml-info"]
        .iter()
        .any(|name| signs.header.has(name))
        || signs.local.ends_with("-admin");
    let refused = [
        "loop alert",
        "not member",
        "not a member",
        "cannot post",
        "can't post",
        "post denied",
    ];
    server
        && refused.iter().any(|sign| signs.subject.contains(sign))
        && !signs.header.has("in-reply-to")
}
