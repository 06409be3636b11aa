//! Dialogs made up here, in the form in which teams export theirs.

use serde_json::json;

const CUSTOMER: [&str; 8] = [
    "I would like to change my booking",
    "That is wrong",
    "Tomorrow at nine",
    "Please cancel it, cancel everything",
    "You asked me that again",
    "Wrongly spelt, but never mind",
    "This is stupid, I am confused",
    "Thank you",
];
const BOT: [&str; 4] = [
    "For which day?",
    "I have found three.",
    "Please say that again.",
    "Is there anything else?",
];

/// So many dialogs, one a line; the same each time.
pub(super) fn dialogs(count: u64) -> String {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = move |most: usize| {
        // Marsaglia's xorshift: any will do, as long as it is the same everywhere.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % most as u64).unwrap()
    };
    let mut lines = String::new();
    let mut at = 1_589_375_000;
    for number in 0..count {
        let mut messages = Vec::new();
        for turn in 0..2 + below(34) {
            at += 5 + below(90);
            // Most of what a customer says is harmless, or every dialog would be in trouble.
            let (author, text) = match (turn % 2, below(14)) {
                (0, known) => ("customer", CUSTOMER.get(known).unwrap_or(&CUSTOMER[2])),
                (_, 0) => ("agent", &"A person here: I see to it."),
                (_, known) => ("bot", &BOT[known % BOT.len()]),
            };
            messages.push(json!({ "author": author, "text": text, "ts": at }));
        }
        let dialog = json!({
            "conversation_id": format!("made-{number}"),
            "channel": "webchat",
            "messages": messages,
        });
        lines.push_str(&dialog.to_string());
        lines.push('\n');
        at += 40 + below(4_000);
    }
    lines
}
