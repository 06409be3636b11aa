//! The readers of what strangers write, each with the promises it keeps whatever the bytes are.
//! `run.sh` hunts with libFuzzer; seeds and words of each target are beside it.

use std::io::BufReader;

use baton_channels::html::{Theme, ViewPolicy, document, sanitise, to_text};
use baton_channels::mail::{DecodeContext, attachment, decode};
use baton_cli::import::{Content, Found, jsonl::Dialogs, mbox::Mbox};
use baton_core::rules::Ruleset;

/// Decodes raw mail: names to save under stay in their folder, what is listed can be opened, and the
/// same bytes say the same.
///
/// # Panics
/// When a promise is broken.
pub fn mime(input: &[u8]) {
    let context = DecodeContext::default();
    let mail = decode(input, &context);
    for file in &mail.document.attachments {
        let name = &file.saved_name;
        assert!(
            !name.is_empty() && name != "." && name != "..",
            "a name to save under: {name:?}"
        );
        assert!(
            !name.contains(['/', '\\', '\0']),
            "a name stays in its folder: {name:?}"
        );
        assert!(
            attachment(input, file.index).is_some(),
            "what is listed can be opened"
        );
    }
    let again = decode(input, &context);
    assert!(
        again.document == mail.document,
        "the same bytes say the same"
    );
}

/// Makes the HTML of a mail safe: nothing that could run, load or submit is let through.
///
/// # Panics
/// When a promise is broken.
pub fn html(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let safe = sanitise(&text, &ViewPolicy::strict());
    let lower = safe.html.to_ascii_lowercase();
    for never in [
        "<script", "<iframe", "<object", "<embed", "<form", "<meta", "<base", "<link",
    ] {
        assert!(!lower.contains(never), "{never} is never let through");
    }
    assert!(safe.images.is_empty(), "nothing is fetched");
    let _ = document(&safe, Theme::Light);
    let _ = to_text(&text);
}

/// Checks the text of a ruleset: a refusal always says why, at a place.
///
/// # Panics
/// When a promise is broken.
pub fn rules(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Err(problems) = Ruleset::parse(&text) {
        assert!(!problems.list.is_empty(), "a refusal says why");
        for problem in &problems.list {
            let _ = problem.render(&text);
        }
    }
}

fn read_all(found: impl Iterator<Item = Found>, most: usize) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for (n, found) in found.enumerate() {
        assert!(n <= most, "a reader ends");
        if let Ok(item) = found {
            let _ = item.key();
            if let Content::Mail(raw) = item.content {
                out.push(raw);
            }
        }
    }
    out
}

/// Splits an mbox file: nothing is made up, and it says the same however the bytes come in.
///
/// # Panics
/// When a promise is broken.
pub fn mbox(input: &[u8]) {
    let most = input.len() + 1;
    let whole = read_all(Mbox::new(input, "box".to_owned()), most);
    let bytes: usize = whole.iter().map(Vec::len).sum();
    assert!(bytes <= input.len() + 2 * whole.len(), "nothing is made up");
    // However the file comes in, it says the same.
    let drops = BufReader::with_capacity(7, input);
    assert!(
        read_all(Mbox::new(drops, "box".to_owned()), most) == whole,
        "in drops"
    );
}

/// Reads dialogs, one a line, to the end.
///
/// # Panics
/// When a promise is broken.
pub fn jsonl(input: &[u8]) {
    read_all(Dialogs::new(input, "dialogs".to_owned()), input.len() + 1);
}
