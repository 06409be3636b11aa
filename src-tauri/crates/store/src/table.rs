//! The tables, one module each: the row, its reads on [`crate::Reader`], its writes on
//! [`crate::Tx`].

pub mod alert;
pub mod channel;
pub mod contact;
pub mod content;
pub mod conversation;
pub mod deadline;
pub mod decision;
pub mod draft;
pub mod effect;
pub mod event;
pub mod import_file;
pub mod listing;
pub mod message;
pub mod receipt;
pub mod saved_search;
pub mod setting;
pub mod thread;
pub mod timeline;
