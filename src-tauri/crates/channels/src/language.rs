//! The language of a text, found offline.
//!
//! A small statistical model names one of the languages it knows, whatever it is given, so the
//! answer is only believed when the text is long enough, is written in the script of that
//! language, and has no letters that the language does not write.

use whichlang::Lang;

/// Bytes of a text that are looked at; more tells nothing more.
const LOOK: usize = 400;
/// Letters from which on an alphabetic text is judged.
const LETTERS: usize = 20;
/// Letters from which on a text is judged whose script writes a syllable or a word in one.
const SIGNS: usize = 4;

/// The ISO 639-1 code of the language of a text; empty when it cannot be told.
#[must_use]
pub fn of(text: &str) -> &'static str {
    let text = beginning(text);
    let mut letters = 0_usize;
    let mut signs = 0_usize;
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        signs += usize::from(matches!(
            script(c),
            Script::Han | Script::Kana | Script::Hangul
        ));
    }
    if letters < LETTERS && signs < SIGNS {
        return "";
    }
    let (code, own, alphabet) = known(whichlang::detect_language(text));
    let mut ours = 0_usize;
    let mut foreign = 0_usize;
    let mut foreign_in_names = 0_usize;
    for word in text.split(|c: char| !c.is_alphabetic()) {
        ours += word.chars().filter(|c| own.contains(&script(*c))).count();
        let strange = word.chars().filter(|c| !writes(alphabet, *c)).count();
        match word.chars().next() {
            Some(first) if first.is_uppercase() => foreign_in_names += strange,
            _ => foreign += strange,
        }
    }
    // A name or two from elsewhere tells nothing; a common word does.
    let often = |count: usize| count * 100 >= letters;
    let named = foreign_in_names >= 2 && often(foreign + foreign_in_names);
    let is_foreign = foreign >= 1 && often(foreign) || named;
    if ours * 2 <= letters || is_foreign {
        return "";
    }
    code
}

fn beginning(text: &str) -> &str {
    let mut end = LOOK.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// The scripts that tell languages apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Devanagari,
    Han,
    Kana,
    Hangul,
    Other,
}

const fn script(c: char) -> Script {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Script::Latin,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' => Script::Arabic,
        '\u{900}'..='\u{97f}' => Script::Devanagari,
        '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' => Script::Kana,
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => Script::Han,
        '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => Script::Hangul,
        _ => Script::Other,
    }
}

/// What a language writes beside the plain letters of its script.
#[derive(Debug, Clone, Copy)]
enum Alphabet {
    /// Latin letters beyond a to z.
    Also(&'static str),
    /// Everything of the script but these, which its neighbours write.
    Without(&'static str),
    /// All composed Latin letters.
    Composed,
}

fn writes(alphabet: Alphabet, c: char) -> bool {
    if c.is_ascii() {
        return true;
    }
    let lower = c.to_lowercase().next().unwrap_or(c);
    match alphabet {
        Alphabet::Also(letters) => script(c) != Script::Latin || letters.contains(lower),
        Alphabet::Without(letters) => !letters.contains(lower),
        Alphabet::Composed => true,
    }
}

/// The code of a language, the scripts it is written in, and its letters.
const fn known(lang: Lang) -> (&'static str, &'static [Script], Alphabet) {
    const LATIN: &[Script] = &[Script::Latin];
    const JAPANESE: &[Script] = &[Script::Kana, Script::Han];
    match lang {
        Lang::Ara => (
            "ar",
            &[Script::Arabic],
            Alphabet::Without("پچژگکیٹڈےںھہۆێڕ"),
        ),
        Lang::Cmn => ("zh", &[Script::Han], Alphabet::Composed),
        Lang::Deu => ("de", LATIN, Alphabet::Also("äöüßé")),
        Lang::Eng => ("en", LATIN, Alphabet::Also("éèïç")),
        Lang::Fra => ("fr", LATIN, Alphabet::Also("àâæçéèêëîïôœùûüÿ")),
        Lang::Hin => ("hi", &[Script::Devanagari], Alphabet::Without("ळ")),
        Lang::Ita => ("it", LATIN, Alphabet::Also("àèéìíîòóùú")),
        Lang::Jpn => ("ja", JAPANESE, Alphabet::Composed),
        Lang::Kor => ("ko", &[Script::Hangul], Alphabet::Composed),
        Lang::Nld => ("nl", LATIN, Alphabet::Also("áéèêëïíóöúüĳ")),
        Lang::Por => ("pt", LATIN, Alphabet::Also("áâãàçéêíóôõúü")),
        Lang::Rus => (
            "ru",
            &[Script::Cyrillic],
            Alphabet::Without("іїєґўјљњђћџѓќѕәғқңөұүһ"),
        ),
        Lang::Spa => ("es", LATIN, Alphabet::Also("áéíñóúüªº")),
        Lang::Swe => ("sv", LATIN, Alphabet::Also("åäöéàü")),
        Lang::Tur => ("tr", LATIN, Alphabet::Also("çğıöşüâîû\u{307}")),
        Lang::Vie => ("vi", LATIN, Alphabet::Composed),
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_sentence_is_told() {
        for (code, text) in [
            (
                "en",
                "I have been waiting for my parcel since last Tuesday.",
            ),
            (
                "de",
                "Ich warte seit letzter Woche auf meine Lieferung, wo bleibt sie?",
            ),
            (
                "fr",
                "Bonjour, je n'ai toujours pas reçu ma commande, merci de répondre.",
            ),
            (
                "es",
                "Hola, todavía no he recibido mi pedido y quiero cancelarlo.",
            ),
            (
                "it",
                "Buongiorno, non ho ancora ricevuto il mio pacco, potete aiutarmi?",
            ),
            (
                "nl",
                "Hallo, ik heb mijn bestelling nog steeds niet ontvangen.",
            ),
            (
                "pt",
                "Olá, ainda não recebi a minha encomenda, podem ajudar?",
            ),
            (
                "sv",
                "Hej, jag har fortfarande inte fått min beställning, var är den?",
            ),
            (
                "tr",
                "Merhaba, siparişim hâlâ gelmedi, yardımcı olur musunuz?",
            ),
            ("ru", "Здравствуйте, я до сих пор не получил свой заказ."),
            ("ja", "注文した商品がまだ届きません。"),
            ("zh", "我的订单还没有收到，请帮我查一下。"),
            ("ko", "주문한 상품이 아직 도착하지 않았습니다."),
            ("ar", "مرحبا، لم أستلم طلبي حتى الآن، أرجو المساعدة."),
        ] {
            assert_eq!(of(text), code, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        for text in [
            "",
            "ok",
            "Hello?",
            "12345 67890 --- 2026-11-23",
            // Languages that the model does not know and would take for others.
            "Dzień dobry, nie otrzymałem jeszcze zamówienia, proszę o pomoc.",
            "Hej, jeg har stadig ikke fået min pakke, hvornår kommer den på lørdag?",
            "Dobrý den, stále jsem neobdržel svou objednávku, prosím o pomoc.",
            "Добрий день, я ще не отримав своє замовлення, допоможіть.",
            "Καλημέρα, δεν έχω λάβει ακόμα την παραγγελία μου.",
            "שלום, עדיין לא קיבלתי את ההזמנה שלי, אפשר עזרה?",
        ] {
            assert_eq!(of(text), "", "{text}");
        }
    }

    #[test]
    fn a_name_from_elsewhere_changes_nothing() {
        let text = "Please ask Mr Łukasz in your office when my order will finally be sent.";
        assert_eq!(of(text), "en");
    }
}
