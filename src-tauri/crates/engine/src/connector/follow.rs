//! What becomes of a conversation after a connected bot had it, told to those that want to know, also
//! after the engine was opened anew.

use std::sync::Arc;

use baton_bots::connector::{Connector, News};
use baton_bots::wire::control::ControllerView;
use baton_core::ids::ConversationId;
use baton_core::time::Timestamp;

use super::book::Ledger;
use super::{Done, Stretches};
use crate::error::EngineError;

/// A bot that wants to know what becomes of a conversation.
#[derive(Clone)]
pub(super) struct Followed {
    connector: Arc<dyn Connector>,
    book: Ledger,
    set_at: Timestamp,
    taken: bool,
}

impl Followed {
    pub(super) fn of(
        connector: Arc<dyn Connector>,
        book: Ledger,
        set_at: Timestamp,
        taken: bool,
    ) -> Self {
        Self {
            connector,
            book,
            set_at,
            taken,
        }
    }

    /// Whether the bot has the conversation still, as far as its epoch says.
    pub(super) fn is_held(&self, epoch: u64) -> bool {
        self.book.epoch == epoch
    }

    /// Notes that the bot has learnt something, so that it does not learn it again after a restart.
    async fn learnt(book: Ledger, over: bool) {
        let desk = book.engine.desk();
        let noted = desk.turn(move |turn| {
            turn.tx
                .bot_link_learnt(&book.bot, book.conversation, over)?;
            Ok(())
        });
        if let Err(error) = noted.await {
            tracing::error!(%error, "It could not be noted what a bot has learnt.");
        }
    }
}

/// What a bot is to learn before anything else is said to it.
pub(super) struct Telling {
    conversation: ConversationId,
    followed: Followed,
    news: News,
}

impl Telling {
    /// Tells it. One that cannot be told has lost nothing that the customer waits for.
    pub(super) async fn tell(self) {
        let which = self.conversation;
        let Followed {
            connector, book, ..
        } = self.followed;
        if let Err(broken) = connector.learns(&which.to_string(), self.news, &book).await {
            tracing::warn!(conversation = %which, %broken, "A bot was not told what became of it.");
        }
        Followed::learnt(book, self.news != News::Taken).await;
    }

    /// Whether it is for that bot.
    pub(super) fn is_for(&self, bot: &str) -> bool {
        self.followed.book.bot == bot
    }
}

impl Stretches {
    /// Looks what became of a conversation that a bot had: what it is to learn now.
    pub(super) fn follow(
        &mut self,
        which: ConversationId,
        holder: &ControllerView,
    ) -> Option<Telling> {
        let followed = self.followed.get_mut(&which)?;
        // One that was switched off, removed or connected elsewhere is sent nothing more.
        let roster = self.engine.roster();
        let connected = roster.connectors.get(&followed.book.bot);
        if connected.is_none_or(|now| !now.asked || now.set_at != followed.set_at) {
            let over = self.followed.remove(&which)?;
            self.tasks.spawn(async move {
                Followed::learnt(over.book, true).await;
                Done::Over
            });
            return None;
        }
        let news = match holder.kind.as_str() {
            "agent" if !followed.taken => {
                followed.taken = true;
                News::Taken
            }
            "agent" | "queue" => return None,
            kind => News::Ended {
                taken: followed.taken,
                closed: kind == "nobody",
            },
        };
        let followed = match news {
            News::Taken => followed.clone(),
            News::Ended { .. } => self.followed.remove(&which)?,
        };
        Some(Telling {
            conversation: which,
            followed,
            news,
        })
    }

    /// Recalls what bots were to learn before the engine stopped.
    pub(super) async fn recall(&mut self) -> Result<(), EngineError> {
        let roster = self.engine.roster();
        for (bot, stored) in &roster.connectors {
            let name = bot.clone();
            let links = self
                .engine
                .read(move |reader, _| Ok(reader.bot_links_open(&name)?))
                .await?;
            if links.is_empty() || !stored.asked {
                continue;
            }
            if self.open(bot, stored.set_at).await.is_err() {
                continue;
            }
            let Some(opened) = self.opened.get(bot) else {
                continue;
            };
            let all = links.into_iter().map(|link| {
                let book = opened.book(&self.engine, link.conversation, link.epoch.unwrap_or(0));
                let connector = Arc::clone(&opened.connector);
                let followed = Followed::of(connector, book, stored.set_at, link.taken);
                (link.conversation, followed)
            });
            let all: Vec<_> = all.collect();
            self.held.extend(all);
        }
        Ok(())
    }

    /// Tells it while other things go on.
    pub(super) fn tell(&mut self, telling: Telling) {
        self.tasks.spawn(async move {
            telling.tell().await;
            Done::Over
        });
    }
}
