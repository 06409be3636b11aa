//! Sentences for people, made of the phrases that errors are.

/// Makes a sentence of a phrase.
#[must_use]
pub fn sentence(phrase: &str) -> String {
    let mut characters = phrase.chars();
    let first = characters.next().map(char::to_uppercase);
    period(
        &first
            .into_iter()
            .flatten()
            .chain(characters)
            .collect::<String>(),
    )
}

/// Ends a phrase as a sentence ends.
#[must_use]
pub fn period(phrase: &str) -> String {
    let mut out = phrase.to_owned();
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_phrase_becomes_one_sentence_and_a_sentence_stays_one() {
        assert_eq!(sentence("the bot has it"), "The bot has it.");
        assert_eq!(sentence("\u{fc}berall"), "\u{dc}berall.");
        assert_eq!(sentence("Who has it?"), "Who has it?");
        assert_eq!(sentence(""), ".");
    }
}
