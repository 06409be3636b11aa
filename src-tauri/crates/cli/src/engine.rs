//! The engine as the program needs it.

use std::sync::Arc;

use baton_api::ApiError;
use baton_core::rules::{Ruleset, Severity};
use baton_engine::import::{Import, Taken};
use baton_engine::{Engine, OpenOptions, secrets};

use crate::export::{Beside, Record};
use crate::import::{Content, Item};
use crate::node::{Node, Outcome, Page, Place, Purpose, RulesReport};

impl Node for Engine {
    async fn open(place: Place) -> Result<Arc<Self>, ApiError> {
        let mut options =
            OpenOptions::live(place.folder.clone(), secrets::of_workspace(&place.folder));
        options.live = place.purpose != Purpose::Quiet;
        let engine = if place.purpose == Purpose::Demo {
            let engine = Self::open_demo(options).await?;
            engine.play_demo();
            engine
        } else {
            Self::open(options).await?
        };
        Ok(Arc::new(engine))
    }

    fn read_only(&self) -> Option<String> {
        Self::read_only(self).map(str::to_owned)
    }

    async fn team_wrote_as(&self, addresses: Vec<String>) -> Result<(), ApiError> {
        Ok(Self::team_wrote_as(self, addresses).await?)
    }

    async fn import(&self, items: Vec<Item>) -> Result<Vec<Outcome>, ApiError> {
        let items = items
            .into_iter()
            .map(|item| match item.content {
                Content::Mail(raw) => Import::Mail {
                    raw,
                    source: item.source,
                },
                Content::Dialog(dialog) => Import::Dialog {
                    name: dialog.conversation_id,
                    channel: dialog.channel,
                    said: dialog
                        .messages
                        .into_iter()
                        .map(|turn| (turn.author, turn.text, turn.at))
                        .collect(),
                    source: item.source,
                },
            })
            .collect();
        let taken = Self::import(self, items).await?;
        Ok(taken
            .into_iter()
            .map(|taken| match taken {
                Taken::New => Outcome::New,
                Taken::Known => Outcome::Known,
            })
            .collect())
    }

    async fn export(&self, from: u64) -> Result<Page, ApiError> {
        let page = Self::export(self, from).await?;
        Ok(Page {
            lost: page.lost.len(),
            next: page.next,
            records: page
                .messages
                .into_iter()
                .map(|message| {
                    let beside = Beside {
                        conversation: message.conversation,
                        id: message.id,
                        raw: message.raw,
                        source: Some(message.source),
                        html: message.html,
                        damaged: message.damaged.iter().map(|part| part.word()).collect(),
                    };
                    Record::new(beside, message.direction, message.author, message.document)
                })
                .collect(),
        })
    }

    fn check_rules(_name: &str, text: &str) -> RulesReport {
        match Ruleset::parse(text) {
            Ok(ruleset) => RulesReport {
                rules: ruleset.rules().len(),
                problems: Vec::new(),
                warnings: ruleset
                    .warnings()
                    .iter()
                    .map(|warning| warning.render(text))
                    .collect(),
            },
            Err(problems) => {
                let (errors, warnings): (Vec<_>, Vec<_>) = problems
                    .list
                    .iter()
                    .partition(|problem| problem.severity == Severity::Error);
                RulesReport {
                    rules: 0,
                    problems: errors.iter().map(|problem| problem.render(text)).collect(),
                    warnings: warnings
                        .iter()
                        .map(|problem| problem.render(text))
                        .collect(),
                }
            }
        }
    }

    async fn close(self: Arc<Self>) {
        self.stop().await;
    }
}
