//! Signatures, footers of phones and lists, and notices of confidentiality.

use super::line::Line;

/// Whether a line is the delimiter of a signature: `-- ` and what people make of it.
pub(super) fn is_delimiter(line: &Line<'_>) -> bool {
    matches!(
        line.text,
        "--" | "—" | "––" | "−−" | "__" | "---" | "___" | "- -"
    ) || (line.text.len() >= 5
        && (line.text.chars().all(|c| c == '_') || line.text.chars().all(|c| c == '—')))
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
    let lower = text
        .to_lowercase()
        .replace('’', "'")
        .replace(['[', ']'], "");
    let named = || DEVICES.iter().any(|d| lower.contains(d));
    let short = || lower.split_whitespace().count() <= 14;
    let starts = |heads: &[&str]| heads.iter().any(|head| lower.starts_with(head));
    if starts(ALWAYS) && short() {
        return true;
    }
    if starts(WITH_DEVICE) && named() && short() {
        return true;
    }
    ENDS.iter().any(|end| lower.ends_with(end)) && named() && short()
}

/// Beginnings that no sentence of a customer has.
const ALWAYS: &[&str] = &[
    "get outlook for",
    "get bluemail for",
    "outlook für ",
    "outlook para ",
    "outlook voor ",
    "télécharger outlook",
    "téléchargez outlook",
    "obtenir outlook pour",
    "obtener outlook para",
    "obter o outlook",
    "ottieni outlook per",
    "scarica outlook per",
    "outlook for android beziehen",
    "holen sie sich outlook",
    "laden sie outlook",
    "download outlook voor",
    "hämta outlook för",
    "hent outlook til",
    "få outlook för",
    "pobierz program outlook",
    "pobierz aplikację outlook",
    "скачать outlook",
    "загрузить outlook",
    "získejte outlook",
    "sent from my ",
    "sent from yahoo",
    "sent from mail for",
    "sent from outlook",
    "sent from mailbox",
    "sent from samsung",
    "sent from gmail",
    "sent from proton",
    "sent from typeapp",
    "sent from nine",
    "sent with airmail",
    "sent via the samsung",
    "sent via my ",
    "sent using ",
    "sent with proton",
    "sent with [proton",
    "sent with spark",
    "sent from spark",
    "sent from bluemail",
    "sent from windows",
    "sent from workspace",
    "sent from front",
    "envoyé depuis mon",
    "envoyé depuis ma",
    "envoyé de mon",
    "envoyé à partir d",
    "envoyé avec ",
    "envoyé depuis l",
    "envoyé depuis yahoo",
    "envoyé depuis outlook",
    "gesendet von mein",
    "gesendet von outlook",
    "gesendet von mail",
    "gesendet mit ",
    "gesendet von yahoo",
    "gesendet aus outlook",
    "von meinem iphone gesendet",
    "von meinem ipad gesendet",
    "von meinem mobil",
    "von meinem android",
    "von meinem samsung",
    "von meinem handy",
    "von unterwegs gesendet",
    "diese nachricht wurde von mein",
    "enviado desde mi",
    "enviado desde outlook",
    "enviado desde yahoo",
    "enviado desde correo",
    "enviado con ",
    "enviado do meu",
    "enviado a partir do",
    "enviado do outlook",
    "enviado de meu",
    "enviado via ",
    "inviato da ",
    "inviato dal ",
    "inviata da ",
    "verzonden vanaf",
    "verstuurd vanaf",
    "verzonden met",
    "verstuurd met",
    "verzonden via",
    "skickat från min",
    "skickat från mail",
    "skickat från outlook",
    "skickas från",
    "från min iphone",
    "från min ipad",
    "sendt fra min",
    "sendt fra mail",
    "sendt fra outlook",
    "sendt fra mit",
    "sendt med ",
    "lähetetty iphonesta",
    "lähetetty puhelimesta",
    "lähetetty ipadista",
    "lähetetty laitteesta",
    "wysłane z ",
    "wysłano z ",
    "wysłane przy użyciu",
    "odesláno z ",
    "odoslané z ",
    "poslano z ",
    "poslano s ",
    "отправлено с ",
    "отправлено из ",
    "отправлено от ",
    "отправлено через",
    "надіслано з ",
    "изпратено от моя",
    "iphone'umdan gönderildi",
    "ipad'imden gönderildi",
    "trimis de pe ",
    "trimis din ",
    "iphone-ról küldve",
    "az iphone-omról",
    "elküldve az iphone",
    "στάλθηκε από",
    "從我的 iphone",
    "从我的 iphone",
    "从我的iphone",
    "發自我的",
    "发自我的",
    "傳送自我的",
    "從我的 ipad",
    "iphoneから送信",
    "ipadから送信",
    "iphone から送信",
    "나의 iphone에서 보냄",
    "내 iphone에서 보냄",
    "gửi từ iphone",
    "được gửi từ",
    "dikirim dari ",
    "ส่งจาก iphone",
    "נשלח מה",
    "أرسلت من",
    "sent by galaxy",
    "this message was sent from my",
    "sent from a phone",
    "sent from mobile",
    "sent via mobile",
    "sent from mobile device",
    "sent from iphone",
    "sent from ipad",
    "from my iphone",
    "from my ipad",
    "from my blackberry",
    "from my android",
    "enviat des d",
];

/// Beginnings that count only with the name of a device or program in the line.
const WITH_DEVICE: &[&str] = &[
    "sent from",
    "sent via",
    "sent by",
    "sent with",
    "sent on",
    "send from",
    "envoyé",
    "gesendet",
    "enviado",
    "inviato",
    "verzonden",
    "skickat",
    "sendt",
    "lähetetty",
    "wysłane",
    "отправлено",
    "written on",
    "typed on",
    "von ",
    "from my ",
    "via ",
    "excuse",
    "please excuse",
];

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
    about_mail && secret
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
