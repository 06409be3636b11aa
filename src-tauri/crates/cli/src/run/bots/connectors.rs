//! `baton bots connect`, `switch` and `sent`: bots that Baton itself talks with.

use std::io::Read as _;
use std::path::Path;

use baton_api::bots::BotView;
use baton_api::connectors::{BotConnected, BotSent, ConnectorView, SentView};
use serde_json::json;

use crate::arguments::{ConnectArguments, Switched};
use crate::host::Host;
use crate::output::{Failure, Output, plain};
use crate::run::look::ask;

/// Nothing that is read here is longer.
const LONGEST: u64 = 256 * 1024;

/// Connects a bot.
pub(super) async fn connect(
    host: &impl Host,
    asked: ConnectArguments,
    output: &Output,
) -> Result<(), Failure> {
    let instructions = match &asked.instructions {
        Some(file) => read(file, "instructions")?,
        None => String::new(),
    };
    let key = match &asked.key {
        Some(file) => Some(read(file, "key")?.trim().to_owned()),
        None => None,
    };
    let request = json!({
        "name": asked.name, "kind": asked.kind, "url": asked.url, "model": asked.model,
        "instructions": instructions, "channel": asked.channel, "queue": asked.queue,
        "answer_within_s": asked.answer_within, "answer_tokens": asked.answer_tokens,
        "callback": asked.callback, "redact": asked.redact, "requests_a_day": asked.requests_a_day,
        "tokens_a_day": asked.tokens_a_day, "knowledge": asked.knowledge,
        "shows_sources": asked.show_sources, "key": key,
    });
    let made: BotConnected = ask(host, "bot_connect", request).await?;
    let name = &made.bot.name;
    let state = made.bot.connector.as_ref().map(|one| one.state.as_str());
    let next = match state {
        Some("off") => format!("Nothing is sent until you say: baton bots switch {name} on"),
        _ => format!("{name} is asked so from now on."),
    };
    let words = match &made.token {
        Some(token) => format!(
            "{token}\n\nThis is the token that brings the customers of {name}. It is not shown \
             again.\n{next}"
        ),
        None => next,
    };
    output.tell(&made, &plain(&words))
}

/// Switches a bot on or off.
pub(super) async fn switch(
    host: &impl Host,
    name: &str,
    state: Switched,
    output: &Output,
) -> Result<(), Failure> {
    let on = state == Switched::On;
    let request = json!({ "name": name, "on": on });
    let bot: BotView = ask(host, "bot_switch", request).await?;
    let words = match on {
        true => format!("{name} is asked from now on."),
        false => format!("Nothing is sent to {name} any more."),
    };
    output.tell(&bot, &words)
}

/// Shows what was sent to a bot.
pub(super) async fn sent(host: &impl Host, name: &str, output: &Output) -> Result<(), Failure> {
    let all: BotSent = ask(host, "bot_sent", json!({ "name": name })).await?;
    let lines: Vec<String> = all.sent.iter().rev().map(one_in_words).collect();
    let words = match lines.is_empty() {
        true => "Nothing was sent yet.".to_owned(),
        false => lines.join("\n"),
    };
    output.tell(&all, &plain(&words))
}

fn one_in_words(sent: &SentView) -> String {
    let at = jiff::Timestamp::from_millisecond(sent.at)
        .map(|at| format!("{at:.0}"))
        .unwrap_or_default();
    let how = match (sent.took_ms, sent.ended.as_str()) {
        (Some(took), ended) => format!("{} in {took} ms", ended.replace('_', " ")),
        (None, _) => "no answer is known of".to_owned(),
    };
    let body = sent.body.as_deref().unwrap_or("(erased)");
    format!(
        "{at}  {}  {how}, {} tokens\n  {}\n  {body}",
        sent.conversation, sent.tokens, sent.to
    )
}

/// A connected bot in one line.
pub(super) fn in_words(bot: &BotView, connector: &ConnectorView) -> String {
    let how = match connector.state.as_str() {
        "off" => "off".to_owned(),
        "on" => "on".to_owned(),
        _ => format!("failing: {}", connector.problem),
    };
    let limit = |limit: u32| match limit {
        0 => String::new(),
        limit => format!(" of {limit}"),
    };
    format!(
        "{}  {} at {}, answers on {} within {} s, {how}; in 24 hours asked {}{} times for {}{} \
         tokens",
        bot.name,
        connector.kind,
        connector.url,
        bot.channel_name,
        bot.answer_within_s,
        connector.requests,
        limit(connector.requests_a_day),
        connector.tokens,
        limit(connector.tokens_a_day),
    )
}

fn read(file: &Path, what: &str) -> Result<String, Failure> {
    let mut text = String::new();
    let done = if file == Path::new("-") {
        std::io::stdin().take(LONGEST).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|open| open.take(LONGEST).read_to_string(&mut text))
    };
    match done {
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::said(
            "unreadable",
            format!("The file with the {what} cannot be read: {error}."),
            "Check its name.",
        )),
    }
}
