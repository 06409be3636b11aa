//! The folders of an account and what they are for.

use async_imap::imap_proto::{MailboxDatum, NameAttribute, Response, StatusAttribute};
use serde::{Deserialize, Serialize};

use super::{Imap, names, quoted};
use crate::email::error::MailError;

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Where new mail arrives.
    Inbox,
    /// Copies of what was sent.
    Sent,
    /// Mail put aside.
    Archive,
    /// Unfinished mail.
    Drafts,
    /// Unwanted mail.
    Junk,
    /// Deleted mail.
    Trash,
    /// A view of all mail, as Gmail has it: what is there is elsewhere too.
    All,
    /// Anything else.
    Other,
}

/// A folder on the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// The name as the server spells it; used in commands.
    pub name: String,
    /// The name as people read it.
    pub title: String,
    /// What separates the levels of a name.
    pub delimiter: Option<String>,
    /// What the folder is for.
    pub role: Role,
    /// False for a folder that only holds other folders.
    pub selectable: bool,
}

/// What the server says of a folder without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Glance {
    /// How many messages it holds.
    pub messages: Option<u32>,
    /// The UID that the next message will get.
    pub uid_next: Option<u32>,
    /// The generation of its UIDs.
    pub uid_validity: Option<u32>,
    /// The number of its last change.
    pub mod_seq: Option<u64>,
}

impl Imap {
    /// All folders, with their roles where the server or a well-known name tells them.
    pub async fn folders(&mut self) -> Result<Vec<Folder>, MailError> {
        let mut found = Vec::new();
        let command = if self.can("SPECIAL-USE") && self.can("LIST-EXTENDED") {
            "LIST \"\" \"*\" RETURN (SPECIAL-USE)"
        } else {
            "LIST \"\" \"*\""
        };
        self.command("LIST", command, |response| {
            if let Response::MailboxData(MailboxDatum::List(data)) = response {
                found.push(folder(
                    &data.name,
                    data.delimiter.as_deref(),
                    &data.name_attributes,
                ));
            }
        })
        .await?;
        // A role is given once; what the server says counts more than what a name suggests.
        let mut taken: Vec<Role> = found.iter().map(|f| f.role).collect();
        for folder in &mut found {
            if folder.role == Role::Other
                && let Some(guess) = role_by_name(folder)
                && !taken.contains(&guess)
            {
                folder.role = guess;
                taken.push(guess);
            }
        }
        found.sort_by(|a, b| (a.role, &a.title).cmp(&(b.role, &b.title)));
        Ok(found)
    }

    /// Looks at a folder without opening it.
    pub async fn glance(&mut self, name: &str) -> Result<Glance, MailError> {
        let mut items = "MESSAGES UIDNEXT UIDVALIDITY".to_owned();
        if self.has_condstore() {
            items.push_str(" HIGHESTMODSEQ");
        }
        let mut glance = Glance::default();
        self.command(
            "STATUS",
            &format!("STATUS {} ({items})", quoted(name)),
            |response| {
                if let Response::MailboxData(MailboxDatum::Status { status, .. }) = response {
                    for attribute in status {
                        match attribute {
                            StatusAttribute::Messages(n) => glance.messages = Some(*n),
                            StatusAttribute::UidNext(n) => glance.uid_next = Some(*n),
                            StatusAttribute::UidValidity(n) => glance.uid_validity = Some(*n),
                            StatusAttribute::HighestModSeq(n) => glance.mod_seq = Some(*n),
                            _ => {}
                        }
                    }
                }
            },
        )
        .await
        .map_err(no_folder)?;
        Ok(glance)
    }
}

/// A refusal of a command that names a folder means that the folder is gone.
pub(super) fn no_folder(error: MailError) -> MailError {
    match error {
        MailError::Refused { .. } => MailError::NoFolder,
        other => other,
    }
}

fn folder(name: &str, delimiter: Option<&str>, attributes: &[NameAttribute<'_>]) -> Folder {
    let inbox = name.eq_ignore_ascii_case("INBOX");
    let mut role = if inbox { Role::Inbox } else { Role::Other };
    let mut selectable = true;
    for attribute in attributes {
        let told = match attribute {
            NameAttribute::All => Role::All,
            NameAttribute::Archive => Role::Archive,
            NameAttribute::Drafts => Role::Drafts,
            NameAttribute::Junk => Role::Junk,
            NameAttribute::Sent => Role::Sent,
            NameAttribute::Trash => Role::Trash,
            NameAttribute::NoSelect => {
                selectable = false;
                continue;
            }
            NameAttribute::Extension(text) if text.eq_ignore_ascii_case("\\NonExistent") => {
                selectable = false;
                continue;
            }
            _ => continue,
        };
        if role == Role::Other {
            role = told;
        }
    }
    Folder {
        name: name.to_owned(),
        title: names::decode(name),
        delimiter: delimiter.map(str::to_owned),
        role,
        selectable,
    }
}

/// The role that the last part of a name suggests, where the server has no special uses.
fn role_by_name(folder: &Folder) -> Option<Role> {
    let last = match folder.delimiter.as_deref() {
        Some(delimiter) if !delimiter.is_empty() => folder.title.rsplit(delimiter).next()?,
        _ => folder.title.as_str(),
    };
    Some(match last.to_lowercase().as_str() {
        "sent"
        | "sent items"
        | "sent messages"
        | "sent mail"
        | "gesendet"
        | "gesendete objekte"
        | "gesendete elemente"
        | "envoyés"
        | "éléments envoyés"
        | "enviados"
        | "inviata" => Role::Sent,
        "archive" | "archives" | "archiv" => Role::Archive,
        "drafts" | "entwürfe" | "brouillons" | "borradores" | "bozze" => Role::Drafts,
        "junk" | "spam" | "junk e-mail" | "bulk mail" => Role::Junk,
        "trash" | "deleted items" | "deleted messages" | "papierkorb" | "corbeille" => Role::Trash,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_prefix_does_not_hide_a_known_name() {
        let made = folder("INBOX.Gesendet", Some("."), &[]);
        assert_eq!(made.role, Role::Other);
        assert_eq!(role_by_name(&made), Some(Role::Sent));
        assert_eq!(role_by_name(&folder("INBOX.Orders", Some("."), &[])), None);
    }

    #[test]
    fn names_are_decoded_and_holders_cannot_be_selected() {
        let made = folder("Entw&APw-rfe", Some("/"), &[NameAttribute::NoSelect]);
        assert_eq!(made.title, "Entwürfe");
        assert_eq!(made.name, "Entw&APw-rfe");
        assert!(!made.selectable);
    }
}
