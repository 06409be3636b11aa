//! Automatic answers: vacation notices, acknowledgements, "no longer works here".

use crate::mail::Mail;
use crate::mail::classify::{Signs, bounce};

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
pub(super) fn score(signs: &Signs<'_, '_>, mail: &Mail) -> u32 {
    let header = signs.header;
    let subject = signs
        .subject
        .trim_start_matches(['[', '(', '*', '"', '<', ' ']);
    let mut sum: u32 = 0;
    if STRONG.iter().any(|prefix| subject.starts_with(prefix)) {
        sum += 4;
    } else if PREFIXES
        .iter()
        .any(|prefix| begins_as_word(subject, prefix))
    {
        sum += 2;
    }
    if subject.ends_with("(automatic response)")
        || AUTOMATIC.iter().any(|word| subject.contains(word))
    {
        sum += 2;
    }
    let silent = !signs.null_sender
        && signs.auto_submitted.is_empty()
        && signs.precedence.is_empty()
        && !header.has("x-auto-response-suppress");
    if sum == 0 && silent {
        // Words alone never suffice, and most mail ends here.
        return 0;
    }
    if PHRASES.iter().any(|phrase| signs.text.contains(phrase)) {
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
    if header.has("x-auto-response-suppress") {
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
    if !mail.document.in_reply_to.is_empty() && subject_is_notice(subject) {
        sum += 1;
    }
    // What goes on a list, and what a person answers or passes on, is no automatic answer.
    if header.has("list-id") || header.has("list-post") || header.has("list-unsubscribe") {
        sum = sum.saturating_sub(3);
    }
    sum
}

fn subject_is_notice(subject: &str) -> bool {
    STRONG
        .iter()
        .chain(PREFIXES)
        .any(|prefix| subject.starts_with(prefix))
}

/// Whether a text begins with words that end there.
fn begins_as_word(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Beginnings of subjects that only machines write.
const STRONG: &[&str] = &[
    "automatic reply:",
    "automatic reply from",
    "auto reply:",
    "auto-reply:",
    "autoreply:",
    "auto response:",
    "auto-response:",
    "autoresponse:",
    "auto-responder:",
    "autoresponder:",
    "automated reply:",
    "automated response:",
    "automatic response:",
    "out of office:",
    "out of office autoreply",
    "out of office auto-reply",
    "out-of-office:",
    "out of the office:",
    "out of office reply",
    "ooo:",
    "away from my mail",
    "vacation reply",
    "vacation response:",
    "auto:",
    "automatische antwort",
    "abwesenheitsnotiz",
    "abwesenheitsbenachrichtigung",
    "abwesenheitsmeldung",
    "abwesenheitsagent",
    "abwesenheit:",
    "automatische abwesenheits",
    "autom. antwort",
    "automatisch antwoord",
    "automatische antwoord",
    "afwezigheid:",
    "niet aanwezig:",
    "réponse automatique",
    "reponse automatique",
    "absence du bureau",
    "message d'absence",
    "notification d'absence",
    "absent du bureau",
    "respuesta automática",
    "respuesta automatica",
    "fuera de la oficina:",
    "ausencia de la oficina",
    "resposta automática",
    "resposta automatica",
    "ausência temporária",
    "risposta automatica",
    "fuori sede:",
    "fuori ufficio:",
    "automatiskt svar",
    "autosvar",
    "automatisk svar",
    "automatisk besked",
    "frånvaro:",
    "fraværsmeddelelse",
    "poissaolo",
    "automaattinen vastaus",
    "odpowiedź automatyczna",
    "automatyczna odpowiedź",
    "nieobecność:",
    "automatická odpověď",
    "automatická odpoveď",
    "automatikus válasz",
    "răspuns automat",
    "otomatik yanıt",
    "ofis dışında:",
    "автоматический ответ",
    "автоответ",
    "автоматична відповідь",
    "αυτόματη απάντηση",
    "automatski odgovor",
    "samodejni odgovor",
    "자동 회신",
    "자동 응답",
    "自動返信",
    "自動応答",
    "自动回复",
    "自動回覆",
    "自动答复",
    "不在通知",
    "תשובה אוטומטית",
    "رد تلقائي",
    "automātiskā atbilde",
    "automatinis atsakymas",
    "trả lời tự động",
    "balasan otomatis",
];

/// Words of subjects that speak of an automatic answer wherever they stand.
const AUTOMATIC: &[&str] = &[
    "automatic reply",
    "automatic response",
    "automatiska atbilde",
    "automātiskā atbilde",
    "automatische antwort",
    "réponse automatique",
    "respuesta automática",
    "resposta automática",
    "risposta automatica",
    "autosvar",
    "autoreply",
    "auto-reply",
];

/// Beginnings of subjects that people write too.
const PREFIXES: &[&str] = &[
    "out of office",
    "out-of-office",
    "out of the office",
    "ooo",
    "vacation",
    "on vacation",
    "away",
    "on leave",
    "on holiday",
    "annual leave",
    "maternity leave",
    "auto reply",
    "autoreply",
    "auto-reply",
    "autoresponse",
    "auto-response",
    "automated reply",
    "automated response",
    "automatic response",
    "automatic reply",
    "automated message",
    "i am out of",
    "i'm out of",
    "i am away",
    "i'm away",
    "abwesend",
    "abwesenheit",
    "nicht im büro",
    "im urlaub",
    "urlaub",
    "absent",
    "absence",
    "en congés",
    "congés",
    "vacaciones",
    "ausente",
    "fuera de la oficina",
    "férias",
    "assenza",
    "in ferie",
    "afwezig",
    "vakantie",
    "frånvarande",
    "semester",
    "ferie",
    "urlop",
    "nieobecność",
    "dovolená",
    "отпуск",
    "休暇",
    "お休み",
    "休假",
    "휴가",
    "re: auto",
    "no longer with",
    "no longer at",
    "no longer employed",
    "left the company",
    "change of email",
    "new email address",
    "thank you for your email",
    "thank you for your e-mail",
    "thanks for your email",
    "thanks for your e-mail",
    "thank you for your message",
    "thank you for contacting",
    "thanks for contacting",
    "we have received your",
    "we received your",
    "your request has been received",
    "your email has been received",
    "your message has been received",
    "ticket received",
    "request received",
    "we've received",
    "case received",
    "eingangsbestätigung",
    "ihre anfrage",
    "accusé de réception",
    "confirmation de réception",
];

/// Phrases of vacation notices.
const PHRASES: &[&str] = &[
    "i am out of the office",
    "i am out of office",
    "i'm out of office",
    "will be back on",
    "will be back in the office",
    "i'm out of the office",
    "i am currently out of",
    "i'm currently out of",
    "i will be out of the office",
    "i'll be out of the office",
    "i am on vacation",
    "i'm on vacation",
    "i am on leave",
    "i'm on leave",
    "i am away",
    "i'm away from",
    "i am currently away",
    "currently on vacation",
    "currently on holiday",
    "currently on leave",
    "annual leave",
    "maternity leave",
    "out of office until",
    "out of the office until",
    "will return on",
    "limited access to email",
    "limited access to my email",
    "limited access to e-mail",
    "no access to email",
    "upon my return",
    "when i return",
    "on my return",
    "this is an automatic",
    "this is an automated",
    "automatically generated",
    "automated response",
    "automated reply",
    "automatic reply",
    "auto-reply",
    "autoresponder",
    "auto-responder",
    "auto-generated",
    "no longer works",
    "no longer work",
    "no longer employed",
    "is no longer with",
    "has left the company",
    "no longer in use",
    "address is no longer",
    "this mailbox is not monitored",
    "mailbox is unattended",
    "not monitored",
    "we have received your",
    "your request has been received",
    "your message has been received",
    "your email has been received",
    "will get back to you",
    "ich bin nicht im büro",
    "ich bin bis",
    "ich bin ab",
    "nicht im haus",
    "ich bin derzeit nicht",
    "ich bin zur zeit nicht",
    "abwesenheit",
    "abwesend",
    "nicht erreichbar",
    "nicht weitergeleitet",
    "im urlaub",
    "automatisch generiert",
    "automatisch erstellt",
    "je suis absent",
    "je suis actuellement",
    "en congé",
    "absente du",
    "absent du",
    "message automatique",
    "réponse automatique",
    "de retour le",
    "estoy fuera",
    "estaré fuera",
    "de vacaciones",
    "mensaje automático",
    "respuesta automática",
    "estou de férias",
    "estarei",
    "mensagem automática",
    "sono assente",
    "sarò assente",
    "in ferie",
    "messaggio automatico",
    "ik ben afwezig",
    "ik ben niet",
    "met vakantie",
    "automatisch",
    "jag är på semester",
    "jag är inte",
    "på ferie",
    "olen lomalla",
    "jestem na urlopie",
    "nie ma mnie",
    "dovolen",
    "в отпуске",
    "отсутств",
    "автоматическ",
    "休暇",
    "不在",
    "自動",
    "自动",
    "休假",
    "휴가",
    "부재",
];
