//! The demo channel: a scripted hour at a support desk, so that every idea of Baton can be seen
//! without an account. This module only reads the script; the engine plays it.

pub mod letters;

use serde::Deserialize;

/// The script, as text.
const HOUR: &str = include_str!("demo/hour.toml");

/// The rules of the demo: those of a shop in a hurry.
pub const RULES: &str = include_str!("demo/rules.baton.toml");

/// A scripted hour.
#[derive(Debug, Clone, Deserialize)]
pub struct Hour {
    /// The name of the shop.
    pub shop: String,
    /// The name of its bot.
    pub bot: String,
    /// The people of the team.
    #[serde(rename = "agent")]
    pub agents: Vec<DemoAgent>,
    /// The customers.
    #[serde(rename = "customer")]
    pub customers: Vec<Customer>,
    /// What the shop knows, for its bot to answer from.
    pub known: Vec<Known>,
    /// What happened before the hour.
    pub past: Vec<Past>,
    /// The hour itself, in any order.
    #[serde(rename = "line")]
    pub lines: Vec<Line>,
}

/// A person of the team.
#[derive(Debug, Clone, Deserialize)]
pub struct DemoAgent {
    /// The short name.
    pub name: String,
    /// The name shown.
    pub display: String,
    /// The address.
    pub address: String,
    /// The roles.
    pub roles: Vec<String>,
    /// The teams.
    pub teams: Vec<String>,
    /// Whether this is the person at this desk.
    #[serde(default)]
    pub you: bool,
}

/// A customer.
#[derive(Debug, Clone, Deserialize)]
pub struct Customer {
    /// The key by which lines name them.
    pub key: String,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub address: String,
    /// Their tier; empty for none.
    #[serde(default)]
    pub tier: String,
}

/// A file of the shop.
#[derive(Debug, Clone, Deserialize)]
pub struct Known {
    /// Its name.
    pub file: String,
    /// Its title.
    pub title: String,
    /// What it says.
    pub text: String,
}

/// A conversation from before the hour.
#[derive(Debug, Clone, Deserialize)]
pub struct Past {
    /// Minutes before the hour at which it began.
    pub ago: i64,
    /// With whom.
    pub with: String,
    /// `mail` or `chat`.
    pub by: String,
    /// The subject; empty for chats.
    #[serde(default)]
    pub subject: String,
    /// What was said, each line `customer: …`, `bot: …` or `agent NAME: …`.
    pub say: Vec<String>,
}

/// One thing that happens in the hour.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Line {
    /// The minute of the hour.
    pub at: f64,
    /// The conversation it belongs to.
    #[serde(rename = "in")]
    pub conversation: String,
    /// With whom, when it begins the conversation.
    pub with: String,
    /// `mail` or `chat`, when it begins the conversation.
    pub by: String,
    /// The subject, when it begins the conversation.
    pub subject: String,
    /// What the customer writes.
    pub customer: String,
    /// What the bot writes; `[1]` cites the first passage of the files in `cites`.
    pub bot: String,
    /// The files that the bot had to answer from; none where its words are not looked at.
    pub cites: Vec<String>,
    /// The intent the bot understood.
    pub intent: String,
    /// How sure the bot is.
    pub confidence: Option<f64>,
    /// The bot's failure, reported with its words.
    pub failure: String,
    /// Whether the bot repeats itself.
    pub same_answer: bool,
    /// The bot gives up with this code.
    pub fail: String,
    /// The agent who acts.
    pub agent: String,
    /// Whether the agent takes control.
    pub take: bool,
    /// What the agent replies.
    pub reply: String,
    /// What the agent notes.
    pub note: String,
    /// Whether the agent resolves with the reply.
    pub resolve: bool,
    /// A letter from [`letters`].
    pub mail: String,
}

/// Reads the script.
///
/// # Errors
/// When the script that was built in does not read, which the tests rule out.
pub fn hour() -> Result<Hour, toml_edit::de::Error> {
    let mut hour: Hour = toml_edit::de::from_str(HOUR)?;
    hour.lines.sort_by(|a, b| a.at.total_cmp(&b.at));
    Ok(hour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_reads_and_every_line_does_something() {
        let hour = hour().expect("the script reads");
        assert!(hour.agents.iter().filter(|agent| agent.you).count() == 1);
        for line in &hour.lines {
            let acts = [
                &line.customer,
                &line.bot,
                &line.fail,
                &line.reply,
                &line.note,
                &line.mail,
            ];
            assert!(
                line.take || acts.iter().any(|text| !text.is_empty()),
                "nothing happens at {}",
                line.at
            );
        }
    }

    #[test]
    fn everybody_who_is_named_exists() {
        let hour = hour().expect("the script reads");
        let known = |key: &str| hour.customers.iter().any(|customer| customer.key == key);
        for past in &hour.past {
            assert!(known(&past.with), "{} is nobody", past.with);
        }
        for line in hour.lines.iter().filter(|line| !line.with.is_empty()) {
            assert!(known(&line.with), "{} is nobody", line.with);
        }
        for line in hour.lines.iter().filter(|line| !line.agent.is_empty()) {
            assert!(hour.agents.iter().any(|agent| agent.name == line.agent));
        }
    }

    #[test]
    fn the_rules_of_the_shop_have_no_faults() {
        let rules = baton_core::rules::Ruleset::parse(RULES).expect("the rules read");
        assert_eq!(rules.warnings(), []);
        assert_eq!(rules.analyse().findings, []);
    }

    #[test]
    fn every_letter_that_is_named_can_be_written() {
        let hour = hour().expect("the script reads");
        for line in hour.lines.iter().filter(|line| !line.mail.is_empty()) {
            let letter = letters::write(&line.mail, &letters::Setting::example());
            assert!(letter.is_some(), "there is no letter {}", line.mail);
        }
    }
}
