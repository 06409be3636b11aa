//! What a customer wants, in their own words: the line of a letter that asks.

/// A goal is read at a glance: no longer than this many characters.
const LINE_CHARS: usize = 160;

/// A shorter question leans on the sentence before it.
const LEANS_CHARS: usize = 80;

/// Returns the question of a letter, with the sentence it leans on where both are short; the first
/// whole sentence of a letter that asks nothing.
pub(super) fn goal_line(text: &str) -> String {
    let sentences = sentences_of(text);
    let asks = sentences.iter().position(|one| is_question(one));
    let line = match asks.and_then(|at| sentences.get(at).map(|question| (at, question))) {
        Some((at, question)) => {
            let before = at.checked_sub(1).and_then(|at| sentences.get(at));
            match before {
                Some(before) if length(question) <= LEANS_CHARS && !is_greeting(before) => {
                    let both = format!("{before} {question}");
                    if length(&both) <= LINE_CHARS {
                        both
                    } else {
                        question.clone()
                    }
                }
                _ => question.clone(),
            }
        }
        None => sentences
            .iter()
            .find(|one| !is_greeting(one))
            .or_else(|| sentences.first())
            .cloned()
            .unwrap_or_default(),
    };
    cut(&line)
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn is_question(sentence: &str) -> bool {
    sentence.ends_with(['?', '？', '؟'])
}

/// "Hello," and "Guten Tag Herr Weber," are addressed to somebody and say nothing yet.
fn is_greeting(sentence: &str) -> bool {
    let words = sentence.split_whitespace().count();
    words <= 1 || (words <= 5 && !sentence.ends_with(['.', '?', '。', '？', '؟']))
}

/// The sentences of a text, a blank line or an end mark after each; wrapped lines are one.
fn sentences_of(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = String::new();
    let close = |open: &mut String, found: &mut Vec<String>| {
        let whole = open.split_whitespace().collect::<Vec<_>>().join(" ");
        if !whole.is_empty() {
            found.push(whole);
        }
        open.clear();
    };
    let mut letters = text.trim().chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        match letter {
            '\n' if next == Some('\n') || open.trim_end().ends_with([',', '!', ':']) => {
                close(&mut open, &mut found);
            }
            '。' | '？' | '！' | '؟' => {
                open.push(letter);
                close(&mut open, &mut found);
            }
            '.' | '?' | '!' if next.is_none_or(char::is_whitespace) && ends_here(&open) => {
                open.push(letter);
                close(&mut open, &mut found);
            }
            _ => open.push(letter),
        }
    }
    close(&mut open, &mut found);
    found
}

/// "No." and "3." before a word do not end a sentence: too short a word, or a number alone.
fn ends_here(open: &str) -> bool {
    let last = open.split_whitespace().next_back().unwrap_or_default();
    let alone = open.split_whitespace().count() == 1;
    !(last.chars().all(|letter| letter.is_ascii_digit()) && alone) && length(last) > 1
}

fn cut(line: &str) -> String {
    if length(line) <= LINE_CHARS {
        return line.to_owned();
    }
    let mut kept = String::new();
    for word in line.split_whitespace() {
        if length(&kept) + length(word) + 2 > LINE_CHARS {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    if kept.is_empty() {
        kept = line.chars().take(LINE_CHARS - 1).collect();
    }
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::goal_line;

    #[test]
    fn a_letter_is_told_by_the_line_that_asks() {
        for (letter, goal) in [
            (
                "Hello,\n\nI see two payments of 480 euros on my statement. Could you please\nrefund one of them?\n\nKind regards\nLena",
                "I see two payments of 480 euros on my statement. Could you please refund one of them?",
            ),
            (
                "Guten Tag,\n\nmeine Bremse quietscht seit der Inspektion am 3. Mai. Was kann ich tun?",
                "meine Bremse quietscht seit der Inspektion am 3. Mai. Was kann ich tun?",
            ),
            ("Where is my parcel?", "Where is my parcel?"),
            (
                "Hi!\nThe saddle came loose again. I would like my money back.",
                "The saddle came loose again.",
            ),
            ("注文はまだですか？よろしく。", "注文はまだですか？"),
            ("Refund", "Refund"),
            ("", ""),
        ] {
            assert_eq!(goal_line(letter), goal);
        }
    }

    #[test]
    fn no_goal_is_longer_than_a_glance() {
        let endless = "word ".repeat(200);
        let goal = goal_line(&endless);
        assert!(goal.chars().count() <= 160, "{goal}");
        assert!(goal.ends_with("word…"));
        assert_eq!(goal_line(&"x".repeat(500)).chars().count(), 160);
    }
}
