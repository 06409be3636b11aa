//! A Maildir made up by a seed: threads, plain text and HTML, attachments, old charsets, English
//! and German. The same number gives the same bytes on every machine.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// Numbers, always the same ones.
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice that begin at a seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 11) % end
    }

    /// A rank below an end; low ranks are far more frequent than high ones.
    fn rank(&mut self, end: f64) -> u64 {
        let unit = self.below(1 << 20) as f64 / f64::from(1 << 20);
        end.powf(unit) as u64
    }
}

const ENGLISH: [&str; 24] = [
    "the", "order", "and", "we", "please", "with", "lamp", "when", "has", "not", "arrived", "your",
    "for", "invoice", "this", "was", "is", "to", "a", "refund", "still", "of", "in", "you",
];
const GERMAN: [&str; 24] = [
    "die",
    "Bestellung",
    "und",
    "wir",
    "bitte",
    "mit",
    "Lampe",
    "wann",
    "ist",
    "nicht",
    "angekommen",
    "Ihre",
    "für",
    "Rechnung",
    "diese",
    "wurde",
    "möchte",
    "zu",
    "eine",
    "Rückgabe",
    "noch",
    "der",
    "im",
    "Größe",
];
const SYLLABLES: [&str; 20] = [
    "ra", "ne", "to", "li", "ka", "sho", "mo", "ver", "den", "sul", "pa", "qui", "for", "ben",
    "gal", "tru", "hem", "ost", "win", "cy",
];
const WORDS: f64 = 60_000.0;

/// The word of a rank; the rarer, the longer.
pub(crate) fn word(rank: u64) -> String {
    let mut left = rank + 21;
    let mut word = String::new();
    while left > 0 {
        word.push_str(SYLLABLES[(left % 20) as usize]);
        left /= 20;
    }
    word
}

fn text(dice: &mut Dice, german: bool, words: u64) -> String {
    let usual = if german { &GERMAN } else { &ENGLISH };
    let mut out = String::new();
    let mut line = 0;
    for _ in 0..words {
        let next = match dice.below(10) {
            0..5 => usual[dice.below(24) as usize].to_owned(),
            _ => word(dice.rank(WORDS)),
        };
        line += next.len() + 1;
        out.push_str(&next);
        let end = if line > 70 { "\n" } else { " " };
        if line > 70 {
            line = 0;
        }
        out.push_str(end);
    }
    out
}

/// What the answers of a thread share.
#[derive(Clone)]
struct Thread {
    subject: String,
    references: String,
    german: bool,
    /// Who began it, and writes most of it.
    person: u64,
}

/// Mails, one after the other.
pub(crate) struct Corpus {
    dice: Dice,
    threads: Vec<Thread>,
    number: u64,
    end: u64,
}

impl Corpus {
    /// So many mails.
    pub(crate) fn of(mails: u64) -> Self {
        Self {
            dice: Dice::seeded(7),
            threads: Vec::new(),
            number: 0,
            end: mails,
        }
    }

    fn mail(&mut self) -> Vec<u8> {
        let (number, dice) = (self.number, &mut self.dice);
        let is_new = self.threads.is_empty() || dice.below(100) < 36;
        let german = dice.below(100) < 25;
        let thread = if is_new {
            self.threads.push(Thread {
                subject: text(dice, german, 4).trim().replace('\n', " "),
                references: String::new(),
                german,
                person: dice.rank(6_000.0),
            });
            self.threads.len() - 1
        } else {
            let back = dice.below(self.threads.len().min(400) as u64) as usize;
            self.threads.len() - 1 - back
        };
        let Thread {
            subject,
            references,
            german,
            person,
        } = self.threads[thread].clone();
        let id = format!("{number}.{:x}@mail.example", dice.next());
        // One answer in four comes from somebody else whom the thread was passed on to.
        let person = match dice.below(4) {
            0 if !is_new => dice.rank(6_000.0),
            _ => person,
        };
        let words = 150 + dice.below(300);
        let mut body = text(dice, german, words);
        if !is_new {
            body.push_str("\n> ");
            body.push_str(&text(dice, german, 60).trim().replace('\n', "\n> "));
        }
        let mut head = format!(
            "Received: from mail.example by mx.baton.test with ESMTPS; {date}\n\
             From: {} {} <{}{person}@{}.example>\nTo: Support <support@baton.test>\n\
             Subject: {}{}\nDate: {date}\nMessage-ID: <{id}>\nMIME-Version: 1.0\n",
            word(person),
            word(person / 7),
            word(person),
            word(person % 400),
            if is_new { "" } else { "Re: " },
            encoded_word(&subject),
            date = date(number),
        );
        if !references.is_empty() {
            let last = references.rsplit(' ').next().unwrap_or_default();
            let _ = write!(head, "In-Reply-To: {last}\nReferences: {references}\n");
        }
        let mut known: Vec<&str> = references
            .split(' ')
            .filter(|one| !one.is_empty())
            .collect();
        let own = format!("<{id}>");
        known.push(&own);
        let from = known.len().saturating_sub(6);
        self.threads[thread].references = known[from..].join(" ");
        let dice = &mut self.dice;
        match dice.below(100) {
            0..70 => plain(head, &body),
            70..90 => html(head, &body),
            90..98 => attached(head, &body, dice),
            _ => old_charset(head, &body),
        }
    }
}

impl Iterator for Corpus {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        (self.number < self.end).then(|| {
            let mail = self.mail();
            self.number += 1;
            mail
        })
    }
}

