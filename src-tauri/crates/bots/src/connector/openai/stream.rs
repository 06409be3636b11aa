//! How a model answers: whole, or in pieces as server-sent events.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::prompt::HANDOFF;
use crate::connector::Broken;

/// One line of a stream may have so many bytes.
const LONGEST_LINE: usize = 256 * 1024;
/// So many calls of tools are followed.
const MOST_CALLS: usize = 16;

/// What a model answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// Its words.
    pub(super) text: String,
    /// What it wrote into the first call of the handoff; none when it did not call it.
    pub(super) handoff: Option<String>,
    /// How many other tools it asked for.
    pub(super) other_tools: usize,
    /// Whether it came to its end.
    pub(super) whole: bool,
    /// Whether its server kept something back.
    pub(super) filtered: bool,
    /// What it cost, where its server says so.
    pub(super) tokens: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Piece {
    choices: Vec<Choice>,
    usage: Option<Usage>,
    error: Option<serde_json::Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Choice {
    delta: Said,
    message: Said,
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    content: Option<String>,
    tool_calls: Option<Vec<Call>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Call {
    index: usize,
    function: Function,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Function {
    name: Option<String>,
    arguments: Option<String>,
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    total_tokens: Option<u64>,
}

/// An answer that is being put together.
#[derive(Default)]
pub(super) struct Reading {
    line: Vec<u8>,
    text: String,
    calls: BTreeMap<usize, (String, String)>,
    finished: Option<String>,
    tokens: Option<u64>,
    over: bool,
}

impl Reading {
    /// Takes the next bytes of the stream.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        for &byte in bytes {
            if byte == b'\n' {
                let line = std::mem::take(&mut self.line);
                self.line_is_there(&line)?;
            } else if self.line.len() >= LONGEST_LINE {
                return Err(Broken::TooMuch);
            } else {
                self.line.push(byte);
            }
        }
        Ok(())
    }

    /// Whether something was said already.
    pub(super) fn has_words(&self) -> bool {
        !self.text.is_empty()
    }

    /// Whether the stream has said that it is over.
    pub(super) const fn is_over(&self) -> bool {
        self.over
    }

    fn line_is_there(&mut self, line: &[u8]) -> Result<(), Broken> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // Comments and names of events say nothing here.
        let Some(data) = line.strip_prefix(b"data:") else {
            return Ok(());
        };
        let data = data.strip_prefix(b" ").unwrap_or(data);
        if data == b"[DONE]" {
            self.over = true;
            return Ok(());
        }
        if data.is_empty() || self.over {
            return Ok(());
        }
        let piece: Piece = serde_json::from_slice(data)
            .map_err(|_| Broken::Unreadable("a piece of its answer is no JSON"))?;
        self.add(piece)
    }

    fn add(&mut self, piece: Piece) -> Result<(), Broken> {
        if piece.error.is_some() {
            return Err(Broken::Unreadable("its server broke off with an error"));
        }
        if let Some(total) = piece.usage.and_then(|usage| usage.total_tokens) {
            self.tokens = Some(total);
        }
        // One answer was asked for.
        let Some(choice) = piece.choices.into_iter().next() else {
            return Ok(());
        };
        for said in [choice.delta, choice.message] {
            self.text.push_str(&said.content.unwrap_or_default());
            for (place, call) in said.tool_calls.unwrap_or_default().into_iter().enumerate() {
                // Whole answers number nothing.
                let index = call.index.max(place);
                if self.calls.len() >= MOST_CALLS && !self.calls.contains_key(&index) {
                    continue;
                }
                let (name, arguments) = self.calls.entry(index).or_default();
                name.push_str(&call.function.name.unwrap_or_default());
                arguments.push_str(&call.function.arguments.unwrap_or_default());
            }
        }
        if choice.finish_reason.is_some() {
            self.finished = choice.finish_reason;
        }
        Ok(())
    }

    /// The answer, at the end of the stream.
    pub(super) fn end(mut self) -> Result<Answer, Broken> {
        let line = std::mem::take(&mut self.line);
        self.line_is_there(&line)?;
        let Some(finished) = self.finished else {
            return Err(Broken::Unreadable("its answer broke off"));
        };
        let other_tools = self.calls.values().filter(|(name, _)| name != HANDOFF);
        Ok(Answer {
            other_tools: other_tools.count(),
            handoff: self
                .calls
                .into_values()
                .find(|(name, _)| name == HANDOFF)
                .map(|(_, arguments)| arguments),
            text: self.text,
            whole: !matches!(finished.as_str(), "length" | "content_filter"),
            filtered: finished == "content_filter",
            tokens: self.tokens,
        })
    }
}

