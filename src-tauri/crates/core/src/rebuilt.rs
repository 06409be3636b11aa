//! Context that is rebuilt: a customer is asked again for what they have said already.
//!
//! The rule is plain, so that anybody can check it. A question is a sentence that ends with a
//! question mark. It asks again for a fact of the packet when it has every word of the fact's key
//! and not its value (whoever repeats the value asks whether it is right, which is no harm). It
//! asks again for a number or address of the customer when it has every word of one of
//! [`SUBJECTS`], and a sentence of the customer has them too, beside something that looks like the
//! answer: three digits in a word, or an at sign.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::packet::Fact;

/// What customers are asked for most, in the words of two languages; each with whether its answer
/// is an address of mail rather than a number.
pub const SUBJECTS: [(&str, bool); 16] = [
    ("order number", false),
    ("invoice number", false),
    ("customer number", false),
    ("account number", false),
    ("serial number", false),
    ("tracking number", false),
    ("phone number", false),
    ("email", true),
    ("bestellnummer", false),
    ("rechnungsnummer", false),
    ("kundennummer", false),
    ("seriennummer", false),
    ("sendungsnummer", false),
    ("telefonnummer", false),
    ("mailadresse", true),
    ("order no", false),
];

/// Something that is asked although it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedAgain {
    /// What: the key of a fact, or a subject.
    pub about: String,
    /// What is known of it: the value, or the customer's sentence.
    pub known: String,
    /// Whether it stands in the packet; otherwise the customer has said it.
    pub in_packet: bool,
}

/// What a reply asks although it is known, each thing once.
#[must_use]
pub fn asked_again(reply: &str, facts: &[Fact], customer_said: &[&str]) -> Vec<AskedAgain> {
    let mut found: Vec<AskedAgain> = Vec::new();
    let mut seen = BTreeSet::new();
    let known: Vec<_> = facts
        .iter()
        .map(|fact| {
            let key = words(&fact.key.replace(['_', '.', '-'], " "));
            (fact, key, shown(&fact.value))
        })
        .filter(|(_, key, value)| !key.is_empty() && !value.is_empty())
        .collect();
    let subjects = SUBJECTS.map(|(subject, is_address)| (subject, words(subject), is_address));
    for question in sentences(reply).filter(|one| one.ends_with('?')) {
        let asked = words(question);
        for (fact, key, value) in &known {
            let asks = key.iter().all(|word| has(&asked, word));
            let repeats = || question.to_lowercase().contains(&value.to_lowercase());
            if asks && !repeats() && seen.insert(key.clone()) {
                found.push(AskedAgain {
                    about: fact.key.clone(),
                    known: value.clone(),
                    in_packet: true,
                });
            }
        }
        for (subject, key, is_address) in &subjects {
            if !key.iter().all(|word| has(&asked, word)) || seen.contains(key) {
                continue;
            }
            let said = customer_said
                .iter()
                .flat_map(|text| sentences(text))
                .find(|sentence| answers(sentence, key, *is_address));
            if let Some(sentence) = said
                && !repeats_an_answer(question, sentence, *is_address)
            {
                seen.insert(key.clone());
                found.push(AskedAgain {
                    about: (*subject).to_owned(),
                    known: sentence.trim().chars().take(160).collect(),
                    in_packet: false,
                });
            }
        }
    }
    found
}

/// The sentences of a text with their last sign.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['?', '!', '\n'])
        .flat_map(|part| part.split_inclusive(". "))
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty())
}

fn words(text: &str) -> BTreeSet<String> {
    text.to_lowercase()
        .replace("e-mail", "email")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether a word is there, be it in the plural.
fn has(words: &BTreeSet<String>, word: &str) -> bool {
    words.contains(word) || words.contains(&format!("{word}s"))
}

/// Whether a sentence of the customer names a subject beside what looks like the answer.
fn answers(sentence: &str, subject: &BTreeSet<String>, is_address: bool) -> bool {
    let said = words(sentence);
    subject.iter().all(|word| has(&said, word)) && answer(sentence, is_address).is_some()
}

fn answer(sentence: &str, is_address: bool) -> Option<&str> {
    sentence.split_whitespace().find(|word| {
        if is_address {
            word.contains('@')
        } else {
            word.chars().filter(char::is_ascii_digit).count() >= 3
        }
    })
}

fn repeats_an_answer(question: &str, sentence: &str, is_address: bool) -> bool {
    let edge = |c: char| !c.is_alphanumeric();
    answer(sentence, is_address).is_some_and(|answer| question.contains(answer.trim_matches(edge)))
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fact(key: &str, value: Value) -> Fact {
        Fact {
            key: key.to_owned(),
            value,
            ..Fact::default()
        }
    }

    fn about(reply: &str, facts: &[Fact], said: &[&str]) -> Vec<String> {
        let found = asked_again(reply, facts, said);
        found.into_iter().map(|one| one.about).collect()
    }

    #[test]
    fn a_fact_of_the_packet_is_asked_again() {
        let facts = [
            fact("order_number", json!("48213")),
            fact("colour", json!("")),
        ];
        let hello = "Hello Mia. Could you tell me your order number? What colour is it?";
        assert_eq!(about(hello, &facts, &[]), ["order_number"]);
        assert_eq!(asked_again(hello, &facts, &[])[0].known, "48213");
    }

    #[test]
    fn whoever_repeats_what_is_known_only_checks_it() {
        let facts = [fact("order_number", json!(48213))];
        let said = ["My order number is 48213."];
        assert!(about("Is your order number 48213?", &facts, &said).is_empty());
    }

    #[test]
    fn a_statement_is_no_question() {
        let facts = [fact("order_number", json!("48213"))];
        assert!(about("Your order number is on its way to us.", &facts, &[]).is_empty());
    }

    #[test]
    fn what_the_customer_wrote_is_asked_again() {
        let said = ["Hallo,\nmeine Bestellnummer ist 47790. Wo ist das Paket?"];
        let found = asked_again("Wie lautet Ihre Bestellnummer?", &[], &said);
        assert_eq!(found[0].about, "bestellnummer");
        assert!(!found[0].in_packet && found[0].known.contains("47790"));
        let mail = ["You can reach me by e-mail: mia@example.org"];
        assert_eq!(about("What is your email address?", &[], &mail), ["email"]);
        let none = ["I lost my order number."];
        assert!(about("What is your order number?", &[], &none).is_empty());
    }

    #[test]
    fn each_thing_is_told_once() {
        let facts = [fact("order_number", json!("48213"))];
        let said = ["The order number is 48213."];
        let twice = "What is the order number? I mean, the order number?";
        assert_eq!(about(twice, &facts, &said), ["order_number"]);
    }
}