/// A date, 26 minutes after the one before, from the first of January 2024 on.
fn date(number: u64) -> String {
    const MONTHS: [(&str, u64); 12] = [
        ("Jan", 31),
        ("Feb", 28),
        ("Mar", 31),
        ("Apr", 30),
        ("May", 31),
        ("Jun", 30),
        ("Jul", 31),
        ("Aug", 31),
        ("Sep", 30),
        ("Oct", 31),
        ("Nov", 30),
        ("Dec", 31),
    ];
    let minutes = number * 26 % (2 * 365 * 1_440);
    let (year, mut day) = (2024 + minutes / (365 * 1_440), minutes / 1_440 % 365);
    let mut name = "Jan";
    for (month, days) in MONTHS {
        name = month;
        if day < days {
            break;
        }
        day -= days;
    }
    let (hour, minute) = (minutes / 60 % 24, minutes % 60);
    format!("{} {name} {year} {hour:02}:{minute:02}:07 +0000", day + 1)
}

fn encoded_word(subject: &str) -> String {
    if subject.is_ascii() {
        return subject.to_owned();
    }
    format!("=?utf-8?B?{}?=", base64(subject.as_bytes()).trim())
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len() * 4 / 3 + 80);
    for (index, three) in bytes.chunks(3).enumerate() {
        let number = three
            .iter()
            .chain([&0, &0])
            .take(3)
            .fold(0_usize, |all, byte| all << 8 | usize::from(*byte));
        for place in 0..4 {
            let sign = SIGNS[number >> (18 - 6 * place) & 63];
            out.push(if place > three.len() {
                '='
            } else {
                char::from(sign)
            });
        }
        if index % 19 == 18 {
            out.push('\n');
        }
    }
    out.push('\n');
    out
}

fn plain(mut head: String, body: &str) -> Vec<u8> {
    head.push_str("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n");
    head.push_str(body);
    head.into_bytes()
}

fn html(mut head: String, body: &str) -> Vec<u8> {
    head.push_str("Content-Type: multipart/alternative; boundary=\"edge\"\n\n--edge\n");
    head.push_str("Content-Type: text/plain; charset=utf-8\n\n");
    head.push_str(body);
    head.push_str("\n--edge\nContent-Type: text/html; charset=utf-8\n\n<html><head><style>td{padding:4px}</style></head><body><table>\n");
    for line in body.lines() {
        let _ = writeln!(
            head,
            "<tr><td style=\"font-family:Arial,sans-serif;font-size:14px;line-height:20px;color:#333\">\
             <p class=\"line\"><span>{}</span></p></td><td>&nbsp;</td></tr>",
            line.replace('>', "&gt;")
        );
    }
    head.push_str("</table></body></html>\n--edge--\n");
    head.into_bytes()
}

fn attached(mut head: String, body: &str, dice: &mut Dice) -> Vec<u8> {
    head.push_str("Content-Type: multipart/mixed; boundary=\"edge\"\n\n--edge\n");
    head.push_str("Content-Type: text/plain; charset=utf-8\n\n");
    head.push_str(body);
    head.push_str("\n--edge\nContent-Type: image/jpeg; name=\"photo.jpg\"\n");
    head.push_str("Content-Disposition: attachment; filename=\"photo.jpg\"\n");
    head.push_str("Content-Transfer-Encoding: base64\n\n");
    let size = 2_000 + dice.below(20_000);
    let bytes: Vec<u8> = (0..size / 2)
        .flat_map(|_| dice.next().to_be_bytes())
        .collect();
    head.push_str(&base64(&bytes));
    head.push_str("--edge--\n");
    head.into_bytes()
}

fn old_charset(mut head: String, body: &str) -> Vec<u8> {
    head.push_str("Content-Type: text/plain; charset=iso-8859-1\n");
    head.push_str("Content-Transfer-Encoding: 8bit\n\n");
    let mut out = head.into_bytes();
    out.extend(
        body.chars()
            .map(|letter| u8::try_from(letter).unwrap_or(b'?')),
    );
    out
}

/// Writes a Maildir.
pub(crate) fn write(folder: &Path, mails: u64) -> io::Result<u64> {
    fill(folder, Corpus::of(mails))
}

/// Writes a Maildir of short mails of which each begins a conversation.
pub(crate) fn write_short(folder: &Path, mails: u64) -> io::Result<u64> {
    let mut dice = Dice::seeded(11);
    let letters = (0..mails).map(|number| {
        let person = dice.rank(60_000.0);
        let subject = text(&mut dice, false, 4).trim().replace('\n', " ");
        let body = text(&mut dice, false, 30);
        let head = format!(
            "From: {} <{}{person}@short.example>\nTo: Support <support@baton.test>\n\
             Subject: {subject}\nDate: {}\nMessage-ID: <s{number}@short.example>\n",
            word(person),
            word(person),
            date(number),
        );
        plain(head, &body)
    });
    fill(folder, letters)
}

fn fill(folder: &Path, mails: impl Iterator<Item = Vec<u8>>) -> io::Result<u64> {
    for part in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(folder.join(part))?;
    }
    let mut bytes = 0;
    for (number, raw) in mails.enumerate() {
        bytes += raw.len() as u64;
        let name = format!("{}.M{number}P1.bench:2,", 1_704_000_000 + number);
        std::fs::write(folder.join("cur").join(name), raw)?;
    }
    Ok(bytes)
}
