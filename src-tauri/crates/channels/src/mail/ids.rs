//! Message identifiers: Message-ID, In-Reply-To, References.

/// More than any honest thread has; the last ones are nearest to the message.
const LONGEST_THREAD: usize = 500;
/// Longest identifier that is believed.
const LONGEST_ID: usize = 1_000;

/// The identifiers of a field, in order, without angle brackets.
pub(crate) fn list(value: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(value);
    let mut found = Vec::new();
    let mut rest = text.as_ref();
    while let Some(at) = rest.find('<') {
        let inner = rest.get(at + 1..).unwrap_or_default();
        let end = inner.find(['>', '<']).unwrap_or(inner.len());
        let (id, after) = inner.split_at_checked(end).unwrap_or((inner, ""));
        push(&mut found, id);
        rest = after;
    }
    if found.is_empty() {
        // Without brackets: each word that looks like one, or the only word there is.
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || c == ',')
            .filter(|word| !word.is_empty())
            .collect();
        for word in &words {
            if word.contains('@') || words.len() == 1 {
                push(&mut found, word.trim_matches(['"', '\'', '>', ';']));
            }
        }
    }
    if found.len() > LONGEST_THREAD {
        found.drain(..found.len() - LONGEST_THREAD);
    }
    found
}

/// The one identifier of a Message-ID field; empty when there is none.
pub(crate) fn one(value: &[u8]) -> String {
    list(value).into_iter().next().unwrap_or_default()
}

fn push(found: &mut Vec<String>, id: &str) {
    let id: String = id
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect();
    if !id.is_empty() && id.len() <= LONGEST_ID {
        found.push(id);
    }
}
