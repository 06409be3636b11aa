//! Delivery reports: the standard ones, and the free-form ones of servers that came before it.

mod words;

use crate::mail::classify::Signs;
use words::{LOCALS, NAMES, PHRASES, RETURNED, SUBJECTS};

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
    let squeezed: String = signs
        .local
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    LOCALS.iter().any(|local| squeezed == *local)
        || squeezed.starts_with("mailerdaemon")
        || squeezed.ends_with("mailerdaemon")
        || NAMES.iter().any(|name| signs.name.contains(name))
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
    if sum == 0 && signs.auto_submitted.is_empty() && !super::is_unattended(&signs.local) {
        // Words alone never suffice, and most mail ends here.
        return 0;
    }
    if PHRASES.iter().any(|sign| signs.text.contains(sign)) {
        sum += 2;
    }
    if sum == 0 {
        return 0;
    }
    if super::is_unattended(&signs.local) {
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
    sum
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
