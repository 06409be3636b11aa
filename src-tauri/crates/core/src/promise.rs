//! Words of a bot that say that a person takes over. Whoever says so must do it; so what is said is
//! told from an offer, a question, a condition, a no, and from what is handed to a carrier.
//!
//! A sentence is looked at clause by clause. A clause promises a person when one of the patterns of
//! the module `words` stands in it and nothing takes that back. English and German.

mod clause;
mod pattern;
mod words;

#[cfg(test)]
mod tests;

use clause::{Clause, clauses, sentences};
use pattern::find;
use words::{CARRIERS, CONDITIONS, DEEDS, NO, OFFERS, UNDER_WAY};

/// Whether a text tells the customer that a person takes over now.
#[must_use]
pub fn promises_a_person(text: &str) -> bool {
    sentences(text).any(|sentence| {
        let clauses = clauses(sentence);
        let condition = clauses.iter().position(|one| one.has_any(&CONDITIONS));
        clauses.iter().enumerate().any(|(place, clause)| {
            // What comes after a condition hangs on it, and so does what is still to be done.
            let hangs = condition.is_some_and(|at| at <= place || !clause.has_any(&UNDER_WAY));
            !hangs && promises(clause)
        })
    })
}

fn promises(clause: &Clause) -> bool {
    let of_parcels = clause.has_any(&CARRIERS) && !clause.has_any(&["you"]);
    if clause.asks || of_parcels || clause.has_any(&NO) {
        return false;
    }
    DEEDS.iter().any(|pattern| {
        find(pattern, &clause.words).is_some_and(|found| {
            let up_to = clause.words.get(..found.end).unwrap_or_default();
            let before = clause.words.get(..found.start).unwrap_or_default();
            let offers = up_to.iter().any(|word| OFFERS.contains(&word.as_str()));
            !offers && !is_infinitive(before)
        })
    })
}

/// Whether a verb after these words is only talked about: `to transfer you`, and not `going to`.
fn is_infinitive(before: &[String]) -> bool {
    let mut last = before.iter().rev().map(String::as_str);
    last.next() == Some("to") && !matches!(last.next(), Some("going" | "about"))
}
