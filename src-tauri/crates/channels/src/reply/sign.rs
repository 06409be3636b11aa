//! Signatures, footers of phones and lists, and notices of confidentiality.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::line::Line;
use super::words::devices::{ALWAYS, WITH_DEVICE};

/// Whether a line is the delimiter of a signature: `-- ` and what people make of it.
pub(super) fn is_delimiter(line: &Line<'_>) -> bool {
    matches!(
        line.text,
        "--" | "—" | "––" | "−−" | "__" | "---" | "___" | "- -" | "- --"
    ) || (line.text.len() >= 5
        && (line.text.chars().all(|c| c == '_') || line.text.chars().all(|c| c == '—')))
}

/// Whether a delimiter is a mere rule, which people also draw between parts of what they say.
pub(super) fn is_ruled(line: &Line<'_>) -> bool {
    line.text.len() >= 5 || matches!(line.text, "---" | "___")
}

/// The most lines that armour has around a text.
const ARMOUR: usize = 200;

/// Where the armour ends that OpenPGP puts above and below a text which is signed in the clear.
pub(super) fn armour(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let last = |is_last: fn(&str) -> bool| {
        let mut block = lines.iter().skip(at).take(ARMOUR);
        let below = block.position(|line| is_last(line.text))?;
        Some(at + below + 1)
    };
    match lines.get(at)?.text {
        "-----BEGIN PGP SIGNED MESSAGE-----" => last(|text| text.is_empty()),
        "-----BEGIN PGP SIGNATURE-----" => last(|text| text == "-----END PGP SIGNATURE-----"),
        _ => None,
    }
}

/// Whether a line was added by a phone or by a mail program.
pub(super) fn is_device(line: &Line<'_>) -> bool {
    if matches!(line.text, "ᐧ" | "​ᐧ") {
        return true;
    }
    let text = line
        .text
        .trim_matches(|c: char| c.is_whitespace() || "*_<>()[]\"'“”„«».!-–—~•".contains(c));
    let count = text.chars().count();
    if !(6..=160).contains(&count) {
        return false;
    }
    let mut lower = text.to_lowercase();
    if lower.contains(['’', '[', ']']) {
        lower = lower.replace('’', "'").replace(['[', ']'], "");
    }
    let head = HEADS
        .get(&lower.chars().next().unwrap_or_default())
        .into_iter()
        .flatten()
        .filter(|head| lower.starts_with(head.text))
        .min_by_key(|head| !head.always);
    let ends = || ENDS.iter().any(|end| lower.ends_with(end));
    if head.is_none() && !ends() {
        return false;
    }
    // "Sent from my phone, excuse the typos" names it first; "Sent from my desk, for my phone is
    // broken" is a sentence.
    let clause = lower.split(", ").next().unwrap_or_default();
    let named = || DEVICES.iter().any(|device| clause.contains(device));
    let short = lower.split_whitespace().count() <= 14;
    let whole = clause.len() == lower.len();
    short && (head.is_some_and(|head| head.always && whole) || named())
}

/// A beginning of a line that a phone or a mail program adds.
struct Head {
    text: &'static str,
    /// Whether it counts without the name of a device or program.
    always: bool,
}

/// The beginnings by their first letter: nearly every line of nearly every mail is asked, and is
/// none of these.
static HEADS: LazyLock<BTreeMap<char, Vec<Head>>> = LazyLock::new(|| {
    let mut heads: BTreeMap<char, Vec<Head>> = BTreeMap::new();
    let all = ALWAYS
        .iter()
        .map(|text| (text, true))
        .chain(WITH_DEVICE.iter().map(|text| (text, false)));
    for (text, always) in all {
        let first = text.chars().next().unwrap_or_default();
        heads.entry(first).or_default().push(Head { text, always });
    }
    heads
});

const ENDS: &[&str] = &[
    "gesendet",
    "から送信",
    "에서 보냄",
    "gönderildi",
    "傳送",
    "发送",
    "küldve",
    "from mobile",
];