/// An answer that came in one piece.
pub(super) fn whole(bytes: &[u8]) -> Result<Answer, Broken> {
    let piece: Piece =
        serde_json::from_slice(bytes).map_err(|_| Broken::Unreadable("its answer is no JSON"))?;
    let mut reading = Reading::default();
    reading.add(piece)?;
    reading.end()
}

#[cfg(test)]
mod tests {
    use super::{Answer, Reading, whole};
    use crate::connector::Broken;

    const STREAM: &str = concat!(
        ": a comment\r\n",
        "event: message\r\n",
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"Gr\u{fc}\"}}]}\r\n\r\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"\u{df}e!\"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"handoff\",\"arguments\":\"{\\\"rea\"}}]}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"son\\\":\\\"vip\\\"}\"}}]}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n",
        "data: {\"choices\":[],\"usage\":{\"total_tokens\":321}}\n\n",
        "data: [DONE]\n\n",
    );

    fn answer() -> Answer {
        Answer {
            text: "Gr\u{fc}\u{df}e!".to_owned(),
            handoff: Some("{\"reason\":\"vip\"}".to_owned()),
            other_tools: 0,
            whole: true,
            filtered: false,
            tokens: Some(321),
        }
    }

    #[test]
    fn a_stream_says_the_same_wherever_it_is_cut() {
        for size in 1..STREAM.len() {
            let mut reading = Reading::default();
            for piece in STREAM.as_bytes().chunks(size) {
                reading.take(piece).unwrap();
            }
            assert!(reading.is_over());
            assert_eq!(reading.end(), Ok(answer()), "in pieces of {size}");
        }
    }

    #[test]
    fn an_answer_in_one_piece_is_read_too() {
        let text = r#"{"choices":[{"message":{"content":"Hi","tool_calls":[
            {"id":"a","type":"function","function":{"name":"refund","arguments":"{}"}},
            {"id":"b","type":"function","function":{"name":"handoff","arguments":"{}"}}]},
            "finish_reason":"stop"}],"usage":{"total_tokens":9}}"#;
        let answer = whole(text.as_bytes()).unwrap();
        assert_eq!(answer.text, "Hi");
        assert_eq!(answer.handoff.as_deref(), Some("{}"));
        assert_eq!((answer.other_tools, answer.tokens), (1, Some(9)));
    }

    #[test]
    fn what_breaks_off_or_is_no_answer_is_none() {
        let cut = STREAM.find("data: {\"choices\":[{\"delta\":{},").unwrap();
        let mut reading = Reading::default();
        reading.take(&STREAM.as_bytes()[..cut]).unwrap();
        assert!(reading.end().is_err(), "without an end it is not whole");
        for bad in ["data: {\n", "data: {\"error\":{\"message\":\"no\"}}\n"] {
            assert!(Reading::default().take(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(whole(b"<html>").is_err());
        let endless = vec![b'x'; 300 * 1024];
        assert_eq!(Reading::default().take(&endless), Err(Broken::TooMuch));
        for (reason, filtered) in [("length", false), ("content_filter", true)] {
            let text = format!(
                "{{\"choices\":[{{\"message\":{{\"content\":\"x\"}},\"finish_reason\":\"{reason}\"}}]}}"
            );
            let answer = whole(text.as_bytes()).unwrap();
            assert!(!answer.whole && answer.filtered == filtered);
        }
    }
}
