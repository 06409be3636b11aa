//! What the program needs of an engine, beyond the commands that every host has.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use baton_api::ApiError;
use serde::Serialize;

use crate::export::Record;
use crate::host::Host;
use crate::import::Item;

/// What a workspace is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To run: channels connect, timers fire, effects are carried out.
    Serve,
    /// To run with the demo channel in it, set up if it is not there.
    Demo,
    /// To look or to import: nothing connects, notifies or is sent.
    Quiet,
}

/// A workspace to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its folder; made when it is not there and the purpose is not just to look.
    pub folder: PathBuf,
    /// What for.
    pub purpose: Purpose,
}

/// What became of one imported item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the workspace now.
    New,
    /// It was there already.
    Known,
    /// It was not taken, and why, in a sentence.
    Refused(String),
}

/// A page of an export.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The records, in the order of the log.
    pub records: Vec<Record>,
    /// How many entries of the log cannot be read at all; each may have been a message.
    pub lost: usize,
    /// Where the next page begins; none at the end.
    pub next: Option<u64>,
}

/// What the check of a rule file found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RulesReport {
    /// How many rules there are.
    pub rules: usize,
    /// What is wrong, each rendered with its line and caret; empty when all is well.
    pub problems: Vec<String>,
    /// What is allowed but odd.
    pub warnings: Vec<String>,
}

/// An engine on an open workspace.
pub trait Node: Host + Sized {
    /// Opens a workspace. A code of `workspace_in_use` says that another process has it.
    fn open(place: Place) -> impl Future<Output = Result<Arc<Self>, ApiError>> + Send;

    /// Why the workspace can only be read, and what of it is left out; none when all is well.
    fn read_only(&self) -> Option<String>;

    /// Notes addresses under which the team wrote what is imported.
    fn team_wrote_as(
        &self,
        addresses: Vec<String>,
    ) -> impl Future<Output = Result<(), ApiError>> + Send;

    /// Takes items in, all or none of them, with one outcome each in the same order. What is there
    /// already by [`Item::key`] is known. Nothing is notified and nothing sent.
    fn import(
        &self,
        items: Vec<Item>,
    ) -> impl Future<Output = Result<Vec<Outcome>, ApiError>> + Send;

    /// Reads the messages from a place on, 0 for the first.
    fn export(&self, from: u64) -> impl Future<Output = Result<Page, ApiError>> + Send;

    /// Checks the text of a rule file; the name is for its messages.
    fn check_rules(name: &str, text: &str) -> RulesReport;

    /// Finishes what is under way and lets go of the workspace.
    fn close(self: Arc<Self>) -> impl Future<Output = ()> + Send;
}
