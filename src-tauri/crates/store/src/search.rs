//! Full-text search over messages, answered as conversations.
//!
//! [`query`] reads what a person typed, [`index`] writes what can be found, [`find`] finds it,
//! [`snippet`] shows the words around it and [`suggest`] helps with a word that is found nowhere.
//! [`knowledge`] finds passages that may answer what somebody wrote.

pub(crate) mod find;
pub(crate) mod fold;
pub(crate) mod index;
pub(crate) mod knowledge;
pub(crate) mod query;
pub(crate) mod snippet;
pub(crate) mod suggest;

pub use find::{SearchCursor, SearchHit, SearchOrder, SearchPage, SearchRequest};
pub use knowledge::{KnowledgeHit, KnowledgeRequest};
pub use query::Query;
pub use snippet::SnippetPiece;