const DEVICES: &[&str] = &[
    "iphone",
    "ipad",
    "ipod",
    "android",
    "blackberry",
    "samsung",
    "galaxy",
    "huawei",
    "nokia",
    "htc",
    "xiaomi",
    "redmi",
    "pixel",
    "motorola",
    "oneplus",
    "windows phone",
    "windows 10",
    "windows mail",
    "phone",
    "mobile",
    "mobil",
    "handy",
    "smartphone",
    "tablet",
    "outlook",
    "yahoo",
    "gmail",
    "mail",
    "mailbox",
    "thunderbird",
    "spark",
    "airmail",
    "device",
    "gerät",
    "téléphone",
    "móvil",
    "celular",
    "cell",
    "telefon",
    "телефон",
    "mac",
    "portable",
    "verizon",
    "at&t",
    "t-mobile",
    "xperia",
    "lg ",
];

/// Whether a paragraph that begins here is a notice of confidentiality.
pub(super) fn is_disclaimer(text: &str) -> bool {
    let lower: String = text.chars().take(400).collect::<String>().to_lowercase();
    let about_mail = [
        "this e-mail",
        "this email",
        "this message",
        "this communication",
        "this transmission",
        "the information contained in",
        "the contents of this",
        "confidentiality notice",
        "disclaimer",
        "privileged and confidential",
        "diese e-mail",
        "diese nachricht",
        "der inhalt dieser e-mail",
        "ce message",
        "ce courriel",
        "cet e-mail",
        "este mensaje",
        "este correo",
        "esta mensagem",
        "este e-mail",
        "questo messaggio",
        "questa e-mail",
        "dit bericht",
        "deze e-mail",
        "detta meddelande",
        "denne e-post",
        "ta wiadomość",
    ]
    .iter()
    .any(|phrase| lower.contains(phrase));
    let secret = [
        "confidential",
        "intended recipient",
        "intended only",
        "intended solely",
        "vertraulich",
        "unbefugt",
        "confidentiel",
        "confidencial",
        "riservat",
        "confidenzial",
        "vertrouwelijk",
        "konfidentiel",
        "poufn",
        "legally privileged",
        "destinataire",
        "destinatario",
        "geadresseerde",
    ]
    .iter()
    .any(|phrase| lower.contains(phrase));
    let checked = lower.contains("been scanned for virus") || lower.contains("auf viren geprüft");
    let heading = matches!(
        lower.trim_matches(|c: char| !c.is_alphanumeric()),
        "disclaimer" | "confidentiality notice" | "haftungsausschluss" | "avertissement"
    );
    about_mail && (secret || checked) || heading
}

/// Whether a paragraph is the footer of a mailing list or of a notification.
pub(super) fn is_list_footer(text: &str) -> bool {
    let lower: String = text.chars().take(400).collect::<String>().to_lowercase();
    [
        "you received this message because you are subscribed",
        "to unsubscribe from this group",
        "to view this discussion on the web",
        "you are receiving this because you",
        "reply to this email directly or view it on",
        "reply to this email directly, view it on",
    ]
    .iter()
    .any(|phrase| lower.starts_with(phrase))
}

/// Whether a first paragraph is the warning that a mail server puts above mail from outside.
pub(super) fn is_banner(text: &str) -> bool {
    let lower: String = text.chars().take(300).collect::<String>().to_lowercase();
    let lower = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    let warns = [
        "caution",
        "warning",
        "external",
        "achtung",
        "attention",
        "vorsicht",
        "this email",
    ];
    let outside = [
        "originated from outside",
        "originates from outside",
        "came from outside",
        "from an external",
        "external sender",
        "external email",
        "outside of the organi",
        "outside your organi",
        "außerhalb",
        "externen absender",
        "l'extérieur de",
    ];
    warns.iter().any(|word| lower.starts_with(word))
        && outside.iter().any(|phrase| lower.contains(phrase))
}

/// Whether a last line is a name after a dash, as in `- Anna` or `-Anna Berg`.
pub(super) fn is_dashed_name(text: &str) -> bool {
    let Some(name) = text.strip_prefix(['-', '–', '—', '~']) else {
        return false;
    };
    let words: Vec<&str> = name.split_whitespace().collect();
    (1..=3).contains(&words.len())
        && name.chars().count() <= 40
        && words.iter().all(|word| {
            word.starts_with(char::is_uppercase)
                && word
                    .chars()
                    .all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’'))
        })
}
