//! Numbers and months in words, in English and German.

const ONES: [(&str, u32); 36] = [
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("zwei", 2),
    ("drei", 3),
    ("vier", 4),
    ("funf", 5),
    ("sechs", 6),
    ("sieben", 7),
    ("acht", 8),
    ("neun", 9),
    ("zehn", 10),
    ("elf", 11),
    ("zwolf", 12),
    ("dreizehn", 13),
    ("vierzehn", 14),
    ("funfzehn", 15),
    ("sechzehn", 16),
    ("siebzehn", 17),
    ("achtzehn", 18),
    ("neunzehn", 19),
];

const TENS: [(&str, u32); 21] = [
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("hundred", 100),
    ("thousand", 1000),
    ("zwanzig", 20),
    ("drei\u{df}ig", 30),
    ("dreissig", 30),
    ("vierzig", 40),
    ("funfzig", 50),
    ("sechzig", 60),
    ("siebzig", 70),
    ("achtzig", 80),
    ("neunzig", 90),
    ("hundert", 100),
    ("tausend", 1000),
];

/// The number that a folded word is; *one* is none, because it means too much besides.
pub(super) fn numeral(folded: &str) -> Option<u32> {
    let named = |list: &[(&str, u32)], word: &str| {
        let found = list.iter().find(|(name, _)| *name == word);
        found.map(|(_, number)| *number)
    };
    named(&ONES, folded)
        .or_else(|| named(&TENS, folded))
        .or_else(|| {
            let (ones, tens) = folded.split_once("und")?;
            let ones = match ones {
                "ein" => 1,
                ones => named(&ONES, ones)?,
            };
            Some(named(&TENS, tens)?.saturating_add(ones))
        })
}

const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januar", "janner"],
    &["february", "feb", "februar"],
    &["march", "mar", "marz"],
    &["april", "apr"],
    &["may", "mai"],
    &["june", "jun", "juni"],
    &["july", "jul", "juli"],
    &["august", "aug"],
    &["september", "sep", "sept"],
    &["october", "oct", "oktober", "okt"],
    &["november", "nov"],
    &["december", "dec", "dezember", "dez"],
];

/// The number of the month that a folded word names.
pub(super) fn month(folded: &str) -> Option<usize> {
    let found = MONTHS.iter().position(|names| names.contains(&folded));
    found.map(|before| before.saturating_add(1))
}
