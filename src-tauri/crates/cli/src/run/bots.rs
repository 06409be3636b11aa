//! `baton bots`: who may knock at the door.

use baton_api::bots::{BotAdded, BotView, Bots};
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
        BotsCommand::List => {
            let all: Bots = ask(host, "bot_list", json!({})).await?;
            let lines: Vec<String> = all.bots.iter().map(in_words).collect();
            let words = match lines.is_empty() {
                true => "No bot may knock.".to_owned(),
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
