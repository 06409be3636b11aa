//! `baton bots`: who may knock at the door.

mod connectors;

use baton_api::bots::{
    BotAdded, BotLanMade, BotView, BotWebhookMade, Bots, Deliveries, DeliveryView, WebhookView,
};
use baton_api::session::Done;
use serde_json::json;

use super::look::ask;
use crate::arguments::BotsCommand;
use crate::host::Host;
use crate::output::{Failure, Output, plain};

/// Carries out what is to be done with bots.
pub(super) async fn bots(
    host: &impl Host,
    what: BotsCommand,
    output: &Output,
) -> Result<(), Failure> {
    match what {
        BotsCommand::Add {
            name,
            channel,
            queue,
            answer_within,
        } => {
            let request = json!({
                "name": name, "channel": channel, "queue": queue,
                "answer_within_s": answer_within,
            });
            let added: BotAdded = ask(host, "bot_add", request).await?;
            let words = format!(
                "{}\n\nThis is the token of {}. It is not shown again.\n",
                added.token, added.bot.name
            );
            output.tell(&added, words.trim_end())
        }
        BotsCommand::Lan { name, off: false } => {
            let made: BotLanMade = ask(host, "bot_lan_set", json!({ "name": name })).await?;
            let words = format!(
                "{}\n\nThis is the secret with which {name} signs. It is not shown again.",
                made.secret
            );
            output.tell(&made, &words)
        }
        BotsCommand::Lan { name, off: true } => {
            let done: Done = ask(host, "bot_lan_remove", json!({ "name": name })).await?;
            output.tell(
                &done,
                &format!("{name} is not heard from other machines any more."),
            )
        }
        BotsCommand::List => {
            let all: Bots = ask(host, "bot_list", json!({})).await?;
            let lines: Vec<String> = all.bots.iter().map(in_words).collect();
            let words = match lines.is_empty() {
                true => "No bot may knock.".to_owned(),
                false => lines.join("\n"),
            };
            output.tell(&all, &plain(&words))
        }
        BotsCommand::Connect(asked) => connectors::connect(host, asked, output).await,
        BotsCommand::Switch { name, state } => connectors::switch(host, &name, state, output).await,
        BotsCommand::Sent { name } => connectors::sent(host, &name, output).await,
        BotsCommand::Webhook {
            name,
            url,
            dialect,
            r#try,
            resume,
            off,
        } => match url {
            Some(url) => {
                let request = json!({ "name": name, "url": url, "dialect": dialect });
                let made: BotWebhookMade = ask(host, "bot_webhook_set", request).await?;
                let words = format!(
                    "{}\n\nThis is the secret of the signatures. It is not shown again.",
                    made.secret
                );
                output.tell(&made, &words)
            }
            None if off => {
                let done: Done = ask(host, "bot_webhook_remove", json!({ "name": name })).await?;
                output.tell(
                    &done,
                    &format!("{name} has to ask at the door from now on."),
                )
            }
            None if resume => {
                let view: WebhookView =
                    ask(host, "bot_webhook_resume", json!({ "name": name })).await?;
                output.tell(
                    &view,
                    &format!("{name} is told again, from where it stopped."),
                )
            }
            None if r#try => {
                let made: DeliveryView =
                    ask(host, "bot_webhook_try", json!({ "name": name })).await?;
                output.tell(&made, &plain(&attempt_in_words(&made)))
            }
            None => {
                let all: Bots = ask(host, "bot_list", json!({})).await?;
                let bot = all.bots.into_iter().find(|bot| bot.name == name);
                let Some(bot) = bot else {
                    let text = format!("There is no bot {name}.");
                    return Err(Failure::said(
                        "not_found",
                        text,
                        "baton bots list names them.",
                    ));
                };
                let words = webhook_in_words(&bot);
                output.tell(&bot.webhook, &plain(&words))
            }
        },
        BotsCommand::Deliveries { name } => {
            let all: Deliveries = ask(host, "bot_deliveries", json!({ "name": name })).await?;
            let lines: Vec<String> = all.deliveries.iter().map(attempt_in_words).collect();
            let words = match lines.is_empty() {
                true => "Nothing was sent yet.".to_owned(),
                false => lines.join("\n"),
            };
            output.tell(&all, &plain(&words))
        }
        BotsCommand::Remove { name } => {
            let done: Done = ask(host, "bot_remove", json!({ "name": name })).await?;
            output.tell(&done, &format!("{name} may not knock any more."))
        }
    }
}

fn in_words(bot: &BotView) -> String {
    if let Some(connector) = &bot.connector {
        return connectors::in_words(bot, connector);
    }
    let serves = if bot.brings_customers {
        "brings its customers along".to_owned()
    } else {
        format!("serves {}", bot.channel_name)
    };
    format!(
        "{}  {serves}, answers within {} s",
        bot.name, bot.answer_within_s
    )
}

fn webhook_in_words(bot: &BotView) -> String {
    let Some(webhook) = &bot.webhook else {
        return format!("{} asks at the door.", bot.name);
    };
    let how = match webhook.state.as_str() {
        "ok" => "what is sent is taken".to_owned(),
        "failing" => "what is sent is not taken, and is tried again".to_owned(),
        _ => format!("nothing is sent any more: {}", webhook.stopped),
    };
    let words = match webhook.dialect.as_str() {
        "baton" => String::new(),
        dialect => format!(" in the words of {dialect}"),
    };
    format!("{}  {}{words}, {how}", bot.name, webhook.url)
}

fn attempt_in_words(made: &DeliveryView) -> String {
    let at = jiff::Timestamp::from_millisecond(made.at)
        .map(|at| format!("{at:.0}"))
        .unwrap_or_default();
    let answer = match made.status {
        Some(status) => format!("answered {status}"),
        None => made.error.clone(),
    };
    format!(
        "{at}  {} {}  attempt {}, {answer}, {} ms, {}",
        made.kind,
        made.seq,
        made.attempt,
        made.took_ms,
        made.ended.replace('_', " ")
    )
}
