//! The crate that remembers.
//!
//! A workspace is one folder with one SQLite database in it. The log of events is the truth;
//! conversations, messages, lists and the search index are projections of it and can be rebuilt.
//! Content (raw bytes, documents, packets) is kept once, by digest, outside the log, so that it
//! can be erased while the chain still verifies.
//!
//! There is one [`Writer`] and a pool of [`Readers`]. A write is one closure in one transaction:
//! it is there whole or not at all. No other crate knows SQL, and this one knows no network and
//! no clock: times come from the caller.
//!
//! To add a table: a numbered step in `migrations/`, a module in `table/` with its reads on
//! [`Reader`] and its writes on [`Tx`], and the plans of its queries in `tests/plans`.

mod connection;
mod error;
mod lock;
mod maintain;
mod migrate;
mod private;
mod reader;
mod search;
mod store;
mod table;
mod value;
mod writer;

#[cfg(test)]
extern crate self as baton_store;
#[cfg(test)]
mod plans;
#[cfg(test)]
#[path = "../tests/it/world.rs"]
#[allow(dead_code, reason = "shared with the stories in tests/it")]
mod world;

pub use error::StoreError;
pub use maintain::check::{LogFault, LogProblem, LogReport};
pub use maintain::salvage::Stretch;
pub use maintain::stats::Stats;
pub use private::{make_private_file, make_private_folder};
pub use reader::{Reader, Readers};
pub use search::query::SearchClock;
pub use search::{
    KnowledgeHit, KnowledgeRequest, Query, SearchCursor, SearchHit, SearchOrder, SearchPage,
    SearchRequest, SnippetPiece,
};
pub use store::{Access, Options, Store};
pub use table::alert::LiveAlert;
pub use table::bot::{BotAnswer, StoredBot, ToldByBot};
pub use table::bot_link::KeptLink;
pub use table::channel::{Channel, ChannelHealth};
pub use table::connector::{BotSent, StoredConnector};
pub use table::contact::{Contact, Identity};
pub use table::content::ContentState;
pub use table::conversation::{ConversationRow, RowClock};
pub use table::decision::{Decision, DecisionLine, Ruleset};
pub use table::draft::{Draft, DraftKind};
pub use table::effect::{EffectEnd, EffectState, StoredEffect, effect_kind};
pub use table::event::{Head, LoggedEvent, SealedEvent};
pub use table::knowledge::{KnowledgeKind, KnowledgeSource, NewKnowledge};
pub use table::label::{KeptEpisode, LabelRow};
pub use table::listing::{Cursor, ListPage, ListQuery, Order, Place, PlaceCount};
pub use table::message::{MessageRow, NewMessage};
pub use table::person::PartOf;
pub use table::point::PointColumns;
pub use table::point_match::PointMatch;
pub use table::proposal::AnsweredProposal;
pub use table::receipt::ReceiptKey;
pub use table::review::{ReviewRow, SettledReview};
pub use table::rule_count::{RuleAct, RuleCounts, RuleReading};
pub use table::rules_version::RulesVersion;
pub use table::saved_search::SavedSearch;
pub use table::thread::ThreadHit;
pub use table::timeline::{TimelineEntry, TimelineKey, TimelinePart};
pub use table::webhook::{BotDelivery, DeliveryEnd, StoredWebhook};
pub use writer::{Durability, Group, Tx, Writer};
