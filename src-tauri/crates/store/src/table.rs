//! The tables, one module each: the row, its reads on [`crate::Reader`], its writes on
//! [`crate::Tx`].

pub(crate) mod alert;
pub(crate) mod bot;
pub(crate) mod bot_link;
pub(crate) mod channel;
pub(crate) mod connector;
pub(crate) mod contact;
pub(crate) mod content;
pub(crate) mod conversation;
pub(crate) mod deadline;
pub(crate) mod decision;
pub(crate) mod draft;
pub(crate) mod effect;
pub(crate) mod event;
pub(crate) mod knowledge;
pub(crate) mod label;
pub(crate) mod listing;
pub(crate) mod message;
pub(crate) mod person;
pub(crate) mod point;
pub(crate) mod point_match;
pub(crate) mod proposal;
pub(crate) mod receipt;
mod recent;
pub(crate) mod review;
pub(crate) mod rule_count;
pub(crate) mod rules_version;
pub(crate) mod saved_search;
pub(crate) mod setting;
pub(crate) mod thread;
pub(crate) mod timeline;
pub(crate) mod webhook;
