//! Maildir: one mail a file in `cur` and `new`; subfolders as `.Name` (Maildir++) or as folders.

use std::path::Path;

use super::walk::{self, Step};
use super::{Content, Fault, Found, Item, Why, name_of, whole};

/// Reads a Maildir and the ones within it.
pub struct Maildir {
    todo: Vec<Step>,
    root: Option<Fault>,
}

impl Maildir {
    /// Begins with a folder that holds `cur` and `new`, or folders that do.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        match walk::list(path, "", 0) {
            Ok(mut steps) => {
                steps.reverse();
                Self {
                    todo: steps,
                    root: None,
                }
            }
            Err(fault) => Self {
                todo: Vec::new(),
                root: Some(Fault {
                    place: name_of(path),
                    ..fault
                }),
            },
        }
    }
}

/// The flags behind `:2,`; `;` and `!` stand for the colon where a file system forbids it.
fn flags(name: &str) -> String {
    name.rsplit([':', ';', '!'])
        .next()
        .and_then(|info| info.strip_prefix("2,"))
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect()
}

impl Iterator for Maildir {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        if let Some(fault) = self.root.take() {
            return Some(Err(fault));
        }
        loop {
            let step = self.todo.pop()?;
            let mut parts = step.name.rsplit('/');
            let own = parts.next().unwrap_or_default();
            let within = parts.next().unwrap_or_default();
            let mails = within == "cur" || within == "new";
            if step.is_folder() {
                // In tmp lie mails that are not yet delivered, or never were.
                if own == "tmp" || mails {
                    continue;
                }
                match walk::list(&step.path, &step.name, step.depth + 1) {
                    Ok(inner) => self.todo.extend(inner.into_iter().rev()),
                    Err(fault) => return Some(Err(fault)),
                }
                continue;
            }
            // Beside them lie indices and locks of mail programs.
            if !mails || own.starts_with('.') {
                continue;
            }
            if let Err(fault) = step.check_file() {
                return Some(Err(fault));
            }
            let flags = flags(own);
            return Some(match whole(&step.path) {
                Ok(raw) => Ok(Item {
                    source: step.name,
                    content: Content::Mail(raw),
                    flags,
                }),
                // Another program may deliver or move mail at this moment.
                Err(Why::Unreadable(error)) => Err(Fault::new(step.name, error)),
                Err(why) => Err(Fault {
                    place: step.name,
                    why,
                }),
            });
        }
    }
}
