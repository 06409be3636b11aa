//! How a connector is set up: where the bot is, and on what terms it is asked.

use serde::{Deserialize, Serialize};
use url::Url;

use super::redact::{BadPattern, Redaction};
use crate::webhook::{BadTarget, target};

/// A bot is waited for so long, unless said otherwise.
const USUAL_LIMIT_S: u32 = 25;
/// An answer of a model has so many tokens at most, unless said otherwise.
const USUAL_ANSWER: u32 = 800;

/// A protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A language model behind an endpoint that speaks as OpenAI's does.
    OpenAi,
    /// A bot built with opsdroid, by its websocket connector.
    Opsdroid,
    /// A bot of Rasa, by its REST or callback channel and its HTTP interface.
    Rasa,
    /// A bot of the Bot Framework, over Direct Line 3.0.
    BotFramework,
}

impl Kind {
    /// Every protocol.
    pub const ALL: [Self; 4] = [Self::OpenAi, Self::Opsdroid, Self::Rasa, Self::BotFramework];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Opsdroid => "opsdroid",
            Self::Rasa => "rasa",
            Self::BotFramework => "bot-framework",
        }
    }

    /// The protocol of a name.
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether a person of the team can say something to such a bot that the customer does not
    /// hear.
    #[must_use]
    pub const fn hears_whispers(self) -> bool {
        match self {
            Self::OpenAi | Self::Rasa | Self::BotFramework => true,
            Self::Opsdroid => false,
        }
    }

    /// Whether it answers in its own words, and so can be given passages to answer from.
    #[must_use]
    pub const fn reads_passages(self) -> bool {
        matches!(self, Self::OpenAi)
    }

    /// Whether it needs the name of a model.
    const fn has_models(self) -> bool {
        matches!(self, Self::OpenAi)
    }
}

/// The settings of a connector. The key is no part of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Where the bot is.
    pub url: String,
    /// The model, for protocols that have models.
    pub model: String,
    /// What the team tells a model about its work.
    pub instructions: String,
    /// How many tokens an answer of a model may have; 0 for the usual.
    pub answer_tokens: u32,
    /// How many seconds the bot is waited for; 0 for the usual.
    pub limit_s: u32,
    /// Patterns of what never leaves.
    pub redact: Vec<String>,
    /// Whether what the bot says comes to the door, for platforms that can do that.
    pub callback: bool,
    /// How often it may be asked in 24 hours; 0 for any number.
    pub requests_a_day: u64,
    /// How many tokens may be spent in 24 hours; 0 for any number.
    pub tokens_a_day: u64,
    /// What of the team's knowledge goes along with a question to a model.
    pub knowledge: Knowledge,
    /// Whether the customer sees which web pages an answer is taken from.
    pub shows_sources: bool,
}

/// What of the team's knowledge a model is given passages of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Knowledge {
    /// Nothing.
    #[default]
    None,
    /// What was written to be told: saved answers, files and pages.
    Written,
    /// That, and what people answered in conversations that were solved.
    All,
}

impl Knowledge {
    /// Every choice.
    pub const EVERY: [Self; 3] = [Self::None, Self::Written, Self::All];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Written => "written",
            Self::All => "all",
        }
    }

    /// The choice of a name.
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|one| one.name() == name)
    }
}

/// Why settings are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadConfig {
    /// The address will not do.
    #[error("that address will not do: {0}")]
    Address(#[from] BadTarget),
    /// There is something behind the path, which would be lost below it.
    #[error("the address must end with its path; leave out what begins with a question mark")]
    Query,
    /// There is no model.
    #[error("a model is needed")]
    NoModel,
    /// A pattern cannot be read.
    #[error(transparent)]
    Pattern(#[from] BadPattern),
    /// The key cannot be sent.
    #[error("the key has characters that no key has")]
    Key,
}

impl Config {
    /// Whether these are settings of that kind.
    ///
    /// # Errors
    /// Why they are none.
    pub fn check(&self, kind: Kind) -> Result<(), BadConfig> {
        self.address()?;
        if kind.has_models() && self.model.trim().is_empty() {
            return Err(BadConfig::NoModel);
        }
        Redaction::read(&self.redact)?;
        Ok(())
    }

    /// The address, which ends in no slash.
    ///
    /// # Errors
    /// Why it will not do.
    pub fn address(&self) -> Result<Url, BadConfig> {
        let mut url = target(&self.url)?;
        if url.query().is_some() {
            return Err(BadConfig::Query);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(url)
    }

    /// Whether the bot is where it was by the other settings: the same scheme, host and port.
    #[must_use]
    pub fn is_where(&self, other: &Self) -> bool {
        match (self.address(), other.address()) {
            (Ok(here), Ok(there)) => here.origin() == there.origin(),
            _ => false,
        }
    }

    /// How long the bot is waited for, in seconds.
    #[must_use]
    pub const fn limit_s(&self) -> u32 {
        if self.limit_s == 0 {
            USUAL_LIMIT_S
        } else {
            self.limit_s
        }
    }

    /// How many tokens an answer may have.
    #[must_use]
    pub const fn answer_tokens(&self) -> u32 {
        if self.answer_tokens == 0 {
            USUAL_ANSWER
        } else {
            self.answer_tokens
        }
    }
}

/// An address below another one.
#[must_use]
pub fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let whole = format!("{}/{path}", base.path().trim_end_matches('/'));
    url.set_path(&whole);
    url
}

#[cfg(test)]
mod tests {
    use super::{BadConfig, Config, Kind, below};

    #[test]
    fn settings_are_checked_before_anything_is_kept() {
        let fine = Config {
            url: "http://127.0.0.1:11434/v1/".to_owned(),
            model: "llama".to_owned(),
            ..Config::default()
        };
        assert_eq!(fine.check(Kind::OpenAi), Ok(()));
        let address = fine.address().unwrap();
        assert_eq!(
            below(&address, "chat/completions").as_str(),
            "http://127.0.0.1:11434/v1/chat/completions"
        );
        let bad = |change: fn(&mut Config)| {
            let mut config = fine.clone();
            change(&mut config);
            config.check(Kind::OpenAi).unwrap_err()
        };
        assert!(matches!(
            bad(|config| config.url = "http://model.example.org/v1".to_owned()),
            BadConfig::Address(_)
        ));
        assert_eq!(
            bad(|config| config.url.push_str("?team=1")),
            BadConfig::Query
        );
        assert_eq!(bad(|config| config.model.clear()), BadConfig::NoModel);
        assert!(matches!(
            bad(|config| config.redact = vec!["(".to_owned()]),
            BadConfig::Pattern(_)
        ));
    }

    #[test]
    fn another_port_or_scheme_is_another_place() {
        let at = |url: &str| Config {
            url: url.to_owned(),
            ..Config::default()
        };
        let here = at("https://bots.example.org/v1");
        assert!(here.is_where(&at("https://bots.example.org:443/v2/")));
        for elsewhere in [
            "https://bots.example.net/v1",
            "https://bots.example.org:8443/v1",
            "http://127.0.0.1/v1",
            "no address",
        ] {
            assert!(!here.is_where(&at(elsewhere)), "{elsewhere}");
        }
    }
}
