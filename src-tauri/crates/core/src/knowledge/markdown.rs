//! Markdown as a person would read it aloud. Headings keep their marks, by which passages are cut.

/// The text without emphasis, comments and the head of settings that some tools put before it.
/// A link becomes its words with the address behind them.
#[must_use]
pub fn plain(markdown: &str) -> String {
    let body = without_head(markdown);
    let mut out = String::with_capacity(body.len());
    let mut fenced = false;
    for line in without_comments(body).lines() {
        let fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        if fence {
            fenced = !fenced;
        } else if fenced {
            out.push_str("    ");
            out.push_str(line);
        } else {
            out.push_str(&without_marks(line));
        }
        out.push('\n');
    }
    out
}

/// What stands behind a head between two lines of three hyphens.
fn without_head(markdown: &str) -> &str {
    let text = markdown.trim_start_matches('\u{feff}');
    let Some(after) = text.strip_prefix("---\n") else {
        return text;
    };
    match after.split_once("\n---\n") {
        Some((_, body)) => body,
        None => text,
    }
}

/// The text without comments, which nobody reads who reads the page.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out
}

/// A line without marks of emphasis and code, and with its links written out.
fn without_marks(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('[') {
        let link = after.split_once("](").and_then(|(words, behind)| {
            let (address, behind) = behind.split_once(')')?;
            (!words.contains('[')).then_some((words, address, behind))
        });
        let Some((words, address, behind)) = link else {
            out.push_str(before);
            out.push('[');
            rest = after;
            continue;
        };
        out.push_str(before.strip_suffix('!').unwrap_or(before));
        out.push_str(words);
        let address = address.split_whitespace().next().unwrap_or_default();
        if address.contains("://") && address != words {
            out.push_str(" (");
            out.push_str(address);
            out.push(')');
        }
        rest = behind;
    }
    out.push_str(rest);
    out.replace("**", "").replace("__", "").replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn marks_go_and_words_stay() {
        let text = "---\ntitle: x\n---\n# Returns\n<!-- draft:\n no -->\nWithin **14 days**, see \
                    [the form](https://shop.test/return \"form\") or `baton`.\n![box](box.png)\n\
                    ```\nlet [a](b) = 1\n```\n[1] stays, [open\n";
        let plain = plain(text);
        assert!(plain.starts_with("# Returns\n"), "{plain}");
        assert!(
            plain.contains("Within 14 days, see the form (https://shop.test/return) or baton.")
        );
        assert!(plain.contains("\nbox\n"), "{plain}");
        assert!(plain.contains("    let [a](b) = 1\n"));
        assert!(plain.contains("[1] stays, [open"));
        assert!(!plain.contains("draft"));
    }
}
