//! What is known of an e-mail account, apart from its secrets.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// One mail account: its servers, how to log in, which folders to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The name under which its secrets are kept; never shown to others.
    pub id: String,
    /// The address that customers write to.
    pub address: String,
    /// The user name for the servers, often the address.
    pub user: String,
    /// Where mail is read.
    pub imap: Endpoint,
    /// Where mail is handed in.
    pub smtp: Endpoint,
    /// The folders to read besides the inbox, as they are called on the server.
    pub folders: Vec<String>,
    /// Who files the copy of a sent message.
    pub sent_copy: SentCopy,
    /// Whose certificates are believed.
    pub trust: Trust,
    /// Messages older than this many days are left on the server at the first sync.
    pub history_days: Option<u32>,
}

/// A server's place and how the connection is protected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Endpoint {
    /// The server's name.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after a command; never without it.
    StartTls,
    /// None; only allowed to a server on this machine.
    Plain,
}

/// Who files the copy of a sent message in the folder for sent mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SentCopy {
    /// We do, after sending.
    Append,
    /// The provider does it by itself.
    Provider,
}

/// Whose certificates are believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Those that the operating system believes.
    System,
    /// Only those issued by the authorities in this file.
    Pinned(PathBuf),
}

impl Endpoint {
    /// True when the server runs on this machine.
    pub fn is_local(&self) -> bool {
        self.host == "localhost"
            || self
                .host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }
}
