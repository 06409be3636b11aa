//! What a model is given to answer from, and what the customer sees of it.

use baton_core::knowledge::ground::{Cited, Grounds, Offered, with_citations};

use crate::connector::{Line, Voice};

/// Of what the customer wrote so many bytes are looked for, the newest.
const LONGEST: usize = 4_000;

/// What the customer wants to know: what they wrote since the last answer.
pub(super) fn wanted(said: &[Line]) -> String {
    let mut bytes = 0_usize;
    let mut wanted: Vec<&str> = said
        .iter()
        .rev()
        .skip_while(|line| line.voice != Voice::Customer)
        .take_while(|line| !matches!(line.voice, Voice::Bot | Voice::Agent))
        .filter(|line| line.voice == Voice::Customer)
        .map(|line| line.text.as_str())
        .take_while(|text| {
            let first = bytes == 0;
            bytes = bytes.saturating_add(text.len());
            first || bytes <= LONGEST
        })
        .collect();
    wanted.reverse();
    wanted.join("\n")
}

/// The kind of sources that are conversations of others.
const CONVERSATION: &str = "conversation";

/// The conversations of which something is given.
pub(super) fn quoted(given: &[Offered]) -> Vec<String> {
    let theirs = given.iter().filter(|one| one.cited.kind == CONVERSATION);
    theirs.map(|one| one.cited.name.clone()).collect()
}

/// The kind of sources that customers can read themselves.
const PUBLIC: &str = "page";

/// An answer with the marks of the pages it is taken from, and below it where they are. What else
/// the team has written is its own.
pub(super) fn shown(answer: &str, given: &[Offered]) -> String {
    let public = |cited: &Cited| cited.kind == PUBLIC;
    let mut text = with_citations(answer, given, public);
    let sources = Grounds::of(answer, given).sources;
    let mut before = "\n\n";
    for (number, cited) in (1_usize..).zip(&sources) {
        if public(cited) {
            text.push_str(&format!("{before}[{number}] {}", cited.name));
            before = "\n";
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use baton_core::hash::Hash;
    use baton_core::knowledge::ground::{Cited, Offered};

    use super::{LONGEST, shown, wanted};
    use crate::connector::{Line, Voice};

    fn line(voice: Voice, text: &str) -> Line {
        Line {
            id: String::new(),
            voice,
            text: text.to_owned(),
            at: 1,
        }
    }

    #[test]
    fn what_the_customer_wrote_since_the_last_answer_is_looked_for() {
        let said = [
            line(Voice::Customer, "Hello"),
            line(Voice::Agent, "Hello."),
            line(Voice::Customer, "May I return shoes?"),
            line(Voice::System, "We are closed."),
            line(Voice::Customer, "Unworn ones."),
            line(Voice::Team, "Be kind."),
        ];
        assert_eq!(wanted(&said), "May I return shoes?\nUnworn ones.");
        let long = "x".repeat(LONGEST);
        let said = [line(Voice::Customer, "old"), line(Voice::Customer, &long)];
        assert_eq!(wanted(&said), long, "the newest are what is asked");
        assert_eq!(wanted(&[]), "");
    }

    #[test]
    fn customers_see_the_pages_and_nothing_else_that_the_team_has() {
        let offered = |kind: &str, name: &str| Offered {
            cited: Cited {
                kind: kind.to_owned(),
                name: name.to_owned(),
                digest: Hash::of(name.as_bytes()),
            },
            title: "T".to_owned(),
            heading: String::new(),
            text: "Within 14 days.".to_owned(),
        };
        let given = [
            offered("document", "internal.md"),
            offered("page", "https://shop.test/returns"),
        ];
        assert_eq!(
            shown("Within 14 days [1][2]. Yes [7].", &given),
            "Within 14 days [2]. Yes.\n\n[2] https://shop.test/returns"
        );
        assert_eq!(shown("Within 14 days [1].", &given), "Within 14 days.");
    }
}
