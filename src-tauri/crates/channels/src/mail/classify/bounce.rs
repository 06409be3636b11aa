//! Delivery reports: the standard ones, and the free-form ones of servers that came before it.

use crate::mail::classify::Signs;

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
    if header.has("list-id") || header.has("list-post") {
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

/// Local parts of programs that carry mail, without signs between letters.
const LOCALS: &[&str] = &[
    "mailerdaemon",
    "postmaster",
    "maildaemon",
    "mailerdemon",
    "mdaemon",
    "maildeliverysystem",
    "mailsystem",
    "bounce",
    "bounces",
    "postoffice",
    "mailadmin",
    "mmdf",
    "uucp",
    "listserv",
    "majordomo",
    "mta",
    "mailmaster",
    "smtp",
    "system",
    "systemadministrator",
    "mailgateway",
    "internetmaildelivery",
    "mailnotification",
    "nondelivery",
    "mailerror",
    "bouncehandler",
];

/// Display names of such programs.
const NAMES: &[&str] = &[
    "mail delivery system",
    "mail delivery subsystem",
    "mailer-daemon",
    "mail administrator",
    "postmaster",
    "mail system",
    "system administrator",
    "mail delivery service",
    "mail deliver",
    "mail router",
    "message delivery",
    "internet mail delivery",
    "mail transport system",
    "delivery subsystem",
    "mail gateway",
    "systemadministrator",
    "administrateur système",
];

/// Subjects of delivery reports.
const SUBJECTS: &[&str] = &[
    "undeliver",
    "undelivered mail",
    "returned mail",
    "returned to sender",
    "delivery status notification",
    "delivery failure",
    "delivery failed",
    "delivery error",
    "delivery notification",
    "delivery report",
    "delivery status",
    "mail delivery",
    "failure notice",
    "failure delivery",
    "failed delivery",
    "failed mail",
    "mail failure",
    "mail could not be delivered",
    "message could not be delivered",
    "message not delivered",
    "mail not delivered",
    "not delivered",
    "non delivery",
    "nondeliverable",
    "non-delivery",
    "could not send message",
    "could not deliver",
    "couldn't be delivered",
    "cannot be delivered",
    "can not be delivered",
    "unable to deliver",
    "unable to send",
    "delivery problem",
    "delivery has failed",
    "delivery unsuccessful",
    "mail status report",
    "message status",
    "warning: could not",
    "warning: message",
    "delayed mail",
    "delivery delayed",
    "delay",
    "user unknown",
    "unknown user",
    "unknown address",
    "no such user",
    "address error",
    "invalid address",
    "bounce",
    "returned message",
    "return mail",
    "mail error",
    "mail returned",
    "message returned",
    "postmaster notify",
    "nachricht nicht zugestellt",
    "unzustellbar",
    "nicht zugestellt",
    "zustellung",
    "fehlgeschlagen",
    "zustellfehler",
    "unzustellbare",
    "nicht zustellbar",
    "mail-zustellung",
    "rückläufer",
    "non remis",
    "échec",
    "echec",
    "non distribué",
    "non-remise",
    "retour",
    "notification d'état de remise",
    "non délivré",
    "avis de non",
    "erreur de distribution",
    "no se puede entregar",
    "no entregado",
    "no se ha podido",
    "devuelto",
    "devolución",
    "error de entrega",
    "no ha podido",
    "entrega fallida",
    "fallo en la entrega",
    "não entregue",
    "devolvida",
    "falha na entrega",
    "não foi possível entregar",
    "falha",
    "mancato recapito",
    "non recapitabile",
    "impossibile recapitare",
    "mancata consegna",
    "non consegnato",
    "errore di consegna",
    "onbestelbaar",
    "niet afgeleverd",
    "kan niet worden",
    "mislukt",
    "niedostarcz",
    "nie dostarczono",
    "zwrot",
    "nie można dostarczyć",
    "olevererbart",
    "kan inte leverera",
    "ej levererad",
    "ikke leveret",
    "ikke levert",
    "ulevert",
    "kunne ikke leveres",
    "toimittamaton",
    "ei voitu toimittaa",
    "nedoručiteln",
    "kézbesíthetetlen",
    "teslim edilemedi",
    "недостав",
    "не доставлен",
    "не удалось доставить",
    "возврат",
    "недоставлен",
    "メールエラー",
    "エラー通知",
    "配信不能",
    "配信できません",
    "配信エラー",
    "送信できません",
    "届けられません",
    "不達",
    "エラーメール",
    "配達",
    "送信失敗",
    "送信エラー",
    "宛先不明",
    "退信",
    "无法投递",
    "系统退信",
    "邮件无法",
    "无法送达",
    "投递失败",
    "傳遞失敗",
    "無法傳遞",
    "未传递",
    "未傳遞",
    "발송 실패",
    "전송 실패",
    "배달",
    "반송",
    "전달되지",
    "rejected",
    "refused",
    "message blocked",
    "undelivrable",
    "undeliv",
    "dsn",
    "failure to deliver",
    "fail to deliver",
    "email failure",
    "expired",
    "quota exceeded",
    "mailbox full",
    "over quota",
    "inactive account",
    "full mailbox",
    "your message to",
    "your mail to",
    "mdaemon notification",
    "mdaemon warning",
    "transmission report",
    "nondeliv",
    "e-mail delivery",
    "message delivery",
    "problem delivering",
    "mail system error",
    "mail notification",
    "mail routing",
    "dead letter",
    "automatic bounce",
    "bounced",
];

/// Phrases of delivery reports.
const PHRASES: &[&str] = &[
    "could not be delivered",
    "couldn't be delivered",
    "was not delivered",
    "has not been delivered",
    "not been delivered",
    "wasn't delivered",
    "cannot be delivered",
    "can not be delivered",
    "can't be delivered",
    "could not deliver",
    "couldn't deliver",
    "unable to deliver",
    "was unable to deliver",
    "wasn't able to deliver",
    "failed to deliver",
    "delivery to the following",
    "delivery failed",
    "delivery has failed",
    "delivery failure",
    "delivery of the following",
    "permanent error",
    "permanent fatal errors",
    "fatal errors",
    "permanent failure",
    "undeliverable",
    "undelivered",
    "returned mail",
    "returned to sender",
    "returned to you",
    "user unknown",
    "unknown user",
    "unknown recipient",
    "no such user",
    "no such mailbox",
    "no mailbox here",
    "mailbox unavailable",
    "mailbox is full",
    "mailbox full",
    "mailbox has exceeded",
    "over quota",
    "quota exceeded",
    "exceeded storage",
    "does not exist",
    "doesn't have a",
    "not listed in",
    "host unknown",
    "host not found",
    "domain does not exist",
    "recipient rejected",
    "recipient address rejected",
    "address rejected",
    "recipient unknown",
    "recipient not found",
    "invalid recipient",
    "bad destination",
    "bad address",
    "relaying denied",
    "relay access denied",
    "transcript of session",
    "your message was not",
    "your message has been rejected",
    "message was rejected",
    "rejected your message",
    "rejected by the",
    "message could not be",
    "message has been blocked",
    "was blocked by",
    "did not reach",
    "following recipients",
    "following recipient(s)",
    "following address",
    "following addresses",
    "failed addresses",
    "failed recipient",
    "reason for failure",
    "reason for the failure",
    "reason of delivery failure",
    "has been returned",
    "is being returned",
    "being returned",
    "giving up",
    "gave up",
    "retry time",
    "retry timeout",
    "will be retried",
    "will continue",
    "will keep trying",
    "still be delivered",
    "delivery attempts",
    "delivery is delayed",
    "has been delayed",
    "been delayed",
    "not yet been delivered",
    "account is disabled",
    "account has been disabled",
    "account is inactive",
    "inactive user",
    "no longer active",
    "no longer valid",
    "is not a valid",
    "not a valid user",
    "not a valid user",
    "not accepting",
    "remote host said",
    "remote server",
    "smtp error",
    "said: 5",
    "said: 4",
    "550 ",
    "554 ",
    "553 ",
    "552 ",
    "mail delivery",
    "was undeliverable",
    "loops back to",
    "too many hops",
    "mail loop",
    "message exceeds",
    "message too large",
    "message size",
    "expired",
    "status of the delivery",
    "delivery status",
    "was successfully",
    "successfully delivered",
    "failure notice",
    "address not found",
    "not found in",
    "could not send",
    "unable to send",
    "delivery report",
    "diagnostic",
    "non-delivery",
    "not be reached",
    "unreachable",
    "no valid recipients",
    "not our customer",
    "unknown address",
    "unroutable",
    "unrouteable",
    "undelivrable",
    "nicht zugestellt",
    "konnte nicht",
    "konnten nicht",
    "nicht erreicht",
    "unzustellbar",
    "unbekannt",
    "nicht ausgeliefert",
    "n'a pas pu",
    "n'a pu être",
    "n'ont pas",
    "pas été remis",
    "introuvable",
    "échec",
    "impossible de",
    "no se ha podido",
    "no se pudo",
    "no pudo",
    "no ha sido posible",
    "não pôde",
    "não foi possível",
    "non è stato possibile",
    "impossibile recapitare",
    "non è stato recapitato",
    "kon niet",
    "kunne ikke",
    "kunde inte",
    "nie mógł",
    "nie może",
    "не удалось",
    "не может быть",
    "не было доставлено",
    "не доставлено",
    "не существует",
    "配信でき",
    "配信不能",
    "届け",
    "送信できません",
    "見つかりません",
    "存在しません",
    "ユーザー",
    "エラー",
    "お届けできません",
    "宛先",
    "无法",
    "退回",
    "不存在",
    "失败",
    "無法",
    "退信",
    "발송",
    "존재하지",
    "전송",
    "수신자",
];

/// Phrases that introduce the message that came back.
const RETURNED: &[&str] = &[
    "copy of your message",
    "copy of the message",
    "original message follows",
    "original message headers",
    "returned message",
    "unsent message",
    "below this line is a copy",
    "message headers follow",
    "message header follows",
    "included below",
    "text follows",
    "your original message",
    "start of returned",
    "received: from",
    "message contains file",
    "original mail",
    "ursprüngliche nachricht",
    "message d'origine",
    "mensaje original",
];
